"""Variational autoencoders, and the exact linear one."""

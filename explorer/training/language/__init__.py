"""Training character models: truncated backpropagation through time with carried state, and what it leaves behind."""

"""Open trained generative models and handle them."""

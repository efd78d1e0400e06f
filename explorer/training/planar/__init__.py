"""Training generative adversarial networks in the plane: plain torch, the reference that the page is tested against."""

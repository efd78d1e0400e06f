"""Numbers about generated sequences beside real ones."""

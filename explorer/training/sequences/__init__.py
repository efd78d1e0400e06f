"""Training models of sequences: recurrent GANs of signals and melodies, and note models by likelihood."""

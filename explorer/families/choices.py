"""What settings choose between by name; apart from the modules that do it, so that a command's help needs no torch."""

from __future__ import annotations

from typing import Literal, get_args

Loss = Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein_clip", "wasserstein_penalty"]
LOSSES: tuple[Loss, ...] = get_args(Loss)
Normalisation = Literal["none", "batch", "spectral"]
NORMALISATIONS: tuple[Normalisation, ...] = get_args(Normalisation)
Conditioning = Literal["projection", "concatenation"]
CONDITIONINGS: tuple[Conditioning, ...] = get_args(Conditioning)
AdversarialOptimiser = Literal["sgd", "momentum", "rmsprop", "adam"]
ADVERSARIAL_OPTIMISERS: tuple[AdversarialOptimiser, ...] = get_args(AdversarialOptimiser)
Augmentation = Literal["colour", "translation", "cutout"]

"""What a family is, said once: whoever lists, opens, names, measures or offers families asks this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import nn

Evaluation = Literal["likelihood", "generation", "classification", "text", "sequences", "points"]
"""What ``explorer evaluate`` measures a family by; the functions stand in ``explorer/cli/evaluation.py``."""


@dataclass(frozen=True)
class Family:
    """One family of models. Which views show them follows from what their modules can do (``protocols.py``)."""

    id: str
    """As in ``config.json``."""
    build: Callable[..., nn.Module]
    """Takes ``arguments`` of ``config.json``; the module has the method ``networks`` (``graph/network.py``)."""
    title: dict[str, str]
    """What one of its models is called, in both languages: on cards, and in titles."""
    plural: dict[str, str]
    """What its models are called together, in both languages: in the page's picker."""
    limits: str
    """What its models are good and bad at, as their cards say it."""
    files: tuple[str, ...]
    """What its folders may have beside :data:`explorer.checkpoints.COMMON`."""
    evaluation: Evaluation
    commands: tuple[str, ...]
    """``explorer train …``: what makes its models."""

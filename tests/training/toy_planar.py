"""Settings of runs in the plane that take seconds."""

from __future__ import annotations

from typing import Any

from explorer.families.planar_settings import PlanarSettings
from explorer.training.planar.command import Wording

SMALL = {"batch": 16, "generator": {"widths": [6]}, "discriminator": {"widths": [6]}}
WORDS = Wording({"en": "It's small", "zh": "小"}, {"en": "Look. And why.", "zh": "看。为什么。"})


def settings(**change: Any) -> PlanarSettings:
    return PlanarSettings.from_json({**SMALL, **change})


def optimisers(kind: str, rate: float = 0.01) -> dict[str, Any]:
    return {side: {"kind": kind, "learning_rate": rate} for side in ("generator", "discriminator")}


EXPLOSIVE = settings(data="ring", loss="least_squares", optimisers=optimisers("sgd", 10.0))

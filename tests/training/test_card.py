"""What every card says of its numbers, and of the classes that a model knows."""

from __future__ import annotations

import numpy as np

from explorer.catalog import SHIPPED
from explorer.checkpoints import read_config
from explorer.datasets import DATASETS
from explorer.traces.pictures import CategoricalAttribute
from explorer.training.card import card
from explorer.training.entries import condition


def test_a_card_has_each_number_with_its_interval() -> None:
    config = read_config(SHIPPED / "vae-digits-2d")
    config.metrics["elbo"] = {"value": -1.5, "low": -2.25, "high": -1.125, "count": 1000, "unit": "nats"}
    config.metrics["active_dimensions"] = {"value": 2.0, "low": 2.0, "high": 2.0, "count": 500, "unit": "dimensions"}
    lines = card(config, DATASETS["digits"], "Look.", ["Once."]).splitlines()
    assert "| elbo | -1.5 | -2.25 to -1.125 | 1000 | nats |" in lines
    assert "| active dimensions | 2 | – | 500 | dimensions |" in lines, "a count has no interval"
    assert lines.index("- Once.") < lines.index("## Good and bad at") < lines.index("Look.")


def test_a_class_without_images_has_a_share_of_nought() -> None:
    words = ["a", "b", "c"]
    attribute = CategoricalAttribute(words, {"en": words}, np.array([0, 1, 0, 0], np.int16))
    described = condition("letter", attribute)
    assert described == {"attribute": "letter", "values": words, "labels": {"en": words}, "shares": [0.75, 0.25, 0]}
    assert condition("", None) is None

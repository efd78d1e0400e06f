from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.errors import ExplorerError
from explorer.families.oracle import Oracle
from explorer.metrics.likelihood import active_dimensions, estimate, evidence_metrics


def test_an_estimate_by_hand() -> None:
    """Mean 3, sample variance 2.5 of 1…5: half width 1.96 √(2.5 / 5)."""
    found = estimate(torch.tensor([1.0, 2, 3, 4, 5]), "nats")
    assert found.value == 3
    assert found.high - found.value == pytest.approx(1.96 * np.sqrt(0.5))
    assert found.value - found.low == pytest.approx(1.96 * np.sqrt(0.5))
    assert (found.count, found.unit) == (5, "nats")


@pytest.mark.parametrize("values", [[], [1.0], [1.0, float("nan")], [1.0, float("inf")]])
def test_an_estimate_of_nothing_is_an_error(values: list[float]) -> None:
    with pytest.raises(ExplorerError, match="at least two finite"):
        estimate(torch.tensor(values), "nats")


def test_metrics_of_the_oracle_agree_with_its_exact_evidence() -> None:
    images = np.random.default_rng(0).integers(0, 256, (300, 1, 3, 3), dtype=np.uint8)
    model = Oracle((1, 3, 3), 4).eval()
    model.fit(torch.from_numpy(images).float() / 255)
    metrics = evidence_metrics(model, images, seed=0, draws=3)
    assert metrics["importance_weighted_bound"].value == pytest.approx(metrics["log_evidence"].value, abs=1e-4)
    assert metrics["elbo"].value == pytest.approx(metrics["log_evidence"].value, abs=0.2)
    assert metrics["reconstruction"].value - metrics["kl"].value == pytest.approx(metrics["elbo"].value, abs=1e-4)
    assert metrics["elbo"].count == 300


def test_reconstruction_error_by_hand() -> None:
    """A decoder that always says 0.5 errs by ¼ on black and white pixels."""
    model = Oracle((1, 2, 2), 1).eval()
    model.set_parameters(torch.zeros(4, 1), torch.full((4,), 0.5), 1.0)
    images = np.array([[[[0, 255], [255, 0]]]] * 3, np.uint8)
    assert evidence_metrics(model, images, 0, 2)["mean_squared_error"].value == pytest.approx(0.25)


def test_active_dimensions_by_hand() -> None:
    mean = np.stack([np.linspace(-1, 1, 50), np.full(50, 7.0), np.linspace(-0.05, 0.05, 50)], 1)
    assert active_dimensions(mean) == 1

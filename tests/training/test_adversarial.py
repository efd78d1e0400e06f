"""What is logged of every adversarial run, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from explorer.training.adversarial import accuracy, gradient_norm
from explorer.training.outputs import BINS, histogram, histogram_edges


def test_accuracy_is_the_share_of_right_decisions() -> None:
    """Three of four real ones are taken for real, and one of four generated ones for generated."""
    real, fake = torch.tensor([1.0, 2, -1, 3]), torch.tensor([-1.0, 2, 3, 4])
    assert accuracy("non_saturating", real, fake) == pytest.approx((3 / 4 + 1 / 4) / 2)
    assert accuracy("non_saturating", real, -fake) == pytest.approx((3 / 4 + 3 / 4) / 2)
    assert accuracy("least_squares", torch.tensor([0.6, 0.4]), torch.tensor([0.4, 0.3])) == pytest.approx(0.75)
    assert accuracy("wasserstein_clip", real, fake) is None


def test_the_gradient_s_norm_is_over_all_parameters() -> None:
    layer = nn.Linear(2, 1)
    (layer(torch.tensor([3.0, 4.0])) * 12).sum().backward()
    assert gradient_norm(layer) == pytest.approx(12 * (3**2 + 4**2 + 1) ** 0.5)


def test_the_outermost_bins_hold_what_lies_beyond_the_edges() -> None:
    shares = histogram(np.array([-100.0, -0.5, 0.5, 0.7, 100.0]), np.array([-1.0, 0, 1, 2]))
    np.testing.assert_allclose(shares, [2 / 5, 2 / 5, 1 / 5])
    edges = histogram_edges("hinge")
    assert (len(edges), edges[0], edges[-1]) == (BINS + 1, -4, 4)

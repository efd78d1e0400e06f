"""The losses of generative adversarial networks, shared by every GAN family.

D's raw output (a logit, or a critic's score) on a batch of real data is called ``real``, on generated data ``fake``;
the losses are means over the batch.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.families.choices import Loss

THRESHOLDS: dict[Loss, float | None] = {
    "minimax": 0.0,
    "non_saturating": 0.0,
    "least_squares": 0.5,
    "hinge": 0.0,
    "wasserstein_clip": None,
    "wasserstein_penalty": None,
}
"""The output above which D takes a sample for real; a Wasserstein critic decides nothing."""


def discriminator_loss(kind: Loss, real: Tensor, fake: Tensor) -> Tensor:
    """What D minimises, a scalar, without the gradient penalty, for outputs of any shape.

    minimax and non-saturating: Goodfellow et al. 2014, eq. 1, negated; least squares: Mao et al. 2017, eq. 2 with
    a = 0, b = 1; hinge: Miyato et al. 2018, eq. 16; Wasserstein: Arjovsky et al. 2017, algorithm 1, negated.
    """
    match kind:
        case "minimax" | "non_saturating":
            return F.softplus(-real).mean() + F.softplus(fake).mean()
        case "least_squares":
            return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()
        case "hinge":
            return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
        case "wasserstein_clip" | "wasserstein_penalty":
            return fake.mean() - real.mean()


def generator_loss(kind: Loss, fake: Tensor) -> Tensor:
    """What G minimises, a scalar.

    minimax: E[ln(1 − D(G(z)))] (Goodfellow et al. 2014, eq. 1); non-saturating: −E[ln D(G(z))] (ibid., section 3);
    least squares: Mao et al. 2017, eq. 2 with c = 1; hinge and Wasserstein: −E[D(G(z))] (Miyato et al. 2018, eq. 17).
    """
    match kind:
        case "minimax":
            return -F.softplus(fake).mean()
        case "non_saturating":
            return F.softplus(-fake).mean()
        case "least_squares":
            return 0.5 * (fake - 1).square().mean()
        case "hinge" | "wasserstein_clip" | "wasserstein_penalty":
            return -fake.mean()


def gradient_penalty(discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """E[(‖∇D(x̂)‖₂ − 1)²], x̂ = u·real + (1 − u)·fake (Gulrajani et al. 2017, eq. 3), to be weighted with λ.

    Args:
        discriminator: maps (N, …) to one output per row, and treats rows independently.
        real: (N, …).
        fake: (N, …).
        mix: u in [0, 1], (N).
    """
    share = mix.view(-1, *(1,) * (real.ndim - 1))
    between = (share * real + (1 - share) * fake).detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(discriminator(between).sum(), between, create_graph=True)
    penalty: Tensor = (gradient.flatten(1).norm(dim=1) - 1).square().mean()
    return penalty


def real_gradient_penalty(discriminator: Callable[[Tensor], Tensor], real: Tensor) -> Tensor:
    """½·E[‖∇D(x)‖²] on real data: R₁ (Mescheder et al. 2018, eq. 9), to be weighted with γ."""
    points = real.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(discriminator(points).sum(), points, create_graph=True)
    penalty: Tensor = 0.5 * gradient.flatten(1).square().sum(1).mean()
    return penalty

"""What every adversarial loop does, over pictures or sequences; all randomness follows from (seed, purpose, step)."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

import torch
from torch import Tensor, nn

from explorer.families.adversarial import THRESHOLDS, gradient_penalty, real_gradient_penalty
from explorer.families.choices import AdversarialOptimiser, Loss
from explorer.training.average import early
from explorer.training.seeding import seeded_generator
from explorer.training.settings import MOMENTUM, AdversarialSettings, TrainingError

Judgement: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor]
Settings = TypeVar("Settings", bound=AdversarialSettings)

ORDER, NOISE, AUGMENTATION, MIX = 0, 1, 2, 3
"""Purposes of random numbers."""
LAZY = 16
"""R₁ is added at every 16th step only, 16-fold (Karras et al. 2020, section 4)."""


@dataclass(frozen=True)
class GANStep:
    """One generator update and the discriminator updates before it; numbers are of the last update's batch."""

    number: int
    """Counted from 1."""
    discriminator_loss: float
    """Without penalties."""
    generator_loss: float
    discriminator_gradient: float
    """L2 norm over all of D's parameters, penalties included."""
    generator_gradient: float
    real_output: float
    """Mean raw output of D on what is real."""
    fake_output: float
    accuracy: float | None
    """Share of what is real and of what is generated that D takes for what it is; None for a critic."""


class Pair(Protocol):
    """Two networks."""

    @property
    def generator(self) -> nn.Module:
        """G."""

    @property
    def discriminator(self) -> nn.Module:
        """D."""


def optimiser(
    parameters: list[nn.Parameter], kind: AdversarialOptimiser, rate: float, betas: tuple[float, float]
) -> torch.optim.Optimizer:
    """An optimiser of the named kind."""
    match kind:
        case "sgd":
            return torch.optim.SGD(parameters, rate)
        case "momentum":
            return torch.optim.SGD(parameters, rate, momentum=MOMENTUM)
        case "rmsprop":
            return torch.optim.RMSprop(parameters, rate)
        case "adam":
            return torch.optim.Adam(parameters, rate, betas=betas)


def optimisers(networks: Pair, settings: AdversarialSettings) -> dict[str, torch.optim.Optimizer]:
    """One optimiser for each network, by its name, over its parameters that are not frozen."""
    betas = (settings.beta1, settings.beta2)
    kinds = {
        "generator": (networks.generator, settings.generator_optimiser, settings.generator_rate),
        "discriminator": (networks.discriminator, settings.discriminator_optimiser, settings.discriminator_rate),
    }
    return {
        name: optimiser([each for each in network.parameters() if each.requires_grad], kind, rate, betas)
        for name, (network, kind, rate) in kinds.items()
    }


class AdversarialLoop(ABC, Generic[Settings]):
    """Two networks in turn; subclasses say what is real, what is generated, and what is minimised.

    Args:
        networks: G and D.
        updates: the optimiser of each.
        count: how many there are of what is real.
        settings: of the run.
        follow: moves G's average, given the weight of the past.
    """

    def __init__(
        self,
        networks: Pair,
        updates: dict[str, torch.optim.Optimizer],
        count: int,
        settings: Settings,
        follow: Callable[[float], None],
    ) -> None:
        self.generator, self.discriminator, self.updates = networks.generator, networks.discriminator, updates
        self.count, self.settings, self.follow = count, settings, follow
        self.device = next(self.generator.parameters()).device
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))

    def train(self, done: int) -> Iterator[GANStep]:
        """Train on from step ``done``; every step depends on the weights, the optimisers and its number alone.

        Raises:
            TrainingError: if a loss is no finite number, naming the step.
        """
        settings = self.settings
        rates = {"generator": settings.generator_rate, "discriminator": settings.discriminator_rate}
        for number in range(done + 1, settings.steps + 1):
            left = (settings.steps - number + 1) / max(1.0, settings.decay * settings.steps)
            for name, each in self.updates.items():
                each.param_groups[0]["lr"] = rates[name] * min(1.0, left) if settings.decay else rates[name]
            yield self._step(number)

    @abstractmethod
    def real(self, rows: Tensor) -> tuple[Tensor, Tensor | None]:
        """What is real, by its indices (N,), and its labels (N, K) where there are classes."""

    @abstractmethod
    def fake(self, number: int, extra: int, label: Tensor | None) -> Tensor:
        """What G makes for the update ``extra`` of D in a step, with the labels of what is real beside it."""

    @abstractmethod
    def score(self, number: int, extra: int, x: Tensor, label: Tensor | None) -> Tensor:
        """D's raw outputs (N,) as gradient penalties are taken of."""

    @abstractmethod
    def judge(self, number: int, extra: int, real: Tensor, fake: Tensor, label: Tensor | None) -> Judgement:
        """For an update of D: its loss, which is logged, and what is minimised, both (); what it says of each, (N,)."""

    @abstractmethod
    def deceive(self, number: int, real: Tensor, fake: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        """G's loss, which is logged, and what is minimised; both ()."""

    def penalties(self, number: int, extra: int, real: Tensor, fake: Tensor, label: Tensor | None) -> Tensor:
        """The gradient penalties that the settings ask for in this step, weighted; ()."""
        settings = self.settings

        def score(x: Tensor) -> Tensor:
            return self.score(number, extra, x, label)

        total = torch.zeros((), device=self.device)
        if settings.loss == "wasserstein_penalty":
            mix = torch.rand(len(real), generator=self.random(MIX, number, extra)).to(self.device)
            total = total + settings.penalty * gradient_penalty(score, real, fake, mix)
        if settings.real_penalty and number % LAZY == 0:
            total = total + LAZY * settings.real_penalty * real_gradient_penalty(score, real)
        return total

    def random(self, purpose: int, *words: int) -> torch.Generator:
        """The generator of random numbers of one purpose."""
        return seeded_generator(self.settings.seed, purpose, *words)

    def _step(self, number: int) -> GANStep:
        for extra in range(self.settings.discriminator_steps - 1):
            real, label = self.real(self._rows(number, extra + 1))
            with torch.no_grad():
                fake = self.fake(number, extra + 1, label)
            self._update_discriminator(number, extra + 1, real, fake, label)
        real, label = self.real(self._rows(number, 0))
        fake = self.fake(number, 0, label)  # D learns from it first, and then G, by the same
        loss_d, outputs, gradient_d = self._update_discriminator(number, 0, real, fake.detach(), label)
        loss_g, gradient_g = self._update_generator(number, real, fake, label)
        self.follow(early(self.settings.average, number))
        losses = loss_d, loss_g, gradient_d, gradient_g
        if not all(map(math.isfinite, losses)):
            raise TrainingError(f"the losses are {loss_d:g} and {loss_g:g} at step {number}: the run stopped")
        return GANStep(number, *losses, *outputs)

    def _rows(self, number: int, extra: int) -> Tensor:
        """Indices (N,) of a batch; each epoch has its own order."""
        batch = self.settings.batch
        position = (number - 1) * self.settings.discriminator_steps + extra
        epoch, place = divmod(position, self.count // batch)
        if self._order[0] != epoch:
            self._order = epoch, torch.randperm(self.count, generator=self.random(ORDER, epoch))
        return self._order[1][place * batch : (place + 1) * batch]

    def _update_discriminator(
        self, number: int, extra: int, real: Tensor, fake: Tensor, label: Tensor | None
    ) -> tuple[float, tuple[float, float, float | None], float]:
        settings, updates = self.settings, self.updates["discriminator"]
        loss, whole, on_real, on_fake = self.judge(number, extra, real, fake, label)
        updates.zero_grad()
        whole.backward()
        updates.step()
        if settings.loss == "wasserstein_clip":
            with torch.no_grad():
                for weight in self.discriminator.parameters():
                    weight.clamp_(-settings.clip, settings.clip)
        outputs = on_real.mean().item(), on_fake.mean().item(), accuracy(settings.loss, on_real, on_fake)
        return loss.item(), outputs, gradient_norm(self.discriminator)

    def _update_generator(self, number: int, real: Tensor, fake: Tensor, label: Tensor | None) -> tuple[float, float]:
        updates = self.updates["generator"]
        self.discriminator.requires_grad_(False)
        loss, whole = self.deceive(number, real, fake, label)
        updates.zero_grad()
        whole.backward()
        updates.step()
        self.discriminator.requires_grad_(True)
        return loss.item(), gradient_norm(self.generator)


def gradient_norm(network: nn.Module) -> float:
    """L2 norm over the gradients of all of a network's parameters."""
    gradients = [each.grad.square().sum() for each in network.parameters() if each.grad is not None]
    return math.sqrt(float(torch.stack(gradients).sum()))


def accuracy(loss: Loss, real: Tensor, fake: Tensor) -> float | None:
    """Share of D's raw outputs (N,) on the right side of the threshold; None for a critic, who has none."""
    threshold = THRESHOLDS[loss]
    if threshold is None:
        return None
    return float(((real > threshold).float().mean() + (fake <= threshold).float().mean()) / 2)

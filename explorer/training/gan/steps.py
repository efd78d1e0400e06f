"""The adversarial loop as a generator of steps: everything random is derived from (seed, purpose, step)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.catalog import Mixture
from explorer.families.adversarial import (
    THRESHOLDS,
    Loss,
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    real_gradient_penalty,
)
from explorer.families.discriminator import Discriminator
from explorer.families.gan import GAN
from explorer.training.average import early, follow
from explorer.training.gan.augmentation import augment
from explorer.training.gan.settings import GANSettings, Optimiser
from explorer.training.settings import MOMENTUM, TrainingError
from explorer.training.steps import seeded_generator

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
    """Mean raw output of D on real pictures."""
    fake_output: float
    accuracy: float | None
    """Share of real and generated pictures that D takes for what they are; None for a critic."""


class Networks(nn.Module):
    """Generator, discriminator, and the generator's exponential moving average, which is what ships."""

    def __init__(self, generator: GAN, discriminator: Discriminator, average: GAN) -> None:
        super().__init__()
        self.generator, self.discriminator, self.average = generator, discriminator, average
        average.load_state_dict(generator.state_dict())
        average.eval().requires_grad_(False)

    def follow(self, weight: float) -> None:
        """Move the average: ``weight`` of itself, the rest of the generator; buffers too."""
        follow(self.average, self.generator, weight)


@dataclass(frozen=True)
class Batches:
    """What the loop draws from."""

    images: Tensor
    """uint8 (N, C, H, W)."""
    labels: Tensor | None
    """One-hot float32 (N, K)."""
    prior: Mixture | None
    """What latents are drawn from; None for a standard normal."""
    origin: GAN | None = None
    """The generator as it started, in evaluation mode, which ``anchor`` keeps pictures near to."""

    def latents(self, count: int, size: int, generator: torch.Generator) -> Tensor:
        """(count, size) float32."""
        noise = torch.randn(count, size, generator=generator)
        if self.prior is None:
            return noise
        chosen = torch.multinomial(self.prior.weights, count, replacement=True, generator=generator)
        return self.prior.means[chosen] + torch.einsum("nij,nj->ni", self.prior.cholesky[chosen], noise)


def optimiser(
    parameters: list[nn.Parameter], kind: Optimiser, rate: float, betas: tuple[float, float]
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


def optimisers(networks: Networks, settings: GANSettings) -> dict[str, torch.optim.Optimizer]:
    """One optimiser for each network that learns, over its parameters that are not frozen."""
    betas = (settings.beta1, settings.beta2)
    kinds = {
        "generator": (networks.generator, settings.generator_optimiser, settings.generator_rate),
        "discriminator": (networks.discriminator, settings.discriminator_optimiser, settings.discriminator_rate),
    }
    return {
        name: optimiser([each for each in network.parameters() if each.requires_grad], kind, rate, betas)
        for name, (network, kind, rate) in kinds.items()
    }


def train_steps(
    networks: Networks,
    updates: dict[str, torch.optim.Optimizer],
    batches: Batches,
    settings: GANSettings,
    done: int = 0,
) -> Iterator[GANStep]:
    """Train on from step ``done``; every step depends on the weights, the optimisers and its number alone.

    Raises:
        TrainingError: if a loss is no finite number, naming the step; or if there are fewer images than a batch.
    """
    if len(batches.images) < settings.batch:
        raise TrainingError(f"--batch {settings.batch} is more than the {len(batches.images)} images of the data set")
    rates = {name: each.param_groups[0]["lr"] for name, each in updates.items()}
    step = _Step(networks, updates, batches, settings)
    for number in range(done + 1, settings.steps + 1):
        left = (settings.steps - number + 1) / max(1.0, settings.decay * settings.steps)
        for name, each in updates.items():
            base = settings.generator_rate if name == "generator" else settings.discriminator_rate
            each.param_groups[0]["lr"] = base * min(1.0, left) if settings.decay else rates[name]
        yield step(number)


class _Step:
    """One step; holds what does not change from step to step."""

    def __init__(
        self,
        networks: Networks,
        updates: dict[str, torch.optim.Optimizer],
        batches: Batches,
        settings: GANSettings,
    ) -> None:
        self.networks, self.updates, self.batches, self.settings = networks, updates, batches, settings
        self.device = next(networks.parameters()).device
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))

    def __call__(self, number: int) -> GANStep:
        settings, networks = self.settings, self.networks
        for extra in range(settings.discriminator_steps - 1):
            real, label = self._real(number, extra + 1)
            with torch.no_grad():
                fake = networks.generator.decode(self._latents(number, extra + 1), label)
            self._update_discriminator(number, extra + 1, real, fake, label)
        real, label = self._real(number, 0)
        z = self._latents(number, 0)
        fake = networks.generator.decode(z, label)  # D learns from it first, and then G, by the same pictures
        loss_d, outputs, gradient_d = self._update_discriminator(number, 0, real, fake.detach(), label)
        loss_g, gradient_g = self._update_generator(number, z, fake, label)
        networks.follow(early(settings.average, number))
        losses = loss_d, loss_g, gradient_d, gradient_g
        if not all(map(math.isfinite, losses)):
            raise TrainingError(f"the losses are {loss_d:g} and {loss_g:g} at step {number}: the run stopped")
        return GANStep(number, *losses, *outputs)

    def _generator(self, purpose: int, number: int, extra: int) -> torch.Generator:
        return seeded_generator(self.settings.seed, purpose, number, extra)

    def _real(self, number: int, extra: int) -> tuple[Tensor, Tensor | None]:
        batch, images = self.settings.batch, self.batches.images
        per_epoch = len(images) // batch
        position = (number - 1) * self.settings.discriminator_steps + extra
        epoch, place = divmod(position, per_epoch)
        if self._order[0] != epoch:
            self._order = (
                epoch,
                torch.randperm(len(images), generator=seeded_generator(self.settings.seed, ORDER, epoch)),
            )
        rows = self._order[1][place * batch : (place + 1) * batch]
        real = (images[rows].float() / 255).to(self.device, memory_format=torch.channels_last)
        labels = self.batches.labels
        return real, None if labels is None else labels[rows].to(self.device)

    def _latents(self, number: int, extra: int) -> Tensor:
        noise = self._generator(NOISE, number, extra)
        return self.batches.latents(self.settings.batch, self.settings.latent, noise).to(self.device)

    def _judge(self, number: int, extra: int, x: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor | None]:
        seen = augment(x, self.settings.augment, self._generator(AUGMENTATION, number, extra))
        outputs: tuple[Tensor, Tensor | None] = self.networks.discriminator(seen, label)
        return outputs

    def _update_discriminator(
        self, number: int, extra: int, real: Tensor, fake: Tensor, label: Tensor | None
    ) -> tuple[float, tuple[float, float, float | None], float]:
        settings, updates = self.settings, self.updates["discriminator"]
        on_real, real_classes = self._judge(number, 2 * extra, real, label)
        on_fake, fake_classes = self._judge(number, 2 * extra + 1, fake, label)
        loss = discriminator_loss(settings.loss, on_real, on_fake)
        whole = loss + self._penalties(number, extra, real, fake, label)
        if label is not None and real_classes is not None and fake_classes is not None:
            whole = whole + F.cross_entropy(real_classes, label) + F.cross_entropy(fake_classes, label)
        updates.zero_grad()
        whole.backward()
        updates.step()
        if settings.loss == "wasserstein_clip":
            with torch.no_grad():
                for weight in self.networks.discriminator.parameters():
                    weight.clamp_(-settings.clip, settings.clip)
        outputs = on_real.mean().item(), on_fake.mean().item(), accuracy(settings.loss, on_real, on_fake)
        return loss.item(), outputs, gradient_norm(self.networks.discriminator)

    def _penalties(self, number: int, extra: int, real: Tensor, fake: Tensor, label: Tensor | None) -> Tensor:
        settings = self.settings

        def judge(x: Tensor) -> Tensor:
            return self._judge(number, 2 * extra, x, label)[0]

        total = torch.zeros((), device=self.device)
        if settings.loss == "wasserstein_penalty":
            mix = torch.rand(len(real), generator=self._generator(MIX, number, extra)).to(self.device)
            total = total + settings.penalty * gradient_penalty(judge, real, fake, mix)
        if settings.real_penalty and number % LAZY == 0:
            total = total + LAZY * settings.real_penalty * real_gradient_penalty(judge, real)
        return total

    def _update_generator(self, number: int, z: Tensor, fake: Tensor, label: Tensor | None) -> tuple[float, float]:
        updates = self.updates["generator"]
        discriminator = self.networks.discriminator.requires_grad_(False)
        output, classes = self._judge(number, 2 * self.settings.discriminator_steps, fake, label)
        loss = whole = generator_loss(self.settings.loss, output)
        if label is not None and classes is not None:
            whole = loss + F.cross_entropy(classes, label)
        if self.batches.origin is not None:
            with torch.no_grad():
                start = self.batches.origin.decode(z, label)
            whole = whole + self.settings.anchor * F.mse_loss(fake, start)
        updates.zero_grad()
        whole.backward()
        updates.step()
        discriminator.requires_grad_(True)
        return loss.item(), gradient_norm(self.networks.generator)


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

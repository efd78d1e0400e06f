"""The adversarial loop over sequences as a generator of steps: everything random is derived from (seed, purpose, step).

D's loss is the mean over the steps of its sequences (Esteban et al. 2017, eq. 1); losses, optimisers and penalties are
those of every GAN here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from explorer.families.adversarial import (
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    real_gradient_penalty,
)
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import Notes
from explorer.training.average import early, follow
from explorer.training.gan.steps import LAZY, MIX, NOISE, ORDER, GANStep, accuracy, gradient_norm, optimiser
from explorer.training.sequences.data import Windows
from explorer.training.sequences.settings import RecurrentGANSettings
from explorer.training.settings import TrainingError
from explorer.training.steps import seeded_generator


class SequenceNetworks(nn.Module):
    """Both networks as they are trained, and the generator's moving average, which is what ships."""

    def __init__(self, model: RecurrentGAN, average: RecurrentGAN) -> None:
        super().__init__()
        self.model, self.average = model, average
        average.load_state_dict(model.state_dict())
        average.eval().requires_grad_(False)

    def follow(self, weight: float) -> None:
        """Move the average: ``weight`` of itself, the rest of the generator; its discriminator is the trained one."""
        follow(self.average.generator, self.model.generator, weight)
        self.average.discriminator.load_state_dict(self.model.discriminator.state_dict())


def optimisers(model: RecurrentGAN, settings: RecurrentGANSettings) -> dict[str, torch.optim.Optimizer]:
    """One optimiser for each network."""
    betas = (settings.beta1, settings.beta2)
    kinds = {
        "generator": (model.generator, settings.generator_optimiser, settings.generator_rate),
        "discriminator": (model.discriminator, settings.discriminator_optimiser, settings.discriminator_rate),
    }
    return {
        name: optimiser(list(network.parameters()), kind, rate, betas) for name, (network, kind, rate) in kinds.items()
    }


def train_steps(
    networks: SequenceNetworks,
    updates: dict[str, torch.optim.Optimizer],
    real: Windows,
    settings: RecurrentGANSettings,
    done: int = 0,
) -> Iterator[GANStep]:
    """Train on from step ``done``; every step depends on the weights, the optimisers and its number alone.

    Raises:
        TrainingError: if a loss is no finite number, naming the step; or if there are fewer sequences than a batch.
    """
    if len(real.stored) < settings.batch:
        raise TrainingError(f"--batch {settings.batch} is more than the {len(real.stored)} sequences of the data set")
    step = _Step(networks, updates, real, settings)
    for number in range(done + 1, settings.steps + 1):
        left = (settings.steps - number + 1) / max(1.0, settings.decay * settings.steps)
        for name, each in updates.items():
            base = settings.generator_rate if name == "generator" else settings.discriminator_rate
            each.param_groups[0]["lr"] = base * min(1.0, left) if settings.decay else base
        yield step(number)


@contextmanager
def _twice_differentiable() -> Iterator[None]:
    """Recurrent layers without oneDNN, whose fused cells have no second derivative."""
    backend: Any = torch.backends.mkldnn
    before, backend.enabled = backend.enabled, False
    try:
        yield
    finally:
        backend.enabled = before


class _Step:
    """One step; holds what does not change from step to step."""

    def __init__(
        self,
        networks: SequenceNetworks,
        updates: dict[str, torch.optim.Optimizer],
        real: Windows,
        settings: RecurrentGANSettings,
    ) -> None:
        self.networks, self.updates, self.real, self.settings = networks, updates, real, settings
        self.model, self.labels = networks.model, real.labels
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))

    def __call__(self, number: int) -> GANStep:
        settings = self.settings
        for extra in range(settings.discriminator_steps - 1):
            real, label = self._real(number, extra + 1)
            with torch.no_grad():
                fake = self._fake(number, extra + 1, label)
            self._update_discriminator(number, extra + 1, real, fake, label)
        real, label = self._real(number, 0)
        fake = self._fake(number, 0, label)  # D learns from it first, and then G, by the same sequences
        loss_d, outputs, gradient_d = self._update_discriminator(number, 0, real, fake.detach(), label)
        loss_g, gradient_g = self._update_generator(real, fake, label)
        self.networks.follow(early(settings.average, number))
        losses = loss_d, loss_g, gradient_d, gradient_g
        if not all(map(math.isfinite, losses)):
            raise TrainingError(f"the losses are {loss_d:g} and {loss_g:g} at step {number}: the run stopped")
        return GANStep(number, *losses, *outputs)

    def _real(self, number: int, extra: int) -> tuple[Tensor, Tensor | None]:
        batch = self.settings.batch
        per_epoch = len(self.real.stored) // batch
        epoch, place = divmod((number - 1) * self.settings.discriminator_steps + extra, per_epoch)
        if self._order[0] != epoch:
            source = seeded_generator(self.settings.seed, ORDER, epoch)
            self._order = epoch, torch.randperm(len(self.real.stored), generator=source)
        rows = self._order[1][place * batch : (place + 1) * batch]
        return self.real.numbers(rows), None if self.labels is None else self.labels[rows]

    def _fake(self, number: int, extra: int, label: Tensor | None) -> Tensor:
        source = seeded_generator(self.settings.seed, NOISE, number, extra)
        kind = self.real.kind
        noise = torch.randn(self.settings.batch, kind.length, self.settings.latent, generator=source)
        fake = self.model.generate_sequences(noise, label)
        if self.settings.straight_through and isinstance(kind, Notes):
            return kind.numbers(kind.tokens(fake)) + fake - fake.detach()
        return fake

    def _judge(self, x: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        outputs: tuple[Tensor, Tensor] = self.model.discriminator(self.model.labelled(x, label))
        return outputs

    def _judge_both(self, real: Tensor, fake: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        """D's outputs on real and generated sequences; side by side in one batch, where it judges one by one."""
        if self.model.discriminator.minibatch is not None:
            return self._judge(real, label)[0], self._judge(fake, label)[0]
        both = None if label is None else torch.cat([label, label])
        on_real, on_fake = self._judge(torch.cat([real, fake]), both)[0].chunk(2)
        return on_real, on_fake

    def _update_discriminator(
        self, number: int, extra: int, real: Tensor, fake: Tensor, label: Tensor | None
    ) -> tuple[float, tuple[float, float, float | None], float]:
        settings, updates = self.settings, self.updates["discriminator"]
        on_real, on_fake = self._judge_both(real, fake, label)
        loss = discriminator_loss(settings.loss, on_real, on_fake)
        whole = loss + self._penalties(number, extra, real, fake, label)
        updates.zero_grad()
        whole.backward()
        updates.step()
        if settings.loss == "wasserstein_clip":
            with torch.no_grad():
                for weight in self.model.discriminator.parameters():
                    weight.clamp_(-settings.clip, settings.clip)
        of_real, of_fake = on_real.mean(1), on_fake.mean(1)
        outputs = of_real.mean().item(), of_fake.mean().item(), accuracy(settings.loss, of_real, of_fake)
        return loss.item(), outputs, gradient_norm(self.model.discriminator)

    def _penalties(self, number: int, extra: int, real: Tensor, fake: Tensor, label: Tensor | None) -> Tensor:
        settings = self.settings

        def judge(x: Tensor) -> Tensor:
            return self._judge(x, label)[0].mean(1)

        total = torch.zeros(())
        with _twice_differentiable():
            if settings.loss == "wasserstein_penalty":
                source = seeded_generator(settings.seed, MIX, number, extra)
                mix = torch.rand(len(real), generator=source)
                total = total + settings.penalty * gradient_penalty(judge, real, fake, mix)
            if settings.real_penalty and number % LAZY == 0:
                total = total + LAZY * settings.real_penalty * real_gradient_penalty(judge, real)
        return total

    def _update_generator(self, real: Tensor, fake: Tensor, label: Tensor | None) -> tuple[float, float]:
        settings, updates = self.settings, self.updates["generator"]
        discriminator = self.model.discriminator.requires_grad_(False)
        outputs, features = self._judge(fake, label)
        loss = generator_loss(settings.loss, outputs)
        whole = loss
        if settings.feature_matching:  # Salimans et al. 2016, section 3.1
            with torch.no_grad():
                wanted = self._judge(real, label)[1].mean(0)
            whole = loss + settings.feature_matching * (features.mean(0) - wanted).square().sum(-1).mean()
        updates.zero_grad()
        whole.backward()
        updates.step()
        discriminator.requires_grad_(True)
        return loss.item(), gradient_norm(self.model.generator)

"""The adversarial loop over sequences as a generator of steps.

D's loss is the mean over the steps of its sequences (Esteban et al. 2017, eq. 1); losses, optimisers and penalties are
those of every GAN here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from explorer.families.adversarial import discriminator_loss, generator_loss
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import Notes
from explorer.training.adversarial import NOISE, AdversarialLoop, GANStep, Judgement
from explorer.training.average import follow
from explorer.training.fits import check_batch
from explorer.training.sequences.data import Windows
from explorer.training.sequences.settings import RecurrentGANSettings

CHANGES = 2
"""Greatest order of the differences between steps whose moments are matched."""
SMALLEST = 1e-3
"""Least spread that differences of moments are divided by."""


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


def train_steps(
    networks: SequenceNetworks,
    updates: dict[str, torch.optim.Optimizer],
    real: Windows,
    settings: RecurrentGANSettings,
    done: int = 0,
) -> Iterator[GANStep]:
    """Train on from step ``done``; see :meth:`explorer.training.adversarial.AdversarialLoop.train`.

    Raises:
        TrainingError: if a loss is no finite number, naming the step; or if there are fewer sequences than a batch.
    """
    check_batch(settings.batch, len(real.stored), "sequences")
    yield from _Loop(networks, updates, real, settings).train(done)


@contextmanager
def _twice_differentiable() -> Iterator[None]:
    """Recurrent layers without oneDNN, whose fused cells have no second derivative."""
    backend: Any = torch.backends.mkldnn
    before, backend.enabled = backend.enabled, False
    try:
        yield
    finally:
        backend.enabled = before


def moment_distance(real: Tensor, fake: Tensor) -> Tensor:
    """How far batches (N, T, C) are from each other in the mean and spread of every step and of its changes; ().

    Squared differences of the means and standard deviations over the batch, in standard deviations of what is real,
    averaged over the steps: of the values, of their first and of their second differences from step to step. What is
    rougher than real sequences is far in the differences.
    """
    total = real.new_zeros(())
    for order in range(CHANGES + 1):
        wanted, found = (each.diff(n=order, dim=1) for each in (real, fake))
        spread = wanted.std(0)
        for apart in (found.mean(0) - wanted.mean(0), found.std(0) - spread):
            total = total + (apart / spread.clamp_min(SMALLEST)).square().mean()
    return total


class _Loop(AdversarialLoop[RecurrentGANSettings]):
    """The loop over sequences, at each of whose steps D has an output."""

    def __init__(
        self,
        networks: SequenceNetworks,
        updates: dict[str, torch.optim.Optimizer],
        real: Windows,
        settings: RecurrentGANSettings,
    ) -> None:
        self.model, self.windows = networks.model, real
        super().__init__(networks.model, updates, len(real.stored), settings, networks.follow)

    def real(self, rows: Tensor) -> tuple[Tensor, Tensor | None]:
        labels = self.windows.labels
        return self.windows.numbers(rows), None if labels is None else labels[rows]

    def fake(self, number: int, extra: int, label: Tensor | None) -> Tensor:
        kind, size = self.windows.kind, self.settings.latent
        noise = torch.randn(self.settings.batch, kind.length, size, generator=self.random(NOISE, number, extra))
        fake = self.model.generate_sequences(noise, label)
        if self.settings.straight_through and isinstance(kind, Notes):
            return kind.numbers(kind.tokens(fake)) + fake - fake.detach()
        return fake

    def score(self, number: int, extra: int, x: Tensor, label: Tensor | None) -> Tensor:
        return self._outputs(x, label)[0].mean(1)

    def judge(self, number: int, extra: int, real: Tensor, fake: Tensor, label: Tensor | None) -> Judgement:
        on_real, on_fake = self._outputs_of_both(real, fake, label)
        loss = discriminator_loss(self.settings.loss, on_real, on_fake)
        with _twice_differentiable():
            whole = loss + self.penalties(number, extra, real, fake, label)
        return loss, whole, on_real.mean(1), on_fake.mean(1)

    def deceive(self, number: int, real: Tensor, fake: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        outputs, features = self._outputs(fake, label)
        loss = whole = generator_loss(self.settings.loss, outputs)
        if self.settings.feature_matching:  # Salimans et al. 2016, section 3.1
            with torch.no_grad():
                wanted = self._outputs(real, label)[1].mean(0)
            whole = loss + self.settings.feature_matching * (features.mean(0) - wanted).square().sum(-1).mean()
        if self.settings.moment_matching:
            whole = whole + self.settings.moment_matching * moment_distance(real, fake)
        return loss, whole

    def _outputs(self, x: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        """D's raw outputs (N, T), and its features, which are matched."""
        outputs: tuple[Tensor, Tensor] = self.model.discriminator(self.model.labelled(x, label))
        return outputs

    def _outputs_of_both(self, real: Tensor, fake: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        """D's outputs on real and generated sequences; side by side in one batch, where it judges one by one."""
        if self.model.discriminator.minibatch is not None:
            return self._outputs(real, label)[0], self._outputs(fake, label)[0]
        both = None if label is None else torch.cat([label, label])
        on_real, on_fake = self._outputs(torch.cat([real, fake]), both)[0].chunk(2)
        return on_real, on_fake

"""The adversarial loop over pictures as a generator of steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.catalog import Mixture
from explorer.families.adversarial import discriminator_loss, generator_loss
from explorer.families.discriminator import Discriminator
from explorer.families.gan import GAN
from explorer.training.adversarial import AUGMENTATION, NOISE, AdversarialLoop, GANStep, Judgement
from explorer.training.average import follow
from explorer.training.fits import check_batch
from explorer.training.gan.augmentation import augment
from explorer.training.gan.settings import GANSettings


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


def train_steps(
    networks: Networks,
    updates: dict[str, torch.optim.Optimizer],
    batches: Batches,
    settings: GANSettings,
    done: int = 0,
) -> Iterator[GANStep]:
    """Train on from step ``done``; see :meth:`explorer.training.adversarial.AdversarialLoop.train`.

    Raises:
        TrainingError: if a loss is no finite number, naming the step; or if there are fewer images than a batch.
    """
    check_batch(settings.batch, len(batches.images), "images")
    yield from _Loop(networks, updates, batches, settings).train(done)


class _Loop(AdversarialLoop[GANSettings]):
    """The loop over pictures, which D may see augmented, and whose classes it may tell."""

    def __init__(
        self,
        networks: Networks,
        updates: dict[str, torch.optim.Optimizer],
        batches: Batches,
        settings: GANSettings,
    ) -> None:
        super().__init__(networks, updates, len(batches.images), settings, networks.follow)
        self.networks, self.batches = networks, batches

    def real(self, rows: Tensor) -> tuple[Tensor, Tensor | None]:
        real = (self.batches.images[rows].float() / 255).to(self.device, memory_format=torch.channels_last)
        labels = self.batches.labels
        return real, None if labels is None else labels[rows].to(self.device)

    def fake(self, number: int, extra: int, label: Tensor | None) -> Tensor:
        return self.networks.generator.decode(self._latents(number, extra), label)

    def score(self, number: int, extra: int, x: Tensor, label: Tensor | None) -> Tensor:
        return self._outputs(number, 2 * extra, x, label)[0]

    def judge(self, number: int, extra: int, real: Tensor, fake: Tensor, label: Tensor | None) -> Judgement:
        on_real, real_classes = self._outputs(number, 2 * extra, real, label)
        on_fake, fake_classes = self._outputs(number, 2 * extra + 1, fake, label)
        loss = discriminator_loss(self.settings.loss, on_real, on_fake)
        whole = loss + self.penalties(number, extra, real, fake, label)
        if label is not None and real_classes is not None and fake_classes is not None:
            whole = whole + F.cross_entropy(real_classes, label) + F.cross_entropy(fake_classes, label)
        return loss, whole, on_real, on_fake

    def deceive(self, number: int, real: Tensor, fake: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        output, classes = self._outputs(number, 2 * self.settings.discriminator_steps, fake, label)
        loss = whole = generator_loss(self.settings.loss, output)
        if label is not None and classes is not None:
            whole = loss + F.cross_entropy(classes, label)
        if self.batches.origin is not None:
            with torch.no_grad():
                start = self.batches.origin.decode(self._latents(number, 0), label)
            whole = whole + self.settings.anchor * F.mse_loss(fake, start)
        return loss, whole

    def _latents(self, number: int, extra: int) -> Tensor:
        noise = self.random(NOISE, number, extra)
        return self.batches.latents(self.settings.batch, self.settings.latent, noise).to(self.device)

    def _outputs(self, number: int, place: int, x: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """D's raw outputs (N,), and its logits of the classes (N, K) where it tells them."""
        seen = augment(x, self.settings.augment, self.random(AUGMENTATION, number, place))
        outputs: tuple[Tensor, Tensor | None] = self.networks.discriminator(seen, label)
        return outputs

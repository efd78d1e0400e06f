"""``explorer train gan``: train an image GAN, resumably."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.cli.runs import train_run, whole_numbers

if TYPE_CHECKING:
    from explorer.training.adversarial import GANStep


def gan(
    data: Annotated[str, typer.Option(help="Data set; see `explorer data list`.")],
    out: Annotated[Path, typer.Option(help="Folder of the run, and of the checkpoint that it becomes.")],
    latent: Annotated[int, typer.Option(help="Latent dimensions.")] = 32,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 0,
    steps: Annotated[int, typer.Option(help="Generator updates.")] = 10_000,
    batch: Annotated[int, typer.Option(help="Real images, and generated ones, per step.")] = 64,
    loss: Annotated[
        str,
        typer.Option(help="minimax, non_saturating, least_squares, hinge, wasserstein_clip or wasserstein_penalty."),
    ] = "non_saturating",
    widths: Annotated[str, typer.Option(help="Channels of the generator.")] = "64,64,32",
    hidden: Annotated[int, typer.Option(help="Hidden layer before the first feature map; 0 for none.")] = 0,
    generator_norm: Annotated[str, typer.Option(help="none or batch.")] = "batch",
    discriminator_widths: Annotated[str, typer.Option(help="Channels after each halving.")] = "32,64,96",
    discriminator_norm: Annotated[str, typer.Option(help="none, batch or spectral.")] = "none",
    residual_blocks: Annotated[int, typer.Option(help="In each network.")] = 0,
    attention: Annotated[bool, typer.Option("--attention", help="Self-attention in both networks.")] = False,
    batch_deviation: Annotated[bool, typer.Option("--batch-deviation", help="Show D how much a batch varies.")] = False,
    condition: Annotated[str, typer.Option(help="Attribute that pictures are conditional on.")] = "",
    conditioning: Annotated[str, typer.Option(help="Of D: projection or concatenation.")] = "projection",
    auxiliary: Annotated[bool, typer.Option("--auxiliary", help="D classifies instead (AC-GAN).")] = False,
    augment: Annotated[str, typer.Option(help="Some of colour,translation,cutout (DiffAugment).")] = "",
    generator_optimiser: Annotated[str, typer.Option(help="sgd, momentum, rmsprop or adam.")] = "adam",
    discriminator_optimiser: Annotated[str, typer.Option(help="sgd, momentum, rmsprop or adam.")] = "adam",
    generator_rate: Annotated[float, typer.Option(help="Learning rate of G.")] = 2e-4,
    discriminator_rate: Annotated[float, typer.Option(help="Learning rate of D.")] = 2e-4,
    beta1: Annotated[float, typer.Option(help="Of Adam.")] = 0.5,
    beta2: Annotated[float, typer.Option(help="Of Adam.")] = 0.99,
    decay: Annotated[
        float, typer.Option(help="Share of the steps over which the rates fall to zero at the end.")
    ] = 0.4,
    discriminator_steps: Annotated[int, typer.Option(help="D updates per G update.")] = 1,
    clip: Annotated[float, typer.Option(help="D's weights stay within ± this (wasserstein_clip).")] = 0.01,
    penalty: Annotated[float, typer.Option(help="λ of the gradient penalty (wasserstein_penalty).")] = 10.0,
    real_penalty: Annotated[float, typer.Option(help="γ of R1, at every 16th step; 0 for none.")] = 0.0,
    average: Annotated[float, typer.Option(help="Weight of the past in G's moving average, which ships.")] = 0.998,
    start: Annotated[str, typer.Option(help="A VAE whose decoder, and prior, G starts from.")] = "",
    anchor: Annotated[
        float, typer.Option(help="Weight of the mean squared difference from the start's pictures.")
    ] = 0.0,
    judge: Annotated[int, typer.Option(help="Pictures that each moment is measured on.")] = 1000,
    browse: Annotated[int, typer.Option(help="Held-out images that ship as nearest neighbours.")] = 1000,
    title_en: Annotated[str, typer.Option(help="What sets the model apart, for its title.")] = "",
    title_zh: Annotated[str, typer.Option(help="The same in Chinese.")] = "",
    accelerator: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 1,
) -> None:
    """Train a generative adversarial network of images."""
    given = {
        **locals(),
        "widths": whole_numbers(widths, "64,32"),
        "discriminator_widths": whole_numbers(discriminator_widths, "64,32"),
        "augment": tuple(filter(None, augment.split(","))),
    }
    from explorer.training.gan.launch import train_gan
    from explorer.training.gan.settings import GANSettings

    train_run(train_gan, GANSettings, given, adversarial_losses, accelerator=accelerator)


def adversarial_losses(step: GANStep) -> dict[str, str]:
    """What the bar of a GAN's training shows."""
    return {"d": f"{step.discriminator_loss:.2f}", "g": f"{step.generator_loss:.2f}"}

"""``explorer train planar-gan``: train a GAN in the plane and record it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

Kind = Annotated[str | None, typer.Option(help="sgd, momentum, rmsprop or adam.")]
Rate = Annotated[float | None, typer.Option(help="Learning rate, above 0 to 10.")]
Beta = Annotated[float | None, typer.Option(help="Adam's decay of a moment, from 0 below 1.")]
Widths = Annotated[str | None, typer.Option(help="Hidden layers, such as 16,16; '' for none.")]
Activation = Annotated[str | None, typer.Option(help="relu, leaky_relu or tanh.")]
Normalisation = Annotated[str | None, typer.Option(help="none, batch or (discriminator) spectral.")]
Steps = Annotated[int | None, typer.Option(help="Updates in each iteration, 1 to 10.")]
Words = Annotated[str | None, typer.Option(help="What a visitor reads; by default what the settings say.")]


def planar_gan(
    out: Annotated[Path, typer.Option(help="Folder of the checkpoint.")],
    iterations: Annotated[int, typer.Option(help="Each is some updates of D, then some of G.")] = 5000,
    settings: Annotated[Path | None, typer.Option(help="JSON file; options given beside it win.")] = None,
    data: Annotated[
        str | None, typer.Option(help="line, ring, gaussians, grid, spiral, moons, disjoint or drawn.")
    ] = None,
    points: Annotated[str | None, typer.Option(help="For drawn data: [[x, y], …] as JSON.")] = None,
    noise: Annotated[str | None, typer.Option(help="uniform or gaussian.")] = None,
    noise_dimensions: Annotated[int | None, typer.Option(help="1 or 2.")] = None,
    generator_widths: Widths = None,
    generator_activation: Activation = None,
    generator_normalisation: Normalisation = None,
    discriminator_widths: Widths = None,
    discriminator_activation: Activation = None,
    discriminator_normalisation: Normalisation = None,
    loss: Annotated[
        str | None,
        typer.Option(help="minimax, non_saturating, least_squares, hinge, wasserstein_clip or wasserstein_penalty."),
    ] = None,
    clip: Annotated[float | None, typer.Option(help="Of wasserstein_clip: bound of D's weights.")] = None,
    penalty: Annotated[float | None, typer.Option(help="Of wasserstein_penalty: the penalty's weight.")] = None,
    generator_optimiser: Kind = None,
    generator_learning_rate: Rate = None,
    generator_beta1: Beta = None,
    generator_beta2: Beta = None,
    discriminator_optimiser: Kind = None,
    discriminator_learning_rate: Rate = None,
    discriminator_beta1: Beta = None,
    discriminator_beta2: Beta = None,
    discriminator_steps: Steps = None,
    generator_steps: Steps = None,
    batch: Annotated[int | None, typer.Option(help="Points in each batch, 2 to 1024.")] = None,
    seed: Annotated[int | None, typer.Option(help="Everything random follows from it.")] = None,
    title_en: Words = None,
    title_zh: Words = None,
    description_en: Words = None,
    description_zh: Words = None,
) -> None:
    """Train a GAN in the plane; the folder holds moments that the page can go on from."""
    given = dict(locals())
    import torch

    from explorer.training.planar.command import Wording, default_wording, with_options
    from explorer.training.planar.finish import train_planar_gan

    torch.set_num_threads(1)
    for name in ("generator_widths", "discriminator_widths"):
        given[name] = _widths(given[name])
    given["points"] = None if points is None else _json("--points", points)
    chosen = with_options({} if settings is None else _json_file(settings), given)
    default = default_wording(chosen)
    wording = Wording(
        {"en": title_en or default.title["en"], "zh": title_zh or default.title["zh"]},
        {"en": description_en or default.description["en"], "zh": description_zh or default.description["zh"]},
    )
    recording = train_planar_gan(chosen, iterations, wording, out)
    if recording.stopped is not None:
        typer.echo(f"the run diverged in iteration {recording.stopped}; everything before is kept")
    typer.echo(f"{out} is complete; look at it with: explorer app --checkpoints {out.parent}")


def _widths(text: str | None) -> list[int] | None:
    from explorer.families.planar_settings import PlanarSettingsError

    if text is None:
        return None
    words = text.split(",") if text else []
    if not all(word.strip().isdecimal() for word in words):
        raise PlanarSettingsError(f"widths are whole numbers joined by commas, such as 16,16; got {text!r:.60}")
    return [int(word) for word in words]


def _json(name: str, text: str) -> Any:
    from explorer.families.planar_settings import PlanarSettingsError

    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanarSettingsError(f"{name} must be JSON: {error}") from error


def _json_file(path: Path) -> Any:
    from explorer.families.planar_settings import PlanarSettingsError

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanarSettingsError(f"--settings {path}: {error}") from error
    return _json(f"--settings {path}", text)

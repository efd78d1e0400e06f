"""``explorer train planar-gan``: train a GAN in the plane and record it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from explorer.cli.options import with_options
from explorer.cli.runs import Replace
from explorer.families.planar_settings import PlanarSettingsError
from explorer.training.planar.command import Wording, chosen_settings, default_wording, described
from explorer.training.settings import MOST_STEPS

Words = Annotated[str | None, typer.Option(help="What a visitor reads; by default what the settings say.")]


@with_options(described(), dict)
def planar_gan(
    given: dict[str, Any],
    out: Annotated[Path, typer.Option(help="Folder of the checkpoint.")],
    iterations: Annotated[
        int, typer.Option(min=1, max=MOST_STEPS, help="Each is some updates of D, then some of G.")
    ] = 5000,
    settings: Annotated[Path | None, typer.Option(help="JSON file; options given beside it win.")] = None,
    title_en: Words = None,
    title_zh: Words = None,
    description_en: Words = None,
    description_zh: Words = None,
    replace: Replace = False,
) -> None:
    """Train a GAN in the plane; the folder holds moments that the page can go on from."""
    import torch

    from explorer.training.planar.finish import train_planar_gan

    torch.set_num_threads(1)
    if given["points"] is not None:
        given["points"] = _json("--points", given["points"])
    chosen = chosen_settings({} if settings is None else _json_file(settings), given)
    default = default_wording(chosen)
    wording = Wording(
        {"en": title_en or default.title["en"], "zh": title_zh or default.title["zh"]},
        {"en": description_en or default.description["en"], "zh": description_zh or default.description["zh"]},
    )
    recording = train_planar_gan(chosen, iterations, wording, out, replace=replace)
    if recording.stopped is not None:
        typer.echo(f"the run diverged in iteration {recording.stopped}; everything before is kept")
    typer.echo(f"{out} is complete; look at it with: explorer app --checkpoints {out.parent}")


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanarSettingsError(f"{name} must be JSON: {error}") from error


def _json_file(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanarSettingsError(f"--settings {path}: {error}") from error
    return _json(f"--settings {path}", text)

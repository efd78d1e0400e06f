"""What ``explorer sample`` and ``explorer trace`` write, for each kind of model."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint


def refuse_options(checkpoint: Checkpoint, **options: object) -> None:
    """Raise an ExplorerError that names those of the options that were given, though this kind of model has none."""
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if value is not None]
    if given:
        able = ", ".join(checkpoint.config.capabilities)
        raise ExplorerError(f"{checkpoint.config.name} takes no {' or '.join(given)}; it can: {able}")


def ending(path: Path, allowed: tuple[str, ...]) -> str:
    """The suffix of ``--out``, one of those allowed; raises ExplorerError otherwise, or where its folder is missing."""
    if path.suffix not in allowed:
        raise ExplorerError(f"--out must end in {' or '.join(allowed)}, got {path.name!r}")
    if not path.parent.is_dir():
        raise ExplorerError(f"--out: there is no folder {str(path.parent)!r}")
    return path.suffix


def write_pictures(
    checkpoint: Checkpoint, out: Path | None, as_json: bool, seed: int, count: int, options: dict[str, Any]
) -> None:
    """Pictures of the seeds from ``seed`` on, to a sheet (.png) or a trace (.npz); latents to the screen as JSON."""
    from explorer.probes.samples import samples
    from explorer.sheets import as_bytes, sheet
    from explorer.traces import save_npz

    if out is None and not as_json:
        raise ExplorerError("say where to with --out FILE.png or --out FILE.npz, or print latents with --json")
    kind = None if out is None else ending(out, (".png", ".npz"))
    drawn = samples(checkpoint, seed, count, **options)
    if as_json:
        numbers = {field: value.tolist() for field, value in vars(drawn).items() if field != "images"}
        typer.echo(json.dumps(numbers))
    if out is not None and kind == ".npz":
        save_npz(drawn, out)
    elif out is not None:
        sheet(as_bytes(drawn.images), math.ceil(math.sqrt(count))).save(out)


def write_text(
    checkpoint: Checkpoint, out: Path | None, as_json: bool, seed: int, count: int, options: dict[str, Any]
) -> None:
    """The prompt and what a character model writes after it: to the screen, or as JSON, text (.txt) or trace (.npz)."""
    from explorer.probes.writing import write
    from explorer.traces import save_npz

    kind = None if out is None else ending(out, (".txt", ".npz"))
    written = write(checkpoint.model, count=count, seed=seed, **{"prompt": "", **options})
    whole = written.prompt + written.text
    if as_json:
        fields = {**vars(written), "tokens": written.tokens.tolist(), "surprise": written.surprise.tolist()}
        typer.echo(json.dumps(fields, ensure_ascii=False))
    elif out is None:
        typer.echo(whole)
    if out is not None and kind == ".npz":
        save_npz(written, out)
    elif out is not None:
        out.write_text(whole, encoding="utf-8", newline="")


def trace_picture(
    checkpoint: Checkpoint, out: Path, image: Path | None, browse: int | None, seed: int, fitting: dict[str, Any]
) -> None:
    """A picture file, or one of the browse set, through encoder and decoder (a ``Reconstruction``).

    ``fitting`` says how a file becomes a picture of the model's size; what was done is printed to the error stream.
    """
    from explorer.pictures import browse_picture, read_picture
    from explorer.probes.reconstruction import reconstruct
    from explorer.traces import save_npz

    if (image is None) == (browse is None):
        raise ExplorerError("say what to encode with either --image FILE or --browse NUMBER")
    config, model = checkpoint.config, checkpoint.model
    if not {"Encodes", "BoundsEvidence"} <= set(config.capabilities):
        raise ExplorerError(f"{config.name} does not encode pictures; it can: {', '.join(config.capabilities)}")
    if image is not None:
        picture = read_picture(image, model.image_shape, **fitting)
        x = picture.pixels
        for words in picture.done:
            typer.echo(f"{image.name}: {words}", err=True)
    else:
        assert browse is not None
        if fitting:
            raise ExplorerError(f"--{' and --'.join(fitting)} go with --image FILE")
        x = browse_picture(checkpoint.folder, browse, model.image_shape)
    save_npz(reconstruct(model, x[None], seed), out)


def trace_text(checkpoint: Checkpoint, out: Path, text: str | None, file: Path | None) -> None:
    """A text, or the text in a file, through a character model's cells (a ``GatesTrace``)."""
    from explorer.probes.gates import trace_gates
    from explorer.probes.reading import read_file
    from explorer.traces import save_npz

    if text is not None and file is None:
        read = text
    elif file is not None and text is None:
        read = read_file(file)
    else:
        raise ExplorerError("say what to read with either --text TEXT or --file FILE")
    save_npz(trace_gates(checkpoint.model, read), out)

"""``explorer list, evaluate, sample, trace``: look at checkpoints from the command line."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

Name = Annotated[str, typer.Argument(help="A checkpoint; see `explorer list`.")]
Folder = Annotated[Path | None, typer.Option("--checkpoints", help="Folder of checkpoints, if not the shipped one.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Seed = Annotated[int, typer.Option(min=0, help="Everything random follows from it.")]


def list_checkpoints(checkpoints: Folder = None, as_json: Json = False) -> None:
    """List the checkpoints."""
    from explorer import catalog

    configs = catalog.checkpoints(checkpoints or catalog.SHIPPED)
    if as_json:
        typer.echo(json.dumps([asdict(config) for config in configs], ensure_ascii=False))
        return
    for config in configs:
        sides = [] if config.image is None else [config.image[key] for key in ("height", "width", "channels")]
        size = "" if config.latent_size is None else f"{config.latent_size} dimensions"
        typer.echo(
            f"{config.name:24} {config.family:10} {config.dataset['name']:16} {'×'.join(map(str, sides)):10} {size:15} "
            f"{_first_metric(config.metrics)}"
        )


def _first_metric(metrics: dict[str, dict[str, Any]]) -> str:
    if not metrics:
        return "not measured"
    name, first = next(iter(metrics.items()))
    interval = f"{first['value']:.4g} [{first['low']:.4g}, {first['high']:.4g}]"
    return f"{name.replace('_', ' ')} {interval} {first['unit']} on {first['count']} samples"


def evaluate(
    name: Name,
    count: Annotated[
        int | None, typer.Option(min=2, help="Images to measure on; default: 1000 held-out, or 5000 generated.")
    ] = None,
    draws: Annotated[int, typer.Option(min=1, help="K of the importance-weighted bound.")] = 50,
    seed: Seed = 0,
    checkpoints: Folder = None,
    as_json: Json = False,
) -> None:
    """Compute a checkpoint's metrics afresh, beside what its card says and what real data would get."""
    from explorer.cli.evaluation import evaluate as measure

    checkpoint = _open(name, checkpoints)
    found = measure(checkpoint, count, draws, seed)
    if as_json:
        typer.echo(json.dumps({"name": name, "seed": seed, **asdict(found)}))
        return
    for key, value in found.metrics.items():
        card, floor = checkpoint.config.metrics.get(key), found.floors.get(key)
        said = f"card {card['value']:.4f} on {card['count']}" if card else "not on the card"
        real = f"; real data {floor.value:.4f} [{floor.low:.4f}, {floor.high:.4f}]" if floor else ""
        typer.echo(
            f"{key:28} {value.value:12.4f}  [{value.low:.4f}, {value.high:.4f}]  "
            f"{value.count} images, {value.unit}{real}; {said}"
        )
    for remark in found.remarks:
        typer.echo(remark)


def sample(
    name: Name,
    out: Annotated[Path | None, typer.Option(help="A picture of the sheet (.png), or the trace (.npz).")] = None,
    seed: Seed = 0,
    count: Annotated[int, typer.Option(help="Samples; their seeds follow one another.")] = 64,
    prior: Annotated[str | None, typer.Option(help="mixture or standard_normal; default: the model's first.")] = None,
    scale: Annotated[float, typer.Option(help="Factor on the prior's standard deviations.")] = 1.0,
    label: Annotated[
        str | None,
        typer.Option(help="Of a conditional model: a class, or a blend such as 3:0.6,8:0.4; default: drawn."),
    ] = None,
    checkpoints: Folder = None,
    as_json: Json = False,
) -> None:
    """Sample from the prior: the same seed gives the same pictures as the page."""
    from explorer.errors import ExplorerError
    from explorer.probes.samples import samples
    from explorer.sheets import as_bytes, sheet
    from explorer.traces import save_npz

    if out is None and not as_json:
        raise ExplorerError("say where to with --out FILE.png or --out FILE.npz, or print latents with --json")
    drawn = samples(_open(name, checkpoints), seed, count, prior, scale, label)
    if as_json:
        numbers = {field: value.tolist() for field, value in vars(drawn).items() if field != "images"}
        typer.echo(json.dumps(numbers))
    if out is not None and _ending(out, (".png", ".npz")) == ".npz":
        save_npz(drawn, out)
    elif out is not None:
        sheet(as_bytes(drawn.images), math.ceil(math.sqrt(count))).save(out)


def trace(
    name: Name,
    out: Annotated[Path, typer.Option(help="Where the trace (.npz) goes.")],
    image: Annotated[Path | None, typer.Option(help="A picture file to encode.")] = None,
    browse: Annotated[int | None, typer.Option(help="Or an image of the browse set, by number.")] = None,
    seed: Seed = 0,
    checkpoints: Folder = None,
) -> None:
    """Encode a picture and write every number on its way: μ, ln σ², ε, z, reconstruction, evidence in nats."""
    from explorer.errors import ExplorerError
    from explorer.pictures import browse_picture, read_picture
    from explorer.probes.reconstruction import reconstruct
    from explorer.traces import save_npz

    if (image is None) == (browse is None):
        raise ExplorerError("say what to encode with either --image FILE or --browse NUMBER")
    _ending(out, (".npz",))
    checkpoint = _open(name, checkpoints)
    if not {"Encodes", "BoundsEvidence"} <= set(checkpoint.config.capabilities):
        raise ExplorerError(f"{name} does not encode pictures; it can: {', '.join(checkpoint.config.capabilities)}")
    if image is not None:
        x = read_picture(image, checkpoint.model.image_shape)
    else:
        assert browse is not None
        x = browse_picture(checkpoint.folder, browse, checkpoint.model.image_shape)
    save_npz(reconstruct(checkpoint.model, x[None], seed), out)


def _open(name: str, folder: Path | None) -> Any:
    import torch

    from explorer import catalog

    torch.set_num_threads(1)
    return catalog.open_checkpoint(catalog.find(name, folder or catalog.SHIPPED))


def _ending(path: Path, allowed: tuple[str, ...]) -> str:
    from explorer.errors import ExplorerError

    if path.suffix not in allowed:
        raise ExplorerError(f"--out must end in {' or '.join(allowed)}, got {path.name!r}")
    return path.suffix

"""``explorer list, evaluate, sample, trace``: look at checkpoints from the command line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from explorer.errors import one_line

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint
    from explorer.checkpoints import Config

Name = Annotated[str, typer.Argument(help="A checkpoint; see `explorer list`.")]
Folder = Annotated[Path | None, typer.Option("--checkpoints", help="Folder of checkpoints, if not the shipped one.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Seed = Annotated[int, typer.Option(min=0, max=2**53 - 1, help="Everything random follows from it.")]


def list_checkpoints(checkpoints: Folder = None, as_json: Json = False) -> None:
    """List the checkpoints, and why a folder is left out."""
    from explorer import catalog

    found = catalog.survey(checkpoints or catalog.SHIPPED)
    configs = sorted(found.configs, key=lambda config: config.name)
    for message in found.problems.values():
        typer.echo(f"left out: {message}", err=True)
    if as_json:
        typer.echo(json.dumps([asdict(config) for config in configs], ensure_ascii=False))
        return
    for config in configs:
        shape, size = _extent(config)
        line = (
            f"{config.name:24} {config.family:10} {config.dataset['name']:16} {shape:10} {size:15} "
            f"{_first_metric(config)}"
        )
        typer.echo(one_line(line))


def _extent(config: Config) -> tuple[str, str]:
    """How large what a model makes is, and how large its latent space or its layers are."""
    if "Writes" in config.capabilities:
        layers, units = config.arguments.get("layers", 1), config.arguments.get("hidden_size", "?")
        return f"{len(config.arguments['vocabulary']) - 1} chars", f"{config.arguments['cell']}, {layers} × {units}"
    if sequence := config.arguments.get("sequence"):
        units, layers = config.arguments.get("hidden_size", "?"), config.arguments.get("layers", 1)
        steps = "samples" if sequence["kind"] == "signal" else "notes"
        return f"{sequence['length']} {steps}", f"{config.arguments.get('cell', 'lstm')}, {layers} × {units}"
    sides = [] if config.image is None else [config.image[key] for key in ("height", "width", "channels")]
    return "×".join(map(str, sides)), "" if config.latent_size is None else f"{config.latent_size} dimensions"


def _first_metric(config: Config) -> str:
    if not config.metrics:
        return "not measured"
    name, first = next(iter(config.metrics.items()))
    interval = f"{first['value']:.4g} [{first['low']:.4g}, {first['high']:.4g}]"
    words = name.replace("_", " ")
    unit = "" if first["unit"] == words else f" {first['unit']}"
    counted = "characters" if "Writes" in config.capabilities else "samples"
    return f"{words} {interval}{unit} on {first['count']} {counted}{_beside(first)}"


def evaluate(
    name: Name,
    count: Annotated[
        int | None,
        typer.Option(
            min=2,
            max=100_000,
            help="Images to measure on; default: 1000 held-out (all for a model of binarised images), or 1000 "
            "generated. A text is measured on whole.",
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=100_000,
            help="K of the importance-weighted bound; default: 50, or 5000 for a model of binarised images.",
        ),
    ] = None,
    seed: Seed = 0,
    write: Annotated[
        bool, typer.Option("--write", help="Put the numbers and curves into the checkpoint's folder, and on its card.")
    ] = False,
    samples_only: Annotated[
        bool,
        typer.Option(
            "--samples-only", help="Judge pictures that the model makes; keep what the folder says of all else."
        ),
    ] = False,
    checkpoints: Folder = None,
    as_json: Json = False,
) -> None:
    """Compute a checkpoint's metrics afresh, beside what its card says and what real data would get.

    Of a model of binarised images, 10,000 images by 5,000 draws take a core from ten minutes (small perceptrons) to
    hours (convolutions); the bar says how long, and --count and --draws make it short.
    """
    from explorer.cli.evaluation import evaluate as measure
    from explorer.cli.writing import write as put

    checkpoint = _open(name, checkpoints)
    found = measure(checkpoint, count, draws, seed, samples_only)
    if write:
        put(checkpoint, found)
    if as_json:
        measured = {part: each for part, each in asdict(found).items() if part != "record"}
        typer.echo(json.dumps({"name": name, "seed": seed, **measured}))
        return
    things = "samples" if checkpoint.config.image is None else "images"
    for key, value in found.metrics.items():
        counted = "characters" if value.unit.endswith("per character") else things
        card, floor = checkpoint.config.metrics.get(key), found.floors.get(key)
        said = f"card {card['value']:.4f} on {card['count']}{_beside(card)}" if card else "not on the card"
        floored = f"; floor {floor.value:.4f} [{floor.low:.4f}, {floor.high:.4f}]" if floor else ""
        typer.echo(
            f"{key:28} {value.value:12.4f}  [{value.low:.4f}, {value.high:.4f}]  "
            f"{value.count} {counted}{_beside(asdict(value))}, {value.unit}{floored}; {said}"
        )
    for remark in found.remarks:
        typer.echo(remark)


def _beside(measured: dict[str, Any]) -> str:
    return f" beside {measured['reference']}" if "reference" in measured else ""


def sample(
    name: Name,
    out: Annotated[
        Path | None,
        typer.Option(help="A picture of the sheet (.png), the text (.txt), sequences (.csv), or the trace (.npz)."),
    ] = None,
    seed: Seed = 0,
    count: Annotated[
        int | None,
        typer.Option(help="Pictures, whose seeds follow one another; default: 64. Or characters; default: 500."),
    ] = None,
    prior: Annotated[str | None, typer.Option(help="mixture or standard_normal; default: the model's first.")] = None,
    scale: Annotated[float | None, typer.Option(help="Factor on the prior's standard deviations; default: 1.")] = None,
    label: Annotated[
        str | None,
        typer.Option(help="Of a conditional model: a class, or a blend such as 3:0.6,8:0.4; default: drawn."),
    ] = None,
    prompt: Annotated[str | None, typer.Option(help="What a character model goes on from; default: nothing.")] = None,
    temperature: Annotated[
        float | None, typer.Option(help="0 writes the most probable characters, 1 as the model predicts; default: 1.")
    ] = None,
    top_k: Annotated[int | None, typer.Option(help="Only so many of the most probable characters.")] = None,
    top_p: Annotated[
        float | None, typer.Option(help="Only the most probable characters that together reach this share.")
    ] = None,
    checkpoints: Folder = None,
    as_json: Json = False,
) -> None:
    """Draw pictures or sequences, or write a text: the same seed gives the same as on the page."""
    from explorer.cli.output import refuse_options, write_pictures, write_text
    from explorer.cli.sequences import write_sequences

    checkpoint = _open(name, checkpoints)
    of_pictures = {"prior_name": prior, "scale": scale, "label_text": label}
    of_texts = {"prompt": prompt, "temperature": temperature, "top_k": top_k, "top_p": top_p}
    if "Writes" in checkpoint.config.capabilities:
        refuse_options(checkpoint, prior=prior, scale=scale, label=label)
        write_text(checkpoint, out, as_json, seed, 500 if count is None else count, _given(of_texts))
    elif {"GeneratesSequences", "WritesNotes"} & set(checkpoint.config.capabilities):
        refuse_options(checkpoint, prior=prior, scale=scale, prompt=prompt, top_k=top_k, top_p=top_p)
        write_sequences(checkpoint, out, as_json, seed, 12 if count is None else count, label, temperature)
    else:
        refuse_options(checkpoint, **of_texts)
        write_pictures(checkpoint, out, as_json, seed, 64 if count is None else count, _given(of_pictures))


def trace(
    name: Name,
    out: Annotated[Path, typer.Option(help="Where the trace (.npz) goes.")],
    image: Annotated[Path | None, typer.Option(help="A picture file to encode.")] = None,
    browse: Annotated[
        int | None, typer.Option(help="Or an image of the browse set, by its place there, from 0.")
    ] = None,
    crop: Annotated[
        Literal["start", "centre", "end"] | None,
        typer.Option(help="Which square of a picture that is longer than wide, or wider than long; default: centre."),
    ] = None,
    invert: Annotated[
        bool | None,
        typer.Option(
            "--invert/--no-invert",
            show_default=False,
            help="Light for dark; default: a grey picture whose border is brighter than half.",
        ),
    ] = None,
    text: Annotated[str | None, typer.Option(help="A text to read, for a character model.")] = None,
    file: Annotated[Path | None, typer.Option(help="Or a file of text, in UTF-8.")] = None,
    seed: Seed = 0,
    checkpoints: Folder = None,
) -> None:
    """Encode a picture or read a text, and write every number on its way.

    Of a picture: μ, ln σ², ε, z, reconstruction, evidence in nats. Of a text: its tokens, every gate and state of every
    unit at every character, the surprise in bits, and what is likely next.
    """
    from explorer.cli.output import ending, refuse_options, trace_picture, trace_text

    ending(out, (".npz",))
    checkpoint = _open(name, checkpoints)
    if "Writes" in checkpoint.config.capabilities:
        refuse_options(checkpoint, image=image, browse=browse, crop=crop, invert=invert)
        trace_text(checkpoint, out, text, file)
    else:
        refuse_options(checkpoint, text=text, file=file)
        trace_picture(checkpoint, out, image, browse, seed, _given({"crop": crop, "invert": invert}))


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _open(name: str, folder: Path | None) -> Checkpoint:
    import torch

    from explorer import catalog

    torch.set_num_threads(1)
    return catalog.open_checkpoint(catalog.find(name, folder or catalog.SHIPPED))

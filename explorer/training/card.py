"""The model card of a checkpoint, in the form that model hubs read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.checkpoints import Config
from explorer.datasets import Dataset
from explorer.families.registry import FAMILIES


def card(config: Config, source: Dataset[Any] | None, remarks: str = "", protocol: Sequence[str] = ()) -> str:
    """Markdown with a YAML header; every number comes from ``config``.

    Args:
        config: of the checkpoint.
        source: the data set; None for points that a formula draws.
        remarks: what this very model shows, beside what its family is good and bad at.
        protocol: how it was measured, a sentence each.
    """
    rows = [_row(name, value) for name, value in config.metrics.items()]
    lines = [
        "---",
        f"license: {config.licence.lower()}",
        "library_name: generative-model-explorer",
        f"tags: [{config.family}, latent-space]",
        "---",
        "",
        f"# {config.title['en']}",
        "",
        _kind(config),
        "",
        "Made by:",
        "",
        "```sh",
        *([] if source is None else [f"explorer data get {config.dataset['name']}"]),
        config.training["command"],
        "```",
        "",
        f"{config.training['steps']} steps in {config.training['seconds']:.0f} s on {config.training['device']}; "
        f"loss {config.training['loss']}; seed {config.training['seed']}.",
        "",
        "## Data",
        "",
        _data(config, source),
        "",
        "## Measured",
        "",
        "| metric | value | 95 % interval | samples | unit |",
        "|---|---|---|---|---|",
        *rows,
        "",
        *[f"- {sentence}" for sentence in protocol],
        *([""] if protocol else []),
        "## Good and bad at",
        "",
        *([remarks, ""] if remarks else []),
        FAMILIES[config.family].limits,
        "",
    ]
    return "\n".join(lines)


def _kind(config: Config) -> str:
    parts = [f"Family `{config.family}`"]
    if config.latent_size is not None:
        parts.append(f"{config.latent_size} latent dimensions")
    if config.image is not None:
        parts.append(f"{config.image['height']}×{config.image['width']}×{config.image['channels']} images")
    if config.likelihood is not None:
        parts.append(f"{config.likelihood['kind']} likelihood")
    if config.condition is not None:
        parts.append(f"conditional on `{config.condition['attribute']}`")
    return ", ".join(parts) + "."


def _data(config: Config, source: Dataset[Any] | None) -> str:
    if source is None:
        return f"Points drawn by a formula (`{config.dataset['name']}`). The weights are under {config.licence}."
    held_out = (
        "; the browse set's pictures (`thumbnails.webp`) are held-out images of it"
        if "Decodes" in config.capabilities
        else ""
    )
    return (
        f"{source.title['en']}: {source.attribution}. Licence: {source.licence}{held_out}. "
        f"The weights are under {config.licence}."
    )


def _row(name: str, value: dict[str, Any]) -> str:
    cells = (name.replace("_", " "), f"{value['value']:.4g}", _interval(value), _samples(value), value["unit"])
    return f"| {' | '.join(cells)} |"


def _interval(value: dict[str, Any]) -> str:
    """A count has no sampling error, and so no interval."""
    return "–" if value["low"] == value["high"] else f"{value['low']:.4g} to {value['high']:.4g}"


def _samples(value: dict[str, Any]) -> str:
    """How many, and beside how many others where they were compared."""
    return f"{value['count']} beside {value['reference']}" if "reference" in value else str(value["count"])

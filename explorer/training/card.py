"""The model card of a checkpoint, in the form that model hubs read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.checkpoints import Config
from explorer.datasets import Dataset


@dataclass(frozen=True)
class FamilyWords:
    """What a card and a title say of a family."""

    title: dict[str, str]
    """By language."""
    limits: str


FAMILY_WORDS = {
    "vae": FamilyWords(
        {"en": "VAE", "zh": "VAE"},
        "Pictures are expectations under the decoder: detail that the latent does not carry is averaged to a blur.",
    ),
    "oracle": FamilyWords(
        {"en": "Exact linear VAE", "zh": "精确线性 VAE"},
        "Linear in its latent: pictures are sums of fixed patterns, and values may go beyond black and white.",
    ),
}


def card(config: Config, source: Dataset) -> str:
    """Markdown with a YAML header; every number comes from ``config``."""
    rows = [
        f"| {name.replace('_', ' ')} | {value['value']:.4g} | {_interval(value)} | {value['count']} | {value['unit']} |"
        for name, value in config.metrics.items()
    ]
    image = f"{config.image['height']}×{config.image['width']}×{config.image['channels']}"
    lines = [
        "---",
        f"license: {config.licence.lower()}",
        "library_name: generative-model-explorer",
        f"tags: [{config.family}, latent-space]",
        "---",
        "",
        f"# {config.title['en']}",
        "",
        f"Family `{config.family}`, {config.latent_size} latent dimensions, {image} images, "
        f"{config.likelihood['kind']} likelihood.",
        "",
        "Made by:",
        "",
        "```sh",
        f"explorer data get {config.dataset['name']}",
        config.training["command"],
        "```",
        "",
        f"{config.training['steps']} steps in {config.training['seconds']:.0f} s on {config.training['device']}; "
        f"loss {config.training['loss']}; seed {config.training['seed']}.",
        "",
        "## Data",
        "",
        f"{source.title['en']}: {source.attribution}. Licence: {source.licence}; the browse set's pictures "
        f"(`thumbnails.webp`) are held-out images of it. The weights are under {config.licence}.",
        "",
        "## Measured on held-out images",
        "",
        "| metric | value | 95 % interval | images | unit |",
        "|---|---|---|---|---|",
        *rows,
        "",
        "## Good and bad at",
        "",
        FAMILY_WORDS[config.family].limits,
        "",
    ]
    return "\n".join(lines)


def _interval(value: dict[str, Any]) -> str:
    """A count has no sampling error, and so no interval."""
    return "–" if value["low"] == value["high"] else f"{value['low']:.4g} to {value['high']:.4g}"

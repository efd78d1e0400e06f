"""``explorer train planar-gan``'s options ↔ settings, so that a card's command repeats its run exactly."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

from explorer.families.planar_settings import PlanarSettings
from explorer.options import Option, options

_NETWORK = ("widths", "activation", "normalisation")
_OPTIMISER = {
    "optimiser": "kind",
    "learning_rate": "learning_rate",
    "beta1": "beta1",
    "beta2": "beta2",
}
OPTIONS: dict[str, tuple[str, ...]] = {
    "data": ("data",),
    "points": ("points",),
    "noise": ("noise", "kind"),
    "noise_dimensions": ("noise", "dimensions"),
    **{f"{side}_{key}": (side, key) for side in ("generator", "discriminator") for key in _NETWORK},
    "loss": ("loss",),
    "clip": ("clip",),
    "penalty": ("penalty",),
    **{
        f"{side}_{option}": ("optimisers", side, key)
        for side in ("generator", "discriminator")
        for option, key in _OPTIMISER.items()
    },
    "discriminator_steps": ("discriminator_steps",),
    "generator_steps": ("generator_steps",),
    "batch": ("batch",),
    "seed": ("seed",),
}
"""Where in the JSON object each option goes."""


def described() -> list[Option]:
    """Each of :data:`OPTIONS` as its field describes it; what is not given is left to the settings."""
    found = []
    for name, (*outer, key) in OPTIONS.items():
        holder: type = PlanarSettings
        for word in outer:
            holder = get_type_hints(holder)[word]
        (each,) = (each for each in options(holder) if each.name == key)
        found.append(replace(each, name=name, default=None))
    return found


DATA_NAMES = {
    "line": {"en": "A line", "zh": "直线"},
    "ring": {"en": "A ring", "zh": "圆环"},
    "gaussians": {"en": "Eight Gaussians", "zh": "八个高斯"},
    "grid": {"en": "Twenty-five Gaussians", "zh": "二十五个高斯"},
    "spiral": {"en": "A spiral", "zh": "螺旋线"},
    "moons": {"en": "Two moons", "zh": "双月"},
    "disjoint": {"en": "Three separate clusters", "zh": "三个分离的簇"},
    "drawn": {"en": "Drawn points", "zh": "手绘的点"},
}
LOSS_NAMES = {
    "minimax": {"en": "minimax", "zh": "极小极大"},
    "non_saturating": {"en": "non-saturating", "zh": "非饱和"},
    "least_squares": {"en": "least-squares", "zh": "最小二乘"},
    "hinge": {"en": "hinge", "zh": "铰链"},
    "wasserstein_clip": {"en": "Wasserstein with clipping", "zh": "Wasserstein（权重裁剪）"},
    "wasserstein_penalty": {"en": "Wasserstein with gradient penalty", "zh": "Wasserstein（梯度惩罚）"},
}


@dataclass(frozen=True)
class Wording:
    """What a visitor reads of a run, by language ("en", "zh")."""

    title: dict[str, str]
    description: dict[str, str]
    """What there is to see, and why."""


def chosen_settings(content: Any, given: Mapping[str, Any]) -> PlanarSettings:
    """Settings from a JSON object, with the options that were given (not None) in place of its entries.

    Raises:
        PlanarSettingsError: if the object or an option is impossible.
    """
    settings = PlanarSettings.from_json(content).as_json()
    for name, path in OPTIONS.items():
        if given[name] is not None:
            *inner, key = path
            entry = settings
            for word in inner:
                entry = entry[word]
            entry[key] = given[name]
    return PlanarSettings.from_json(settings)


def command(settings: PlanarSettings, iterations: int, wording: Wording, out: str) -> str:
    """The shell command that repeats a run: what differs from the defaults, the words, and where to."""
    chosen, default = settings.as_json(), PlanarSettings().as_json()
    words = ["explorer", "train", "planar-gan"]
    for name, path in OPTIONS.items():
        value = _at(chosen, path)
        if name == "data" or value != _at(default, path):
            words += [f"--{name.replace('_', '-')}", _word(name, value)]
    words += ["--iterations", str(iterations)]
    for kind in ("title", "description"):
        for language in ("en", "zh"):
            words += [f"--{kind}-{language}", getattr(wording, kind)[language]]
    return shlex.join([*words, "--out", out])


def _at(content: Any, path: tuple[str, ...]) -> Any:
    for word in path:
        content = content[word]
    return content


def _word(name: str, value: Any) -> str:
    if name == "points":
        return json.dumps(value, separators=(",", ":"))
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def default_wording(settings: PlanarSettings) -> Wording:
    """A title from the settings alone, and nothing claimed of what the run shows."""
    data, loss = DATA_NAMES[settings.data], LOSS_NAMES[settings.loss]
    title = {"en": f"{data['en']} · {loss['en']}", "zh": f"{data['zh']} · {loss['zh']}"}
    return Wording(
        title,
        {
            "en": f"Trained on {data['en'].lower()} with the {loss['en']} loss, seed {settings.seed}.",
            "zh": f"数据：{data['zh']}；损失函数：{loss['zh']}；随机种子：{settings.seed}。",
        },
    )

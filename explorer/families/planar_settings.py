"""Everything that determines a planar GAN and its training: one JSON object, the same in Python and in the page.

The page's twin is ``browser/runtime/planar/settings.js``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, TypeVar, get_args

from explorer.errors import ExplorerError
from explorer.families.adversarial import LOSSES, Loss
from explorer.philox import SEED_LIMIT

Data = Literal["line", "ring", "gaussians", "grid", "spiral", "moons", "disjoint", "drawn"]
Activation = Literal["relu", "leaky_relu", "tanh"]
Normalisation = Literal["none", "batch", "spectral"]
Optimiser = Literal["sgd", "momentum", "rmsprop", "adam"]
NoiseKind = Literal["uniform", "gaussian"]

DATA: tuple[Data, ...] = get_args(Data)
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
NORMALISATIONS: tuple[Normalisation, ...] = get_args(Normalisation)
OPTIMISERS: tuple[Optimiser, ...] = get_args(Optimiser)
NOISES: tuple[NoiseKind, ...] = get_args(NoiseKind)
MOST_LAYERS, WIDEST = 5, 128
SMALLEST_BATCH, LARGEST_BATCH = 2, 1024
MOST_STEPS = 10
LARGEST_RATE = 10.0
MOST_DRAWN, LIMIT = 2000, 1.25

T = TypeVar("T")


class PlanarSettingsError(ExplorerError):
    """A setting that no planar GAN can have; the text names it, its value and the range."""


@dataclass(frozen=True)
class Noise:
    """What the generator starts from: uniform in [−1, 1]^d or standard normal."""

    kind: NoiseKind = "uniform"
    dimensions: int = 2

    def __post_init__(self) -> None:
        _one_of("noise.kind", self.kind, NOISES)
        _whole("noise.dimensions", self.dimensions, 1, 2)


@dataclass(frozen=True)
class NetworkSettings:
    """A multilayer perceptron."""

    widths: tuple[int, ...] = (16, 16)
    """Of the hidden layers."""
    activation: Activation = "relu"
    """Leaky ReLU has the slope 0.2."""
    normalisation: Normalisation = "none"
    """Batch normalisation after hidden layers, or spectral normalisation of every linear layer."""

    def __post_init__(self) -> None:
        if not isinstance(self.widths, tuple) or len(self.widths) > MOST_LAYERS:
            raise PlanarSettingsError(f"widths is a list of 0 to {MOST_LAYERS} hidden layers, got {self.widths!r:.60}")
        for width in self.widths:
            _whole("each width", width, 1, WIDEST)
        _one_of("activation", self.activation, ACTIVATIONS)
        _one_of("normalisation", self.normalisation, NORMALISATIONS)


@dataclass(frozen=True)
class OptimiserSettings:
    """How one network's gradient becomes an update; the betas are Adam's (Kingma & Ba 2015)."""

    kind: Optimiser = "adam"
    learning_rate: float = 0.001
    beta1: float = 0.5
    beta2: float = 0.9

    def __post_init__(self) -> None:
        _one_of("optimiser kind", self.kind, OPTIMISERS)
        _number("learning_rate", self.learning_rate, 0, LARGEST_RATE, above=True)
        for name in ("beta1", "beta2"):
            _number(name, getattr(self, name), 0, 1, below=True)


@dataclass(frozen=True)
class Optimisers:
    """One for each network."""

    generator: OptimiserSettings = field(default_factory=OptimiserSettings)
    discriminator: OptimiserSettings = field(default_factory=OptimiserSettings)


@dataclass(frozen=True)
class PlanarSettings:
    """A planar GAN and its training; :meth:`from_json` makes one from what a file or a page says."""

    data: Data = "gaussians"
    points: tuple[tuple[float, float], ...] | None = None
    """For ``drawn`` alone: what was drawn."""
    noise: Noise = field(default_factory=Noise)
    generator: NetworkSettings = field(default_factory=NetworkSettings)
    discriminator: NetworkSettings = field(default_factory=NetworkSettings)
    loss: Loss = "non_saturating"
    clip: float = 0.01
    """``wasserstein_clip``: D's weights stay in [−clip, clip]."""
    penalty: float = 10.0
    """``wasserstein_penalty``: weight of the gradient penalty."""
    optimisers: Optimisers = field(default_factory=Optimisers)
    discriminator_steps: int = 1
    generator_steps: int = 1
    batch: int = 256
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what no run can mean."""
        _one_of("data", self.data, DATA)
        _check_points(self.data, self.points)
        _one_of("loss", self.loss, LOSSES)
        _number("clip", self.clip, 0, 10, above=True)
        _number("penalty", self.penalty, 0, 1000)
        _whole("discriminator_steps", self.discriminator_steps, 0, MOST_STEPS)
        _whole("generator_steps", self.generator_steps, 0, MOST_STEPS)
        if self.discriminator_steps == self.generator_steps == 0:
            raise PlanarSettingsError("discriminator_steps and generator_steps are both 0: nothing would be trained")
        _whole("batch", self.batch, SMALLEST_BATCH, LARGEST_BATCH)
        _whole("seed", self.seed, 0, SEED_LIMIT - 1)
        if self.generator.normalisation == "spectral":
            raise PlanarSettingsError("the generator's normalisation is none or batch, got 'spectral'")
        if self.discriminator.normalisation == "batch" and self.loss == "wasserstein_penalty":
            raise PlanarSettingsError(
                "batch normalisation in the discriminator does not go with the gradient penalty, which asks for the "
                "gradient at each point by itself (Gulrajani et al. 2017, section 4)"
            )

    @classmethod
    def from_json(cls, content: Any) -> PlanarSettings:
        """Settings from a JSON object; what it leaves out keeps its default.

        Raises:
            PlanarSettingsError: if a key is unknown or a value impossible.
        """
        given = _object(cls, "the settings", content)
        for name, kind in (("noise", Noise), ("generator", NetworkSettings), ("discriminator", NetworkSettings)):
            if name in given:
                given[name] = _nested(kind, name, given[name])
        if "optimisers" in given:
            pair = _object(Optimisers, "optimisers", given["optimisers"])
            chosen = {name: _nested(OptimiserSettings, f"optimisers.{name}", value) for name, value in pair.items()}
            given["optimisers"] = Optimisers(**chosen)
        if isinstance(given.get("points"), list | tuple):
            given["points"] = tuple(tuple(pair) if isinstance(pair, list | tuple) else pair for pair in given["points"])
        return cls(**given)

    def as_json(self) -> dict[str, Any]:
        """The complete JSON object."""
        plain = asdict(self)
        for name in ("generator", "discriminator"):
            plain[name]["widths"] = list(plain[name]["widths"])
        plain["points"] = None if self.points is None else [list(pair) for pair in self.points]
        return plain


def _nested(kind: type[T], name: str, content: Any) -> T:
    given = _object(kind, name, content)
    if isinstance(given.get("widths"), list):
        given["widths"] = tuple(given["widths"])
    try:
        return kind(**given)
    except PlanarSettingsError as error:
        raise PlanarSettingsError(f"{name}: {error}") from error


def _object(kind: type, name: str, content: Any) -> dict[str, Any]:
    known = [entry.name for entry in fields(kind)]
    if not isinstance(content, Mapping) or not set(content) <= set(known):
        found = ", ".join(map(str, content)) if isinstance(content, Mapping) else repr(content)
        raise PlanarSettingsError(f"{name}: expected an object with keys among {', '.join(known)}; got {found:.200}")
    return dict(content)


def _check_points(data: str, points: Any) -> None:
    if data != "drawn":
        if points is not None:
            raise PlanarSettingsError(f"points go with the data 'drawn' only, not with {data!r}")
        return
    if not isinstance(points, tuple) or not 1 <= len(points) <= MOST_DRAWN:
        found = len(points) if isinstance(points, tuple) else points
        raise PlanarSettingsError(f"points: drawn data takes 1 to {MOST_DRAWN} points [x, y], got {found!r:.60}")
    for pair in points:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise PlanarSettingsError(f"points: each is a pair [x, y], got {pair!r:.60}")
        for value in pair:
            _number("points: each coordinate", value, -LIMIT, LIMIT)


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise PlanarSettingsError(f"{name} is one of {', '.join(allowed)}; got {value!r:.60}")


def _whole(name: str, value: Any, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise PlanarSettingsError(f"{name} is a whole number from {low} to {high}, got {value!r:.60}")


def _number(name: str, value: Any, low: float, high: float, above: bool = False, below: bool = False) -> None:
    """``above`` and ``below`` leave out the lower and the upper end."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not low <= value <= high or (above and value == low) or (below and value == high):
        start, end = "above" if above else "from", "below" if below else "to"
        raise PlanarSettingsError(f"{name} is a number {start} {low:g} {end} {high:g}, got {value!r:.60}")

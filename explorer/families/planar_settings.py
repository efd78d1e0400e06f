"""Everything that determines a planar GAN and its training: one JSON object, the same in Python and in the page.

The page's twin is ``browser/runtime/planar/settings.js``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, TypeVar, get_args

from explorer.errors import ExplorerError
from explorer.families.choices import AdversarialOptimiser, Loss, Normalisation
from explorer.options import BELOW_ONE, SEEDS, Range, option, options

Data = Literal["line", "ring", "gaussians", "grid", "spiral", "moons", "disjoint", "drawn"]
DATA: tuple[Data, ...] = get_args(Data)
MOST_LAYERS = 5
MOST_DRAWN, LIMIT = 2000, Range(-1.25, 1.25)
STEPS = "Updates in each iteration.", Range(0, 10)
BETA = "Adam's decay of a moment.", BELOW_ONE

T = TypeVar("T")


class PlanarSettingsError(ExplorerError):
    """A setting that no planar GAN can have; the text names it, its value and the range."""


@dataclass(frozen=True)
class Noise:
    """What the generator starts from: uniform in [−1, 1]^d or standard normal."""

    kind: Literal["uniform", "gaussian"] = option("uniform")
    dimensions: int = option(2, "", Range(1, 2))

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class NetworkSettings:
    """A multilayer perceptron."""

    widths: tuple[int, ...] = option((16, 16), "Hidden layers, such as 16,16; '' for none.", Range(1, 128))
    activation: Literal["relu", "leaky_relu", "tanh"] = option("relu")
    """Leaky ReLU has the slope 0.2."""
    normalisation: Normalisation = option("none", "Spectral in the discriminator only:")
    """Batch normalisation after hidden layers, or spectral normalisation of every linear layer."""

    def __post_init__(self) -> None:
        if not isinstance(self.widths, tuple) or len(self.widths) > MOST_LAYERS:
            raise PlanarSettingsError(f"widths is a list of 0 to {MOST_LAYERS} hidden layers, got {self.widths!r:.60}")
        _check(self)


@dataclass(frozen=True)
class OptimiserSettings:
    """How one network's gradient becomes an update; the betas are Adam's (Kingma & Ba 2015)."""

    kind: AdversarialOptimiser = option("adam")
    learning_rate: float = option(0.001, "Learning rate.", Range(0, 10, above=True))
    beta1: float = option(0.5, *BETA)
    beta2: float = option(0.9, *BETA)

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class Optimisers:
    """One for each network."""

    generator: OptimiserSettings = field(default_factory=OptimiserSettings)
    discriminator: OptimiserSettings = field(default_factory=OptimiserSettings)


@dataclass(frozen=True)
class PlanarSettings:
    """A planar GAN and its training; :meth:`from_json` makes one from what a file or a page says."""

    data: Data = option("gaussians")
    points: tuple[tuple[float, float], ...] | None = option(
        None, "For drawn data: pairs of x and y, a list of lists in JSON."
    )
    noise: Noise = field(default_factory=Noise)
    generator: NetworkSettings = field(default_factory=NetworkSettings)
    discriminator: NetworkSettings = field(default_factory=NetworkSettings)
    loss: Loss = option("non_saturating")
    clip: float = option(0.01, "Of wasserstein_clip: bound of D's weights.", Range(0, 10, above=True))
    penalty: float = option(10.0, "Of wasserstein_penalty: the penalty's weight.", Range(0, 1000))
    optimisers: Optimisers = field(default_factory=Optimisers)
    discriminator_steps: int = option(1, *STEPS)
    generator_steps: int = option(1, *STEPS)
    batch: int = option(256, "Points in each batch.", Range(2, 1024))
    seed: int = option(0, "Everything random follows from it.", SEEDS)

    def __post_init__(self) -> None:
        """Refuse what no run can mean."""
        _check(self)
        _check_points(self.data, self.points)
        if self.discriminator_steps == self.generator_steps == 0:
            raise PlanarSettingsError("discriminator_steps and generator_steps are both 0: nothing would be trained")
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
        if not all(isinstance(value, int | float) and not isinstance(value, bool) and value in LIMIT for value in pair):
            raise PlanarSettingsError(f"points: each coordinate is a number {LIMIT.words}, got {pair!r:.60}")


def _check(settings: Any) -> None:
    """Refuse a value that an option of a dataclass of settings may not have."""
    for each in options(type(settings)):
        value = getattr(settings, each.name)
        for entry in value if each.several else (value,):
            if not each.allows_entry(entry):
                noun = "" if each.choices else "a whole number " if each.kind is int else "a number "
                name = "each width" if each.several else each.name
                raise PlanarSettingsError(f"{name} is {noun}{each.expected_entry}, got {entry!r:.60}")

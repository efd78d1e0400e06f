"""Whether single latent dimensions stand for single factors that the images were drawn from.

Both scores depend on the estimator and on the number of images: compare them only with what random codes of the same
shape get (:func:`floors`), and with each other. They are made for factors that are independent of each other: where two
are not (:func:`dependence`), a dimension that tells of one tells of the other, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.philox import uniforms
from explorer.traces import Floats, Integers
from explorer.traces.measures import Estimate, FactorTable
from explorer.traces.pictures import Attribute, CategoricalAttribute

CODE_BINS, FACTOR_BINS = 20, 10
"""Bins of equal frequency, for a latent dimension and for a continuous factor."""
TREES, LEAF = 20, 10
"""Of a random forest: trees, and the fewest images in a leaf."""
GROUPS = 10
"""Of the delete-a-group jackknife."""
SEEDS = 8
"""Random codes that a floor is taken over."""
SHUFFLES, FLOOR_SHARE = 200, 0.95
"""Of the images' order, for what factors share by chance, and the share of them that does not exceed it."""
UNITS = {
    "mutual_information_gap": "share of the factors' entropy",
    "disentanglement": "0 to 1, 1 where each dimension tells of one factor",
    "completeness": "0 to 1, 1 where each factor is told by one dimension",
    "informativeness": "share of the factors that can be predicted",
}


@dataclass(frozen=True)
class Factor:
    """What one factor was for each image."""

    values: Floats | Integers
    """(N,) numbers, or codes from 0."""
    categorical: bool


@dataclass(frozen=True)
class Disentanglement:
    """Scores of one set of codes, with the matrices that they come from."""

    scores: dict[str, float]
    """One for each of :data:`UNITS`."""
    table: FactorTable


def known_factors(attributes: Mapping[str, Attribute]) -> dict[str, Factor]:
    """The attributes of drawn images as factors, by name."""
    return {
        name: Factor(each.codes, True) if isinstance(each, CategoricalAttribute) else Factor(each.values, False)
        for name, each in attributes.items()
    }


def disentanglement(samples: Floats, means: Floats, factors: Mapping[str, Factor], seed: int = 0) -> Disentanglement:
    """The mutual information gap of posterior samples, and DCI of posterior means.

    The gap (Chen et al. 2018, eq. 6): for each factor, the mutual information of the dimension that tells most of it,
    less that of the second, over the factor's entropy; mean over factors. Estimated by a histogram of one sample of
    each image's posterior, :data:`CODE_BINS` bins of equal frequency (continuous factors: :data:`FACTOR_BINS`).

    DCI (Eastwood & Williams 2018, section 2), with the importances of random forests that predict each factor from all
    dimensions, fitted to one half of the images. Informativeness is told as a score where the paper has an error: on
    the other half, R² of a continuous factor, and of a categorical one how much of the way from naming the commonest
    value always to naming it rightly always; below 0 counts as 0; mean over factors.

    Args:
        samples: (N, L) one posterior sample for each image; L at least 2.
        means: (N, L) posterior means.
        factors: at least 2, of N images.
        seed: of halves and forests.

    Raises:
        ExplorerError: if shapes do not agree, a number is not finite, a factor never varies, or there are too few.
    """
    _check(samples, means, factors)
    information, entropy = mutual_information(samples, factors)
    importance, skill = _predict(means, factors, seed)
    ordered = np.sort(information, axis=1)
    disentangled, complete = _entropy_scores(importance)
    scores = (((ordered[:, -1] - ordered[:, -2]) / entropy).mean(), disentangled, complete, skill.mean())
    table = FactorTable(tuple(factors), information, entropy, importance, len(means))
    return Disentanglement(dict(zip(UNITS, map(float, scores), strict=True)), table)


def mutual_information(codes: Floats, factors: Mapping[str, Factor]) -> tuple[Floats, Floats]:
    """Information (K, L) of each factor and dimension, and the entropy (K,) of each factor, nats, in their bins."""
    binned = [equal_frequency(column, CODE_BINS) for column in codes.T]
    information, entropy = [], []
    for factor in factors.values():
        labels = _labels(factor)
        entropy.append(_information(labels, labels))
        information.append([_information(labels, column) for column in binned])
    return np.array(information), np.array(entropy)


def dependence(factors: Mapping[str, Factor], shuffles: int = SHUFFLES) -> tuple[dict[tuple[str, str], float], float]:
    """Which factors are not independent: pairs with the mutual information of their bins, nats, largest first.

    Only pairs beyond the floor, which is the second number: with one of each pair shuffled, the largest information of
    all pairs is at most this in 95 % of shuffles. Shuffle s is the order of the shared generator's uniforms of seed s;
    the page's twin is ``browser/views/latent/beta/dependence.js``.
    """
    labels = {name: _labels(factor) for name, factor in factors.items()}
    found: dict[tuple[str, str], float] = {}
    chance = np.zeros(shuffles)
    for one, other in combinations(labels, 2):
        found[one, other] = _information(labels[one], labels[other])
        for seed, order in enumerate(_orders(len(labels[one]), shuffles)):
            chance[seed] = max(chance[seed], _information(labels[one], labels[other][order]))
    floor = float(np.sort(chance)[math.ceil(FLOOR_SHARE * shuffles) - 1])
    ranked = sorted(found.items(), key=lambda pair: -pair[1])
    return {names: nats for names, nats in ranked if nats > floor}, floor


def _orders(count: int, shuffles: int) -> Iterator[NDArray[np.int64]]:
    return (np.argsort(uniforms(seed, 0, count), kind="stable") for seed in range(shuffles))


def _labels(factor: Factor) -> NDArray[np.int64]:
    """The code or the bin of each value (N,)."""
    return factor.values.astype(np.int64) if factor.categorical else equal_frequency(factor.values, FACTOR_BINS)


def equal_frequency(values: Floats | Integers, bins: int) -> NDArray[np.int64]:
    """The bin of each value (N,), where as many values fall into each bin as ties allow."""
    edges = np.unique(np.quantile(values, np.arange(1, bins) / bins))
    return np.searchsorted(edges, values, side="right")


def _information(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    """Mutual information of two sets of codes (N,), nats, by their joint frequencies."""
    joint = np.zeros((int(a.max()) + 1, int(b.max()) + 1))
    np.add.at(joint, (a, b), 1 / len(a))
    independent = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    there = joint > 0
    return float((joint[there] * np.log(joint[there] / independent[there])).sum())


def _predict(means: Floats, factors: Mapping[str, Factor], seed: int) -> tuple[Floats, Floats]:
    """Importances (K, L) and skill (K,) of forests that predict each factor."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor  # slow to import

    order = np.random.default_rng(seed).permutation(len(means))
    fitted, tested = order[: len(order) // 2], order[len(order) // 2 :]
    shared = {"n_estimators": TREES, "min_samples_leaf": LEAF, "max_features": 1.0, "random_state": seed}
    importance, skill = [], []
    for factor in factors.values():
        forest = (RandomForestClassifier if factor.categorical else RandomForestRegressor)(**shared)
        forest.fit(means[fitted], factor.values[fitted])
        score, truth = forest.score(means[tested], factor.values[tested]), factor.values[tested]
        if factor.categorical:
            common = np.bincount(truth).max() / len(truth)
            score = (score - common) / (1 - common) if common < 1 else 0.0
        importance.append(forest.feature_importances_)
        skill.append(max(0.0, score))
    return np.array(importance), np.array(skill)


def _entropy_scores(importance: Floats) -> tuple[float, float]:
    """Disentanglement and completeness of importances (K, L) (Eastwood & Williams 2018, eq. 1 and after)."""
    count, size = importance.shape
    by_dimension = 1 - _entropies(importance.T) / np.log(count)
    by_factor = 1 - _entropies(importance) / np.log(size)
    weight = importance.sum(0)
    told = importance.sum(1) > 0
    disentangled = float((by_dimension * weight).sum() / weight.sum()) if weight.sum() > 0 else 0.0
    return disentangled, float(np.where(told, by_factor, 0).mean())


def _entropies(rows: Floats) -> Floats:
    """The entropy in nats of each row's shares, for rows of numbers of 0 or more; of an empty row 0."""
    total = rows.sum(1, keepdims=True)
    shares = np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropies: Floats = -(shares * logs).sum(1)
    return entropies


def intervals(
    found: Disentanglement, samples: Floats, means: Floats, factors: Mapping[str, Factor], seed: int = 0
) -> dict[str, Estimate]:
    """The scores of ``found`` with 95 % intervals by a delete-a-group jackknife over images (Kott 2001).

    A bootstrap would put copies of an image into both halves.
    """
    groups = np.random.default_rng(seed).permutation(len(means)) % GROUPS
    rows = []
    for group in range(GROUPS):
        kept = groups != group
        rest = {name: Factor(each.values[kept], each.categorical) for name, each in factors.items()}
        rows.append(disentanglement(samples[kept], means[kept], rest, seed).scores)
    errors = {}
    for name in UNITS:
        values = np.array([row[name] for row in rows])
        errors[name] = float(np.sqrt((GROUPS - 1) / GROUPS * np.square(values - values.mean()).sum()))
    return {name: _estimate(name, found.scores[name], 1.96 * errors[name], len(means)) for name in UNITS}


def floors(count: int, size: int, factors: Mapping[str, Factor]) -> dict[str, Estimate]:
    """What standard normal codes (count, size), which know nothing of images, get, with the range of 95 % of them."""
    rows = []
    for seed in range(SEEDS):
        codes = np.random.default_rng(seed).standard_normal((count, size))
        rows.append(disentanglement(codes, codes, factors, seed).scores)
    found = {}
    for name in UNITS:
        values = np.array([row[name] for row in rows])
        found[name] = _estimate(name, float(values.mean()), 1.96 * float(values.std(ddof=1)), count)
    return found


def _estimate(name: str, value: float, half: float, count: int) -> Estimate:
    return Estimate(value, max(0.0, value - half), min(1.0, value + half), count, UNITS[name])


def _check(samples: Floats, means: Floats, factors: Mapping[str, Factor]) -> None:
    if samples.ndim != 2 or samples.shape != means.shape or samples.shape[1] < 2 or len(factors) < 2:
        raise ExplorerError(
            f"expected codes (N, L) of at least two dimensions and two factors, got {samples.shape}, {means.shape} "
            f"and {len(factors)}"
        )
    if not (np.isfinite(samples).all() and np.isfinite(means).all()):
        raise ExplorerError("expected finite codes, got NaN or infinity")
    for name, factor in factors.items():
        if len(factor.values) != len(samples) or len(np.unique(factor.values)) < 2:
            raise ExplorerError(f"expected {len(samples)} values of {name} that vary, got {len(factor.values)}")

"""How close generated pictures come to real ones, in the features of a classifier of our own.

The Fréchet distance here is that of Heusel et al. (2017, eq. 6), but in features of a small classifier trained on the
same data, so its values compare only with each other, never with a published FID. All the numbers depend on both sample
sizes, so each says how many pictures were compared with how many: 1,000 generated ones beside 9,000 held-out ones for
the Fréchet distance of digits, beside 1,000 for what counts neighbours. Floors are other held-out pictures in place of
generated ones, as many of them beside as many. A difference from the floor that is smaller than its range means
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.families.classifier import Classifier
from explorer.metrics.features import in_batches
from explorer.metrics.neighbours import overlap
from explorer.traces import Bytes, Floats, Integers
from explorer.traces.measures import Comparison

COVERED = 0.25
"""A class is covered if its share among generated pictures is at least so much of its share among real ones."""
SPLITS = 100
"""Random splits of the real pictures that a floor is taken over: enough for the ends of its 95 % range."""
GROUPS = 10
"""Of the delete-a-group jackknife."""
UNITS = {
    "frechet": "squared feature units",
    "precision": "share of generated pictures",
    "recall": "share of real pictures",
    "density": "real balls around a generated picture, 1 expected",
    "coverage": "share of real pictures",
    "classes": "classes",
}
"""Of the measures, in the order in which they are told."""


@dataclass(frozen=True)
class Seen:
    """Pictures as a classifier sees them."""

    features: Tensor
    """(N, F) float32."""
    classes: Tensor
    """(N,) int64, the likeliest class of each."""

    def take(self, index: Tensor | slice) -> Seen:
        """The same for the pictures at ``index``."""
        return Seen(self.features[index], self.classes[index])

    def __len__(self) -> int:
        return len(self.features)


def frechet_distance(first: Tensor, second: Tensor) -> float:
    """‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½) of the Gaussians fitted to rows (N, F) and (M, F); 0 or more.

    Dowson & Landau (1982), eq. 4. The trace of the root is that of the symmetric (Σ₁^½ Σ₂ Σ₁^½)^½.

    Raises:
        ExplorerError: if either has fewer than two rows.
    """
    if min(len(first), len(second)) < 2:
        raise ExplorerError(f"a Fréchet distance needs at least two rows each, got {len(first)} and {len(second)}")
    a, b = first.double(), second.double()
    covariance_a, covariance_b = (torch.cov(rows.T).reshape(rows.shape[1], -1) for rows in (a, b))
    values, vectors = torch.linalg.eigh(covariance_a)
    root = vectors * values.clamp_min(0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ covariance_b @ root).clamp_min(0).sqrt().sum()
    distance = (a.mean(0) - b.mean(0)).square().sum() + covariance_a.trace() + covariance_b.trace() - 2 * cross
    return max(0.0, float(distance))


def class_shares(classes: Tensor | Integers, count: int) -> Floats:
    """The share of each of ``count`` classes among codes (N,), N at least 1; sums to 1."""
    codes = np.asarray(classes)
    if not len(codes) or codes.min() < 0 or codes.max() >= count:
        raise ExplorerError(f"expected class codes from 0 to {count - 1}, at least one")
    shares: Floats = np.bincount(codes, minlength=count) / len(codes)
    return shares


def classes_covered(generated: Floats, real: Floats) -> int:
    """How many of the classes that real pictures have are covered, from the shares (K,) of each class; see COVERED."""
    return int(((generated >= COVERED * real) & (real > 0)).sum())


class Judge:
    """Compares samples of one size with real pictures.

    Args:
        classifier: in evaluation mode; its features are the space of comparison.
        real_images: uint8 (N, C, H, W), N at least twice ``count``.
        classes: (N,) their class codes, as the classifier counts them.
        count: pictures in each sample to be judged, at least 20.
        seed: of the choice of real pictures.

    Raises:
        ExplorerError: if these do not fit together.
    """

    def __init__(
        self, classifier: Classifier, real_images: Bytes, classes: Integers, count: int, seed: int = 0
    ) -> None:
        if len(classes) != len(real_images):
            raise ExplorerError(f"expected one class for each of {len(real_images)} real pictures, got {len(classes)}")
        if not 2 * GROUPS <= count <= len(real_images) // 2:
            raise ExplorerError(
                f"a sample to judge has from {2 * GROUPS} to {len(real_images) // 2} pictures (half as many as there "
                f"are real ones), got {count}"
            )
        self.classifier = classifier
        self.count = count
        self.real_shares = class_shares(classes, classifier.classes)
        self.seed = seed
        self._real = self.see(real_images)
        kept, left_out = next(self._orders())
        self._reference = self._real.take(kept)
        self.left_out: Integers = left_out.numpy()
        """(count,) indices of the real pictures that samples are not compared with."""

    def measure(self, images: Bytes) -> dict[str, float]:
        """Every measure of :data:`UNITS` for generated pictures uint8 (count, C, H, W).

        Raises:
            ExplorerError: if they are not as many as the floors hold for.
        """
        return self._compare(self._reference, self._see_sample(images))

    def shares(self, images: Bytes) -> Floats:
        """The share of each class (K,) among generated pictures."""
        return class_shares(self.see(images).classes, self.classifier.classes)

    def intervals(self, images: Bytes) -> dict[str, Comparison]:
        """The measures with 95 % intervals, by a delete-a-group jackknife over generated and real pictures.

        Takes :data:`GROUPS` times as long as :meth:`measure`. The number of classes is an outright count, low = high.
        """
        generated = self._see_sample(images)
        values = self._compare(self._reference, generated)
        errors = jackknife(self._compare, self._reference, generated)
        errors["classes"] = 0.0
        found = {}
        for name, value in values.items():
            half = 1.96 * errors[name]
            low, high = max(0.0, value - half), min(self._top(name), value + half)
            found[name] = self._comparison(name, value, low, high)
        return found

    @cached_property
    def floors(self) -> dict[str, Comparison]:
        """What ``count`` real pictures get in place of generated ones, beside as many others as those are.

        The median of :data:`SPLITS` random splits, and the range of the middle 95 % of them. All are splits of the
        same pictures: the range leaves out what held-out pictures of another data set would change.
        """
        rows = [self._compare(*split) for split in islice(self._splits(), SPLITS)]
        floors = {}
        for name in UNITS:
            low, middle, high = np.quantile([row[name] for row in rows], [0.025, 0.5, 0.975]).tolist()
            floors[name] = self._comparison(name, middle, low, high)
        return floors

    def change(self, before: Bytes, after: Bytes) -> Comparison:
        """The Fréchet distance of pictures less that of the pictures that they replace, all real ones as reference.

        The 95 % interval is by a jackknife that leaves out both pictures of a pair at once: what the latents and the
        real pictures do to both distances alike cancels.

        Args:
            before: uint8 (N, C, H, W), N at least 2·:data:`GROUPS`.
            after: the same shape; picture i is made of the same latent as picture i of ``before``.

        Raises:
            ExplorerError: if they are no pairs, or too few.
        """
        if before.shape != after.shape or len(before) < 2 * GROUPS:
            raise ExplorerError(f"expected at least {2 * GROUPS} pairs of pictures, got {before.shape}, {after.shape}")
        kept, left_out = next(self._orders())
        parts = (self._real.take(torch.cat([kept, left_out])), self.see(before), self.see(after))
        value, half = _change(*parts)["frechet"], 1.96 * jackknife(_change, *parts)["frechet"]
        unit = UNITS["frechet"]
        return Comparison(value, value - half, value + half, len(before), unit, reference=len(self._real))

    def see(self, images: Bytes) -> Seen:
        """Features and classes of pictures uint8 (N, C, H, W)."""
        if images.shape[1:] != self.classifier.image_shape:
            raise ExplorerError(f"expected pictures of shape {self.classifier.image_shape}, got {images.shape[1:]}")
        with torch.no_grad():
            features = in_batches(self.classifier.features, images)
            return Seen(features, self.classifier.logits(features)[0].argmax(1))

    def _see_sample(self, images: Bytes) -> Seen:
        if len(images) != self.count:
            raise ExplorerError(f"this judge takes samples of {self.count} pictures, got {len(images)}")
        return self.see(images)

    def _splits(self) -> Iterator[tuple[Seen, Seen]]:
        """All real pictures but ``count``, and those, at random; the same splits each time this is called."""
        for order in self._orders():
            yield self._real.take(order[0]), self._real.take(order[1])

    def _orders(self) -> Iterator[tuple[Tensor, Tensor]]:
        """The indices of :meth:`_splits`."""
        generator = torch.Generator().manual_seed(self.seed)
        while True:
            order = torch.randperm(len(self._real), generator=generator)
            yield order[self.count :], order[: self.count]

    def _compare(self, reference: Seen, generated: Seen) -> dict[str, float]:
        """The measures; those by nearest neighbours use as many real pictures as there are generated ones."""
        neighbours = overlap(reference.features[: len(generated)], generated.features)
        shares = class_shares(generated.classes, self.classifier.classes)
        return {
            "frechet": frechet_distance(reference.features, generated.features),
            **asdict(neighbours),
            "classes": float(classes_covered(shares, self.real_shares)),
        }

    def _comparison(self, name: str, value: float, low: float, high: float) -> Comparison:
        sizes = {"frechet": len(self._reference), "classes": len(self._real)}
        return Comparison(value, low, high, self.count, UNITS[name], reference=sizes.get(name, self.count))

    def _top(self, name: str) -> float:
        tops = {"precision": 1.0, "recall": 1.0, "coverage": 1.0, "classes": float(self.classifier.classes)}
        return tops.get(name, np.inf)


def _change(reference: Seen, before: Seen, after: Seen) -> dict[str, float]:
    distances = [frechet_distance(reference.features, each.features) for each in (before, after)]
    return {"frechet": distances[1] - distances[0]}


def jackknife(compare: Callable[..., dict[str, float]], *sets: Seen) -> dict[str, float]:
    """The standard error of each measure: √((G − 1)/G · Σ (θ₍ᵢ₎ − θ̄)²), leaving out every G-th picture of all sets.

    Kott (2001), *The delete-a-group jackknife*, Journal of Official Statistics 17:521-526. The pictures must be in
    random order. An ordinary bootstrap would put copies of a picture next to each other, at distance zero.
    """
    rows = []
    for group in range(GROUPS):
        kept = [part.take(torch.arange(len(part)) % GROUPS != group) for part in sets]
        rows.append(compare(*kept))
    errors = {}
    for name in rows[0]:
        values = np.array([row[name] for row in rows])
        errors[name] = float(np.sqrt((GROUPS - 1) / GROUPS * np.square(values - values.mean()).sum()))
    return errors

"""A small trace of every kind, made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.traces.effects import AttributeEffect, PairEffect
from explorer.traces.language import GatesTrace, Memory, StateMap, Written
from explorer.traces.measures import Comparison, DamageCurve, Estimate, FactorTable
from explorer.traces.pictures import (
    BrowseSet,
    CategoricalAttribute,
    ConditionalSamples,
    ContinuousAttribute,
    LatentMap,
    LatentPath,
    PrincipalComponents,
    Reconstruction,
    Samples,
)
from explorer.traces.sequences import Melodies, Signals
from explorer.traces.training import History, Moment

RANDOM = np.random.default_rng(5)


def floats(*shape: int) -> Any:
    return RANDOM.normal(size=shape).astype(np.float32)


def levels(*shape: int) -> Any:
    return RANDOM.integers(0, 256, shape).astype(np.uint8)


def intervals(*shape: int) -> Any:
    """(…, 3): each value inside its interval."""
    low, middle, high = np.sort(np.abs(RANDOM.normal(size=(3, *shape))), 0)
    return np.stack([middle, low, high], -1)


COLOUR = CategoricalAttribute(
    ["red", "blue"], {"en": ["red", "blue"], "zh": ["红", "蓝"]}, np.array([0, 1, 1, 0], np.int16)
)
ANGLE = ContinuousAttribute("°", np.array([3.5, -2, 0, 8], np.float32))
COMPONENTS = PrincipalComponents(floats(3), floats(2, 3), np.array([0.6, 0.3], np.float32))
BROWSED = {"dataset_index": np.array([7, 11, 13, 17], np.int32), "images": levels(4, 1, 5, 4)}
SAMPLED = {"seeds": np.array([4, 5, 6]), "z": floats(3, 2), "images": floats(3, 3, 5, 4)}
PAIRS = PairEffect(
    values=["hat"],
    strength=np.array([0.0, 0.5, 1.0], np.float32),
    distance=intervals(1, 3),
    gain=intervals(1, 3),
    best=intervals(1),
    cosine=np.array([0.4], np.float32),
    pair_distance=intervals(1),
    count=np.array([20], np.int32),
    pair_present=np.array([15], np.int32),
    pair_changed=np.array([4], np.int32),
)

EXAMPLES: tuple[Any, ...] = (
    AttributeEffect(
        values=["none", "hat"],
        others=["skin"],
        strength=np.array([0.0, 0.5, 1.0], np.float32),
        count=np.array([[40, 20], [50, 25]], np.int32),
        present=np.array([[1, 20, 40], [0, 25, 45]], np.int32),
        changed=np.array([[[0], [2], [9]], [[1], [2], [3]]], np.int32),
        any_changed=np.array([[0, 2, 9], [1, 2, 3]], np.int32),
        whole=np.array([[40, 39, 30], [50, 50, 20]], np.int32),
        ceiling=np.array([[18, 20], [0, 0]], np.int32),
        pairs=PAIRS,
    ),
    PAIRS,
    Written("To\n", "be it", np.array([1, 2, 3, 4, 5]), np.array([0.5, 3.0, 0.0, 2.5, 8.0])),
    GatesTrace(
        characters=np.array(["a", "\n", "b", "c"]),
        tokens=np.array([1, 2, 3, 0]),
        unknown=np.array([False, False, False, True]),
        vocabulary=np.array(["\ufffd", "a", "\n", "b"]),
        quantity={"forget": np.abs(floats(4, 2, 3)), "cell": floats(4, 2, 3), "hidden": floats(4, 2, 3)},
        before={"forget": np.abs(floats(2, 3)), "cell": floats(2, 3), "hidden": floats(2, 3)},
        surprise=np.array([1.0, 2.0, 0.5, 9.0]),
        likely=np.array([[1, 2], [3, 1], [0, 3], [2, 1]]),
        likely_probability=np.array([[0.5, 0.2], [0.9, 0.05], [0.4, 0.3], [0.6, 0.1]]),
    ),
    Memory(
        lag=np.array([1, 2, 4], np.int32),
        state={"initial": np.sort(intervals(3), -1), "forget_bias_3": np.sort(intervals(3), -1)},
        hidden={"initial": np.sort(intervals(3), -1), "forget_bias_3": np.sort(intervals(3), -1)},
        gradient={"initial": np.sort(intervals(3), -1), "forget_bias_3": np.sort(intervals(3), -1)},
        reach={},
        forget_bias={"initial": -1.0, "forget_bias_3": 3.0},
        positions=256,
        directions=4,
        share=0.01,
        seed=0,
    ),
    StateMap(np.array([2, 5, 8, 9], np.int32), COMPONENTS, floats(4, 2), floats(4, 2), {}),
    Estimate(-3.0, -3.5, -2.0, 40, "nats"),
    Comparison(2.0, 1.5, 3.0, 40, "squared feature units", 360),
    DamageCurve("pixels", np.array([0.0, 2.0]), intervals(2), intervals(2), 40, 7),
    FactorTable(("skin", "unheard"), np.abs(floats(2, 3)), np.array([0.7, 1.1]), np.abs(floats(2, 3)), 100),
    COLOUR,
    ANGLE,
    Samples(**SAMPLED),
    ConditionalSamples(**SAMPLED, labels=np.array([[1.0, 0], [0, 1], [0.5, 0.5]], np.float32)),
    Reconstruction(
        x=floats(2, 1, 5, 4),
        mean=floats(2, 2),
        log_variance=floats(2, 2),
        epsilon=floats(2, 2),
        z=floats(2, 2),
        image=floats(2, 1, 5, 4),
        reconstruction=floats(2),
        kl_per_dimension=floats(2, 2),
        elbo=floats(2),
    ),
    BrowseSet(**BROWSED, attributes={"skin": COLOUR, "tilt": ANGLE}),
    LatentMap(
        **BROWSED,
        attributes={"skin": COLOUR},
        mean=floats(4, 3),
        log_variance=floats(4, 3),
        kl_per_dimension=np.array([0.5, 2.0, 0.0], np.float32),
        pca=COMPONENTS,
        umap=floats(4, 2),
        umap_settings={},
    ),
    COMPONENTS,
    LatentPath(np.array([0.0, 0.5, 1.0]), floats(3, 2), floats(3, 1, 5, 4), floats(3), floats(3)),
    Signals(np.array([3, 4]), np.array([0.0, 0.1, 0.2]), floats(2, 3), "mV"),
    Melodies(
        seed=np.array([3, 3, 3, 4]),
        start=np.array([0.0, 1.0, 1.5, 0.0]),
        duration=np.array([1.0, 0.5, 2.0, 4.0]),
        midi=np.array([60, 0, 67, 72]),
    ),
    Moment(
        step=500,
        mean=floats(4, 3),
        samples=levels(3, 3, 5, 4),
        reconstructions=levels(4, 3, 5, 4),
        log_variance=floats(4, 3),
        reconstruction=-80.0,
        kl_per_dimension=np.array([0.5, 2.0, 1.0], np.float32),
    ),
    History(
        ("step", "loss", "reconstruction", "kl", "gradient_norm"),
        np.array([[50, 9.0, -7.0, 2.0, 100.0], [100, 8.0, -6.0, 2.5, np.nan]]),
    ),
)
OF = {type(trace): trace for trace in EXAMPLES}

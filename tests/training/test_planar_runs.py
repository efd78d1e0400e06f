"""The shipped planar runs: every sentence on their cards that can be checked, checked on what was recorded."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from explorer.catalog import SHIPPED, open_checkpoint
from explorer.datasets.planar import support
from explorer.families.planar_gan import PlanarGAN, flat_state, load_flat_state
from explorer.families.planar_settings import PlanarSettings
from explorer.metrics.planar import (
    PlanarMeasures,
    energy_distance,
    floors,
    generated,
    high_quality_share,
    measure,
    mode_counts,
    modes_covered,
    nearest,
    shown_real,
)
from explorer.traces import Floats, Integers
from explorer.training.planar.command import OPTIONS, Wording, command
from explorer.training.planar.recording import COLUMNS

POINTS = 4096
"""What the cards' claims are of."""
RUNS = sorted(path.parent.name for path in SHIPPED.glob("lab-*/config.json"))


class Run:
    """A shipped folder and what follows from it."""

    def __init__(self, name: str) -> None:
        self.folder: Path = SHIPPED / name
        self.checkpoint = open_checkpoint(self.folder)
        self.config = self.checkpoint.config
        self.settings = PlanarSettings.from_json(self.config.arguments)
        self.timeline = load_file(self.folder / "timeline.safetensors")
        self.iterations = self.timeline["iteration"].tolist()
        history = json.loads((self.folder / "history.json").read_text())
        self.columns = dict(zip(history["columns"], np.array(history["rows"]).T, strict=True))
        with safe_open(self.folder / "timeline.safetensors", "pt") as file:
            self.story: dict[str, Any] = json.loads(file.metadata()["timeline"])

    def model(self, moment: int) -> PlanarGAN:
        """At one of the recorded moments; −1 is the last."""
        model = PlanarGAN(**self.config.arguments)
        load_flat_state(model.generator, self.timeline["generator"][moment])
        load_flat_state(model.discriminator, self.timeline["discriminator"][moment])
        return model.eval()

    def measures(self, moment: int, count: int = POINTS) -> PlanarMeasures:
        return measure(self.model(moment), count)

    def points(self, moment: int = -1, draw: int = 0) -> Floats:
        """(4096, 2) generated."""
        return generated(self.model(moment), POINTS, draw).astype(float)

    def modes(self, moment: int = -1, draw: int = 0) -> int:
        """Modes that 4,096 points cover."""
        covered = modes_covered(self.points(moment, draw), support(self.settings.data))
        assert covered is not None
        return covered

    def says(self, words: str) -> bool:
        return words in self.story["description"]["en"]

    def generator_gradient(self) -> Any:
        """(T,) norms at the recorded moments."""
        return self.timeline["gradient_norms"][:, 1].numpy()


@cache
def run(name: str) -> Run:
    return Run(name)


def changes(one: str, other: str) -> set[str]:
    """Options in which two runs differ."""

    def options(name: str) -> dict[str, Any]:
        found = {}
        for option, path in OPTIONS.items():
            value: Any = run(name).config.arguments
            for word in path:
                value = value[word]
            found[option] = value
        return found

    first, second = options(one), options(other)
    return {option for option in OPTIONS if first[option] != second[option]}


def arcs(points: Floats, count: int) -> Floats:
    """Points in each of the equal arcs around the middle, as shares of an even share."""
    turns = np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi) + 0.5
    found: Integers = np.bincount((turns * count).astype(int) % count, minlength=count)
    return found * count / len(points)


def test_there_are_good_runs_and_bad() -> None:
    assert len(RUNS) >= 16


@pytest.mark.parametrize("name", RUNS)
def test_the_card_repeats_the_run(name: str) -> None:
    """The settings, the words and the length; that the command repeats a run exactly is tested on a small one."""
    config = run(name).config
    wording = Wording(config.title, run(name).story["description"])
    assert config.training["command"] == command(
        run(name).settings, config.training["iterations"], wording, f"checkpoints/{name}"
    )
    assert shlex.split(config.training["command"])[:3] == ["explorer", "train", "planar-gan"]


@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_told_in_two_sentences_of_each_language(name: str) -> None:
    description = run(name).story["description"]
    assert len(re.findall(r"\.(?:\s|$)", description["en"].replace("et al. ", "et al "))) == 2
    assert description["zh"].count("。") == 2
    assert description["en"] in (run(name).folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RUNS)
def test_records_are_whole(name: str) -> None:
    chosen = run(name)
    assert tuple(chosen.columns) == COLUMNS
    assert chosen.iterations[0] == 0
    assert chosen.iterations[-1] == chosen.config.training["steps"] == chosen.columns["iteration"][-1]
    assert torch.equal(chosen.timeline["generator"][-1], flat_state(chosen.checkpoint.model.generator))
    assert torch.equal(chosen.timeline["discriminator"][-1], flat_state(chosen.checkpoint.model.discriminator))
    fresh = PlanarGAN(**chosen.config.arguments)
    assert torch.equal(chosen.timeline["generator"][0], flat_state(fresh.generator))
    assert torch.equal(chosen.timeline["discriminator"][0], flat_state(fresh.discriminator))


@pytest.mark.parametrize("name", [name for name in RUNS if "modes_covered" in run(name).config.metrics])
def test_every_count_of_modes_says_of_how_many_points(name: str) -> None:
    """The card's number and the sentence's, of the last moment; and the sentence's holds for other points as well."""
    chosen = run(name)
    assert chosen.config.metrics["modes_covered"]["count"] == POINTS
    told = re.search(r"at the end 4,096 points cover (only )?(\w+)( eight| 25|$)?", chosen.story["description"]["en"])
    counts = {"one": 1, "all": support(chosen.settings.data).modes, None: None}
    expected = counts[told[2] if told else None]
    if expected is not None:
        assert {chosen.modes(draw=draw) for draw in range(4)} == {expected}
        assert [chosen.config.metrics["modes_covered"][key] for key in ("low", "value", "high")] == [expected] * 3
    assert "modes" not in chosen.story["description"]["en"] or chosen.says("4,096 points")
    assert "模式" not in chosen.story["description"]["zh"].replace("“模式坍塌”", "").replace("“覆盖的模式数”", "") or (
        "4096 个点" in chosen.story["description"]["zh"]
    )


def test_collapse_never_covers_three_modes() -> None:
    chosen = run("lab-gaussians-collapse")
    assert chosen.says("at no recorded moment do 4,096 points cover more than two of the eight modes")
    most = [max(chosen.modes(moment, draw) for draw in range(8)) for moment in range(len(chosen.iterations))]
    assert max(most) == 2


@pytest.mark.parametrize(
    ("cure", "changed"),
    [
        ("lab-gaussians-least-squares", {"loss"}),
        ("lab-gaussians-batch-norm", {"generator_normalisation"}),
        ("lab-gaussians-rates", {"generator_learning_rate", "discriminator_learning_rate"}),
    ],
)
def test_cures_differ_in_what_they_say_and_cover_all_modes(cure: str, changed: set[str]) -> None:
    assert changes("lab-gaussians-collapse", cure) == changed
    assert run(cure).says("at the end 4,096 points cover all eight modes")


def test_higher_rates_are_five_times_as_high() -> None:
    low, high = (run(name).settings.optimisers for name in ("lab-gaussians-collapse", "lab-gaussians-rates"))
    assert high.generator.learning_rate == pytest.approx(5 * low.generator.learning_rate)
    assert high.discriminator.learning_rate == pytest.approx(5 * low.discriminator.learning_rate)
    early = [index for index, number in enumerate(run("lab-gaussians-rates").iterations) if number <= 300]
    assert max(run("lab-gaussians-rates").modes(moment) for moment in early) <= 1


def test_a_faster_discriminator_mends_spectral_normalisation() -> None:
    slow, fast = "lab-gaussians-spectral-equal", "lab-gaussians-spectral"
    assert changes(slow, fast) == {"discriminator_learning_rate"}
    rates = [run(name).settings.optimisers.discriminator.learning_rate for name in (slow, fast)]
    assert rates[1] == pytest.approx(4 * rates[0])


def test_hinge_covers_all_modes_after_a_clump() -> None:
    chosen = run("lab-gaussians-hinge")
    assert chosen.settings.loss == "hinge"
    assert max(chosen.modes(moment) for moment in range(8)) <= 1


def test_the_gradient_vanishes_under_minimax_and_not_otherwise() -> None:
    vanishing, staying = run("lab-ring-minimax"), run("lab-ring-non-saturating")
    assert changes("lab-ring-minimax", "lab-ring-non-saturating") == {"loss"}
    norms = vanishing.generator_gradient()
    assert norms[-1] < 1e-6 * norms.max()
    assert vanishing.measures(-1, 512).fake_output < 1e-6
    still = [index for index, number in enumerate(vanishing.iterations) if number >= 50]
    where = [vanishing.measures(moment, 512).energy for moment in (still[0], -1)]
    assert where[0] == pytest.approx(where[1], rel=1e-3)
    assert staying.generator_gradient().min() > 1e-3
    assert staying.measures(-1, 512).energy < 0.2 * vanishing.measures(-1, 512).energy
    assert staying.says("fill about two thirds of it (4,096 points)")
    points = staying.points()
    good = points[nearest(points, support("ring"))[1] <= 3 * support("ring").sigma]
    assert np.mean(arcs(good, 36) > 0.1) == pytest.approx(2 / 3, abs=0.08)


def test_momentum_circles_where_plain_descent_arrives() -> None:
    plain, circling = run("lab-ring-sgd"), run("lab-ring-momentum")
    kinds = {"generator_optimiser", "discriminator_optimiser"}
    rates = {"generator_learning_rate", "discriminator_learning_rate"}
    assert changes("lab-ring-sgd", "lab-ring-momentum") == kinds | rates
    ratio = plain.settings.optimisers.generator.learning_rate / circling.settings.optimisers.generator.learning_rate
    assert ratio == pytest.approx(10)
    floor = floors(plain.settings).energy.high
    assert plain.measures(-1, 512).energy < 2 * floor
    later = [circling.measures(moment, 512) for moment in range(-20, 0)]
    assert min(measured.energy for measured in later) > 50 * floor
    assert max(measured.high_quality for measured in later) > 0.95, "it counts as good where it crosses the ring"
    assert max(circling.points(moment).std(0).max() for moment in range(-8, 0)) < 0.1 * plain.points().std(0).min()
    early, late = (plain.points(moment) for moment in (9, -1))
    assert np.mean(arcs(early, 36) > 0.1) < 0.25
    assert np.mean(arcs(late, 36) > 0.1) == 1


def test_momentum_diverges_at_the_rate_of_plain_descent() -> None:
    assert changes("lab-ring-sgd", "lab-ring-momentum-diverges") == {"generator_optimiser", "discriminator_optimiser"}
    chosen = run("lab-ring-momentum-diverges")
    assert chosen.story["stopped"] == {"iteration": 77, "reason": "nan"}
    assert f"iteration {chosen.config.training['stopped']} " in chosen.story["description"]["en"]
    assert chosen.iterations[-1] == 76


def test_adam_settles_on_the_ring() -> None:
    chosen = run("lab-ring-adam")
    assert chosen.settings.optimisers.generator.kind == "adam"
    assert chosen.settings.seed == run("lab-ring-sgd").settings.seed
    assert high_quality_share(chosen.points(), support("ring")) > 0.9
    assert np.mean(arcs(chosen.points(), 36) > 0.1) == 1
    assert np.mean(arcs(chosen.points(10), 36) > 0.1) < 0.25


def test_too_strong_a_discriminator_keeps_one_cluster() -> None:
    strong, fair = run("lab-disjoint-strong"), run("lab-disjoint")
    assert changes("lab-disjoint-strong", "lab-disjoint") == {"discriminator_steps"}
    assert strong.says("4,096 points cover one of the three")
    accuracy = strong.measures(-1).accuracy
    assert accuracy is not None
    assert accuracy > 0.75
    points, target = fair.points(), support("disjoint")
    assert 0.005 < np.mean(nearest(points, target)[1] > 5 * target.sigma) < 0.05, "the few between the clusters"


def test_clipping_decides_the_gradient_and_the_penalty_keeps_it_near_one() -> None:
    tight, loose, penalised = (run(f"lab-wgan-{name}") for name in ("clip-small", "clip", "penalty"))
    assert changes("lab-wgan-clip-small", "lab-wgan-clip") == {"clip"}
    assert changes("lab-wgan-clip-small", "lab-wgan-penalty") == {"loss", "penalty"}
    assert tight.generator_gradient().max() < 1e-3
    later = slice(10, None)
    assert np.median(loose.generator_gradient()[later]) > 1e4 * np.median(tight.generator_gradient()[later])
    assert penalised.says("gradient norm stays between 0.3 and 3")
    assert 0.3 < penalised.generator_gradient().min() < penalised.generator_gradient().max() < 3
    shares = mode_counts(penalised.points(), support("gaussians"), 8)
    assert shares.min() < shares.max() / 4, "unevenly"
    spread = tight.points()
    assert arcs(spread, 8).min() > 0.5
    assert np.mean(np.hypot(*spread.T) < 0.4) > 0.05, "within half of the modes' radius, where no data are"


def test_the_line_overshoots_its_ends_and_slides_back() -> None:
    chosen, ends = run("lab-line"), support("line").points[[0, -1]]
    along = (ends[1] - ends[0]) / np.sum((ends[1] - ends[0]) ** 2)
    tips = [((chosen.points(moment) - ends[0]) @ along).max() for moment in range(len(chosen.iterations))]
    assert np.count_nonzero(np.diff(np.array(tips) > 1)) >= 5


def test_the_spirals_inner_end_is_thin_almost_unseen_by_the_energy_distance() -> None:
    chosen = run("lab-spiral")
    there, due = (
        sum(int((np.hypot(*points.T) < 0.15).sum()) for points in samples)
        for samples in (
            [chosen.points(draw=draw) for draw in range(4)],
            [shown_real(chosen.settings, POINTS, draw) for draw in range(4)],
        )
    )
    assert there < due / 3
    assert chosen.says("At 512 points the energy distance hardly sees that")
    assert chosen.measures(-1, 512).energy < floors(chosen.settings).energy.high
    real = [shown_real(chosen.settings, POINTS, draw) for draw in range(1, 4)]
    floor = [energy_distance(*pair) for pair in combinations(real, 2)]
    assert energy_distance(chosen.points(), real[0]) > 1.5 * max(floor)


@pytest.mark.parametrize("name", ["lab-spiral", "lab-moons", "lab-line"])
def test_curves_are_found(name: str) -> None:
    chosen = run(name)
    found = chosen.measures(-1, 512)
    assert found.energy < 0.05 * chosen.measures(0, 512).energy
    assert found.high_quality > 0.6

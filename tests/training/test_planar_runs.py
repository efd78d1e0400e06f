"""The shipped planar runs: every sentence on their cards that can be checked, checked on what was recorded."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from explorer.catalog import SHIPPED, open_checkpoint
from explorer.families.planar_gan import PlanarGAN, flat_state, load_flat_state, noise
from explorer.families.planar_settings import PlanarSettings
from explorer.metrics.planar import PlanarMeasures, floors, measure, shown_real
from explorer.training.planar.command import OPTIONS, Wording, command
from explorer.training.planar.recording import COLUMNS

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

    def measures(self, moment: int) -> PlanarMeasures:
        """At one of the recorded moments; −1 is the last."""
        model = PlanarGAN(**self.config.arguments)
        load_flat_state(model.generator, self.timeline["generator"][moment])
        load_flat_state(model.discriminator, self.timeline["discriminator"][moment])
        return measure(model.eval())

    def modes(self, moment: int = -1) -> int:
        """Modes covered."""
        covered = self.measures(moment).modes_covered
        assert covered is not None
        return covered

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
    covered = chosen.config.metrics.get("modes_covered")
    assert (covered and covered["value"]) == chosen.measures(-1).modes_covered


def test_collapse_never_covers_two_modes() -> None:
    chosen = run("lab-gaussians-collapse")
    assert max(chosen.modes(moment) for moment in range(len(chosen.iterations))) == 1


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
    assert run(cure).modes() == 8


def test_higher_rates_are_five_times_as_high() -> None:
    low, high = (run(name).settings.optimisers for name in ("lab-gaussians-collapse", "lab-gaussians-rates"))
    assert high.generator.learning_rate == pytest.approx(5 * low.generator.learning_rate)
    assert high.discriminator.learning_rate == pytest.approx(5 * low.discriminator.learning_rate)
    early = [index for index, number in enumerate(run("lab-gaussians-rates").iterations) if number <= 300]
    assert max(run("lab-gaussians-rates").modes(moment) for moment in early) <= 2


def test_a_faster_discriminator_mends_spectral_normalisation() -> None:
    slow, fast = "lab-gaussians-spectral-equal", "lab-gaussians-spectral"
    assert changes(slow, fast) == {"discriminator_learning_rate"}
    rates = [run(name).settings.optimisers.discriminator.learning_rate for name in (slow, fast)]
    assert rates[1] == pytest.approx(4 * rates[0])
    assert run(slow).modes() <= 3
    assert run(fast).modes() == 8


def test_hinge_covers_all_modes_after_a_clump() -> None:
    chosen = run("lab-gaussians-hinge")
    assert chosen.settings.loss == "hinge"
    assert chosen.modes() == 8
    assert max(chosen.modes(moment) for moment in range(8)) <= 1


def test_the_gradient_vanishes_under_minimax_and_not_otherwise() -> None:
    vanishing, staying = run("lab-ring-minimax"), run("lab-ring-non-saturating")
    assert changes("lab-ring-minimax", "lab-ring-non-saturating") == {"loss"}
    norms = vanishing.generator_gradient()
    assert norms[-1] < 1e-6 * norms.max()
    assert vanishing.measures(-1).fake_output < 1e-6
    still = [index for index, number in enumerate(vanishing.iterations) if number >= 50]
    where = [vanishing.measures(moment).energy for moment in (still[0], -1)]
    assert where[0] == pytest.approx(where[1], rel=1e-3)
    assert staying.generator_gradient().min() > 1e-3
    assert staying.measures(-1).energy < 0.2 * vanishing.measures(-1).energy


def test_momentum_circles_where_plain_descent_arrives() -> None:
    plain, circling = run("lab-ring-sgd"), run("lab-ring-momentum")
    kinds = {"generator_optimiser", "discriminator_optimiser"}
    rates = {"generator_learning_rate", "discriminator_learning_rate"}
    assert changes("lab-ring-sgd", "lab-ring-momentum") == kinds | rates
    ratio = plain.settings.optimisers.generator.learning_rate / circling.settings.optimisers.generator.learning_rate
    assert ratio == pytest.approx(10)
    floor = floors(plain.settings).energy.high
    assert plain.measures(-1).energy < 2 * floor
    later = [circling.measures(moment) for moment in range(-20, 0)]
    assert min(measured.energy for measured in later) > 50 * floor
    assert max(measured.high_quality for measured in later) > 0.95, "it counts as good where it crosses the ring"


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
    assert chosen.measures(-1).high_quality > 0.9


def test_too_strong_a_discriminator_keeps_one_cluster() -> None:
    strong, fair = run("lab-disjoint-strong"), run("lab-disjoint")
    assert changes("lab-disjoint-strong", "lab-disjoint") == {"discriminator_steps"}
    assert (strong.modes(), fair.modes()) == (1, 3)
    accuracy = strong.measures(-1).accuracy
    assert accuracy is not None
    assert accuracy > 0.75


def test_clipping_decides_the_gradient_and_the_penalty_keeps_it_near_one() -> None:
    tight, loose, penalised = (run(f"lab-wgan-{name}") for name in ("clip-small", "clip", "penalty"))
    assert changes("lab-wgan-clip-small", "lab-wgan-clip") == {"clip"}
    assert changes("lab-wgan-clip-small", "lab-wgan-penalty") == {"loss", "penalty"}
    assert tight.generator_gradient().max() < 1e-3
    later = slice(10, None)
    assert np.median(loose.generator_gradient()[later]) > 1e4 * np.median(tight.generator_gradient()[later])
    assert 0.3 < np.median(penalised.generator_gradient()[later]) < 3
    assert penalised.modes() == 7


def test_the_grid_is_covered() -> None:
    assert run("lab-grid").modes() == 25


def test_the_spirals_inner_end_is_almost_empty_unseen_by_the_energy_distance() -> None:
    chosen = run("lab-spiral")
    generated = real = 0
    for index in range(8):
        z = torch.from_numpy(noise(chosen.settings.noise, chosen.settings.seed, 16, 512, index))
        generated += int((np.hypot(*chosen.checkpoint.model.generate(z).numpy().T) < 0.15).sum())
        real += int((np.hypot(*shown_real(chosen.settings, 512, index).T) < 0.15).sum())
    assert generated < real / 3
    assert chosen.measures(-1).energy < floors(chosen.settings).energy.high


@pytest.mark.parametrize("name", ["lab-spiral", "lab-moons", "lab-line"])
def test_curves_are_found(name: str) -> None:
    chosen = run(name)
    found = chosen.measures(-1)
    assert found.energy < 0.05 * chosen.measures(0).energy
    assert found.high_quality > 0.6

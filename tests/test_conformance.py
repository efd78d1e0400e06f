"""What every family and every shipped checkpoint keeps, one property per test."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any, cast, get_args

import pytest
import torch
import typer
from safetensors import safe_open

from explorer.catalog import SHIPPED, Checkpoint, build, checkpoints, open_checkpoint
from explorer.checkpoints import COMMON, FILES, Config, read_json, read_tensors
from explorer.cli import train
from explorer.cli.evaluation import EVALUATIONS
from explorer.families.descriptor import Evaluation, Family
from explorer.families.gan import GAN
from explorer.families.latent_gaussian import LatentGaussian
from explorer.families.registry import FAMILIES
from explorer.graph.network import graph_json
from explorer.protocols import capabilities
from explorer.training.gan.moments import read_moments

SMALL: dict[str, dict[str, Any]] = {
    "oracle": {"image": [3, 4, 6], "latent": 5},
    "vae": {"image": [3, 4, 6], "latent": 5, "widths": [7], "decoder_widths": [7]},
    "gan": {"image": [3, 4, 6], "latent": 5, "widths": [7, 7]},
    "planar_gan": {"noise": {"kind": "gaussian", "dimensions": 2}, "data": "ring"},
    "recurrent": {"vocabulary": "\ufffd\nab", "hidden_size": 5, "embedding_size": 3},
    "recurrent_gan": {
        "sequence": {"kind": "signal", "length": 6, "rate": 30.0, "unit": ""},
        "latent": 2,
        "hidden_size": 5,
        "discriminator_size": 4,
    },
    "notes": {
        "sequence": {"kind": "notes", "length": 6, "pitches": [60, 62], "durations": [0.0, 1.0], "tempo": 84.0},
        "hidden_size": 5,
    },
    "classifier": {"image": [3, 8, 8], "classes": 4, "widths": [4]},
}
CAPABLE = {
    "oracle": ["Decodes", "Encodes", "BoundsEvidence"],
    "vae": ["Decodes", "Encodes", "BoundsEvidence"],
    "gan": ["Decodes"],
    "planar_gan": ["Discriminates", "GeneratesPoints"],
    "recurrent": ["Writes", "Unrolls"],
    "recurrent_gan": ["GeneratesSequences", "JudgesSequences", "Unrolls"],
    "notes": ["WritesNotes", "Unrolls"],
    "classifier": ["Classifies"],
}
NAMES = [config.name for config in checkpoints()]


@pytest.fixture(params=[name for name, family in FAMILIES.items() if family.evaluation == "likelihood"])
def model(request: pytest.FixtureRequest) -> LatentGaussian:
    torch.manual_seed(0)
    model = build(request.param, SMALL[request.param]).double().eval()
    assert isinstance(model, LatentGaussian)
    return model


@pytest.fixture(params=NAMES, scope="module")
def checkpoint(request: pytest.FixtureRequest) -> Checkpoint:
    return open_checkpoint(SHIPPED / request.param)


@pytest.fixture(params=[config.name for config in checkpoints() if "BoundsEvidence" in config.capabilities])
def scored(request: pytest.FixtureRequest) -> Checkpoint:
    """A checkpoint that encodes and decodes pictures, and scores them."""
    return open_checkpoint(SHIPPED / request.param)


def named(config: Config) -> str:
    return config.name


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.mark.parametrize("family", FAMILIES)
def test_family_has_the_capabilities_that_views_ask_for(family: str) -> None:
    assert capabilities(build(family, SMALL[family])) == CAPABLE[family]


def test_a_conditional_generator_says_so() -> None:
    assert capabilities(build("gan", {**SMALL["gan"], "classes": 3})) == ["Decodes", "Conditional"]


@pytest.mark.parametrize("family", FAMILIES)
def test_family_s_weights_and_arguments_are_all_that_it_is(family: str) -> None:
    first, second = build(family, SMALL[family]), build(family, SMALL[family])
    second.load_state_dict(first.state_dict())
    assert all(torch.equal(value, second.state_dict()[name]) for name, value in first.state_dict().items())


def test_generator_treats_rows_independently() -> None:
    model = build("gan", SMALL["gan"]).double().eval()
    assert isinstance(model, GAN)
    torch.testing.assert_close(model.decode(noise(3, 5))[1:2], model.decode(noise(3, 5)[1:2]))


def test_family_decodes_latents_to_pictures(model: LatentGaussian) -> None:
    assert model.picture(model.decode(noise(2, 5))).shape == (2, 3, 4, 6)


def test_family_encodes_pictures_to_posteriors(model: LatentGaussian) -> None:
    mean, log_variance = model.encode(noise(2, 3, 4, 6).sigmoid())
    assert mean.shape == log_variance.shape == (2, 5)


def test_family_treats_rows_independently(model: LatentGaussian) -> None:
    z = noise(3, 5)
    torch.testing.assert_close(model.decode(z)[1:2], model.decode(z[1:2]))


def test_family_bound_adds_up(model: LatentGaussian) -> None:
    terms = model.evidence(noise(2, 3, 4, 6).sigmoid(), noise(2, 5))
    torch.testing.assert_close(terms.elbo, terms.reconstruction - terms.kl_per_dimension.sum(1))
    assert (terms.kl_per_dimension >= 0).all()


def test_family_weights_are_all_that_it_is(model: LatentGaussian, request: pytest.FixtureRequest) -> None:
    other = build(request.node.callspec.params["model"], SMALL[request.node.callspec.params["model"]]).double().eval()
    assert isinstance(other, LatentGaussian)
    other.load_state_dict(model.state_dict())
    assert torch.equal(other.decode(noise(2, 5)), model.decode(noise(2, 5)))


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_family_is_described_in_both_languages(family: Family) -> None:
    assert set(family.title) == set(family.plural) == {"en", "zh"}
    assert all([*family.title.values(), *family.plural.values(), family.limits])
    assert set(family.files) <= set(FILES) - set(COMMON)


def test_every_command_that_trains_makes_models_of_one_family() -> None:
    made = [command for family in FAMILIES.values() for command in family.commands]
    assert sorted(made) == sorted(cast(Any, typer.main.get_command(train.app)).commands)


def test_every_way_to_evaluate_is_of_a_family() -> None:
    ways = {family.evaluation for family in FAMILIES.values()}
    assert ways == {*EVALUATIONS, "likelihood"} == {*get_args(Evaluation)}


def test_checkpoint_is_made_by_a_command_of_its_family(checkpoint: Checkpoint) -> None:
    program, group, command, *_ = shlex.split(checkpoint.config.training["command"])
    assert (program, group) == ("explorer", "train")
    assert command in FAMILIES[checkpoint.config.family].commands


def test_checkpoint_graph_is_what_its_model_exports(scored: Checkpoint) -> None:
    assert read_json(scored.folder / "graph.json") == graph_json(scored.model)


def test_checkpoint_decodes_its_own_browse_set_better_than_its_mean(scored: Checkpoint) -> None:
    """Held-out pixels vary about their mean picture by so much, measured once on all of them."""
    error = scored.config.metrics["mean_squared_error"]["value"]
    variance = {"digits": 0.0674, "avatars": 0.0732, "thumbs": 0.0849, "fashion": 0.0866}[scored.config.dataset["name"]]
    assert error < 0.6 * variance


def test_checkpoint_titles_exist_in_both_languages(checkpoint: Checkpoint) -> None:
    assert set(checkpoint.config.title) == {"en", "zh"}
    assert all(checkpoint.config.title.values())


MOMENTS = {"vae": 40, "gan": 60, "planar_gan": 25, "recurrent": 40, "recurrent_gan": 40, "notes": 40}
"""At least so many in each timeline; what is solved or ships for its features alone has none."""
LARGEST_TIMELINE = {
    "vae": 2_500_000,
    "gan": 2_500_000,
    "planar_gan": 400_000,
    "recurrent": 100_000,
    "recurrent_gan": 400_000,
    "notes": 200_000,
}
"""Bytes."""


@pytest.mark.parametrize("config", [config for config in checkpoints() if config.family in MOMENTS], ids=named)
def test_checkpoint_timeline_has_its_moments_and_stays_light(config: Config) -> None:
    family, path = config.family, SHIPPED / config.name / "timeline.safetensors"
    with safe_open(path, "pt") as file:
        moments = file.get_tensor("iteration" if family == "planar_gan" else "step")
    diverged = (config.training.get("stopped") is not None) * MOMENTS[family]
    assert len(moments) >= MOMENTS[family] - diverged
    assert (moments.diff() > 0).all()
    assert path.stat().st_size <= LARGEST_TIMELINE[family]


@pytest.mark.parametrize("config", [config for config in checkpoints() if config.family not in MOMENTS], ids=named)
def test_checkpoint_of_what_is_solved_or_judges_has_no_timeline(config: Config) -> None:
    assert not (SHIPPED / config.name / "timeline.safetensors").exists()


@pytest.mark.parametrize("name", [config.name for config in checkpoints() if config.family == "gan"])
def test_checkpoint_of_a_gan_keeps_weights_at_eight_moments(name: str) -> None:
    checkpoint = open_checkpoint(SHIPPED / name)
    path = checkpoint.folder / "moments.safetensors"
    steps, weights = read_moments(path)
    assert len(steps) >= 8
    assert steps == sorted(set(steps))
    last = {name: value for name, value in checkpoint.model.state_dict().items() if value.is_floating_point()}
    assert set(weights[-1]) == set(last)
    scales = {name: value for name, value in read_tensors(path).items() if name.endswith(".scale")}
    for key, value in last.items():  # the model itself, within half a step of the scale and half precision
        if f"{key}.scale" in scales:
            step = scales[f"{key}.scale"].view(-1, *(1,) * (value.ndim - 1))
            assert ((weights[-1][key] - value).abs() <= 0.5 * step + 2.0**-11 * value.abs() + 1e-6).all(), key
        else:
            torch.testing.assert_close(weights[-1][key], value)


def test_checkpoint_says_where_its_data_comes_from(checkpoint: Checkpoint) -> None:
    dataset = checkpoint.config.dataset
    assert len(dataset["sha256"]) == 64
    assert dataset["licence"]
    assert dataset["licence"] in (Path(checkpoint.folder) / "README.md").read_text(encoding="utf-8")

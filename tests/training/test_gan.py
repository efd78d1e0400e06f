"""Image GAN runs: the same twice and after a stop, followed live, refused in words, packed by contract."""

from __future__ import annotations

import copy
import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from explorer.catalog import SHIPPED, Mixture, open_checkpoint
from explorer.checkpoints import read_config, write_tensors
from explorer.families.choices import ADVERSARIAL_OPTIMISERS, LOSSES, Loss
from explorer.probes.samples import label, latent
from explorer.traces.measures import Comparison
from explorer.training import saved_run
from explorer.training.adversarial import optimiser, optimisers
from explorer.training.gan import launch
from explorer.training.gan.finish import draw, remarks, renew_floors
from explorer.training.gan.launch import build, one_hot, train_gan
from explorer.training.gan.moments import read_moments
from explorer.training.gan.recorder import stable
from explorer.training.gan.settings import GANSettings
from explorer.training.gan.steps import Batches, Networks, train_steps
from explorer.training.moments import moments
from explorer.training.settings import TrainingError
from tests.training.toy_run import toy_split

STEPS = 90
TOY = GANSettings(
    "digits",
    latent=3,
    steps=STEPS,
    batch=8,
    widths=(4, 4),
    discriminator_widths=(4, 4),
    discriminator_norm="spectral",
    average=0.9,
    browse=20,
)


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "load", lambda data, split: toy_split())
    monkeypatch.setattr(launch, "_judge", lambda settings, held_out: None)
    monkeypatch.setattr(saved_run, "SAVE_SECONDS", 0.0)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As the command line's default: with more threads, sums come in an order that differs from run to run."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def finished(_one_thread: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "toy-gan"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launch, "load", lambda data, split: toy_split())
        patch.setattr(launch, "_judge", lambda settings, held_out: None)
        train_gan(replace(TOY, condition="corner"), out)
    return out


def networks(settings: GANSettings) -> tuple[Networks, Batches]:
    split = toy_split()
    attribute = split.attributes["corner"] if settings.condition else None
    return (
        build(settings, (1, 8, 8), attribute, None),  # type: ignore[arg-type]
        Batches(torch.from_numpy(split.images), one_hot(attribute), None),  # type: ignore[arg-type]
    )


def steps(settings: GANSettings) -> list[tuple[float, float]]:
    whole, batches = networks(settings)
    made = train_steps(whole, optimisers(whole, settings), batches, settings)
    return [(step.discriminator_loss, step.generator_loss) for step in made]


def test_a_run_becomes_a_complete_checkpoint(finished: Path) -> None:
    checkpoint = open_checkpoint(finished)
    assert checkpoint.config.capabilities == ["Decodes", "Conditional"]
    assert checkpoint.config.condition == {
        "attribute": "corner",
        "values": ["a", "b", "c", "d"],
        "labels": {"en": ["a", "b", "c", "d"], "zh": ["甲", "乙", "丙", "丁"]},
        "shares": [0.25] * 4,
    }
    assert checkpoint.config.training["command"] == (
        "explorer train gan --data digits --latent 3 --steps 90 --batch 8 --widths 4,4 --discriminator-widths 4,4 "
        "--discriminator-norm spectral --condition corner --average 0.9 --browse 20 --out runs/toy-gan"
    )


def test_a_stopped_run_goes_on_as_if_it_had_not_been(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StoppedError(Exception):
        pass

    def stop(step: object, total: int) -> None:
        if getattr(step, "number", 0) == 53:
            raise StoppedError

    out = tmp_path / "toy-gan"
    settings = replace(TOY, condition="corner")
    with pytest.raises(StoppedError):
        train_gan(settings, out, progress=stop)
    train_gan(settings, out)
    for name in ("history.json", "timeline.safetensors", "moments.safetensors"):
        assert (out / name).read_bytes() == (finished / name).read_bytes(), name
    one, other = load_file(out / "model.safetensors"), load_file(finished / "model.safetensors")
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_run_says_live_what_it_says_at_its_end(finished: Path) -> None:
    history = json.loads((finished / "history.json").read_text())
    lines = [json.loads(line) for line in (finished / "history.jsonl").read_text().splitlines()]
    logged = [[row[name] for name in history["columns"]] for row in lines]
    np.testing.assert_allclose(np.array(history["rows"], float), np.array(logged, float), rtol=5e-6)
    assert [row["step"] for row in lines] == [20, 40, 60, 80, 90]
    live = json.loads((finished / "run.json").read_text())
    assert (live["name"], live["total"], live["family"]) == ("toy-gan", STEPS, "gan")


def test_the_timeline_keeps_the_contract(finished: Path) -> None:
    with safe_open(finished / "timeline.safetensors", "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        described = json.loads(file.metadata()["timeline"])
    recorded = moments(STEPS, 34)
    assert tensors["step"].tolist() == recorded
    assert len(tensors["sheet.samples.offsets"]) == len(recorded) + 1
    for name in ("real", "fake"):
        torch.testing.assert_close(tensors[f"histogram.{name}"].sum(1), torch.ones(len(recorded)))
    assert tensors["label"].tolist() == [index % 4 for index in range(24)]
    assert described == {"kind": "images", "tile": {"height": 8, "width": 8, "columns": 4, "count": 24}, "measures": {}}


def test_stored_weights_are_those_of_their_moment_within_half_a_step(finished: Path) -> None:
    kept, weights = read_moments(finished / "moments.safetensors")
    assert kept == stable(moments(STEPS, 34))
    assert len(kept) == 9
    exact = [load_file(finished / "state" / "moments" / f"{step:08d}.safetensors") for step in kept]
    for name in weights[0]:
        values = torch.stack([each[f"weights.{name}"] for each in exact])
        found = torch.stack([each[name] for each in weights])
        if values.ndim < 3:
            assert torch.equal(found, values)
            continue
        step = values.flatten(2).abs().amax((0, 2)) / 127
        assert ((found - values).abs().flatten(2) <= 0.501 * step[None, :, None]).all()


def test_pictures_of_seeds_are_what_the_page_draws(finished: Path) -> None:
    checkpoint = open_checkpoint(finished)
    shares = checkpoint.config.condition["shares"]  # type: ignore[index]
    drawn = draw(checkpoint.model, None, shares, 3, first=5)
    z, chosen = (torch.from_numpy(make) for make in (latent(6, 3), label(6, shares)))
    picture = checkpoint.model.decode(z[None], chosen[None])[0]
    assert np.abs(drawn[1] / 255 - picture.numpy()).max() <= 0.5 / 255 + 1e-6


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_trains(loss: Loss) -> None:
    norm = "none" if loss == "wasserstein_penalty" else "batch"
    settings = replace(TOY, loss=loss, steps=3, discriminator_norm=norm, discriminator_steps=2)  # type: ignore[arg-type]
    assert len(steps(settings)) == 3
    assert steps(settings) == steps(settings)


@pytest.mark.parametrize("changes", [{"seed": 1}, {"augment": ("colour", "cutout")}, {"batch_deviation": True}])
def test_settings_change_the_run(changes: dict[str, object]) -> None:
    settings = replace(TOY, steps=2)
    assert steps(replace(settings, **changes)) != steps(settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("auxiliary", [False, True])
@pytest.mark.parametrize("conditioning", ["projection", "concatenation"])
def test_conditional_runs(conditioning: str, auxiliary: bool) -> None:
    settings = replace(TOY, steps=2, condition="corner", conditioning=conditioning, auxiliary=auxiliary)  # type: ignore[arg-type]
    assert all(np.isfinite(pair).all() for pair in steps(settings))


def test_clipping_keeps_the_critic_within_its_bounds() -> None:
    settings = replace(TOY, loss="wasserstein_clip", clip=0.02, steps=3, discriminator_norm="none")
    whole, batches = networks(settings)
    list(train_steps(whole, optimisers(whole, settings), batches, settings))
    assert max(weight.abs().max().item() for weight in whole.discriminator.parameters()) <= 0.02


def test_real_penalty_is_lazy() -> None:
    """Without and with R1 the first fifteen steps are the same; the sixteenth pays."""
    without, penalised = (replace(TOY, steps=18, discriminator_norm="none", real_penalty=value) for value in (0.0, 9.0))
    first, second = steps(without), steps(penalised)
    assert first[:16] != second[:17]
    assert first[:15] == second[:15]
    assert first[17] != second[17]


def test_an_anchor_keeps_the_generator_near_its_start() -> None:
    """With a weight that drowns all else, pictures stay where they were; without it they move."""
    settings = replace(TOY, steps=20, generator_rate=1e-2)
    moved = []
    for weight in (0.0, 1e6):
        whole, batches = networks(settings)
        origin = copy.deepcopy(whole.average)
        anchored = replace(settings, anchor=weight, start="a decoder")
        made = train_steps(whole, optimisers(whole, settings), replace(batches, origin=origin), anchored)
        list(made)
        z = torch.randn(64, 3, generator=torch.Generator().manual_seed(0))
        with torch.no_grad():
            moved.append((whole.generator.decode(z) - origin.train().decode(z)).square().mean().item())
    assert moved[1] < 0.5 * moved[0]


def test_the_average_follows_the_generator() -> None:
    whole, _ = networks(TOY)
    before = {name: value.clone() for name, value in whole.average.state_dict().items()}
    with torch.no_grad():
        for weight in whole.generator.parameters():
            weight.add_(1)
    whole.follow(0.75)
    for name, weight in whole.average.named_parameters():
        torch.testing.assert_close(weight, before[name] + 0.25)


def test_latents_come_from_the_prior() -> None:
    prior = Mixture(torch.tensor([0.5, 0.5]), torch.tensor([[9.0], [-9.0]]), torch.full((2, 1, 1), 0.5))
    z = Batches(torch.empty(0), None, prior).latents(4000, 1, torch.Generator().manual_seed(0))
    upper = z[z > 0]
    assert len(upper) == pytest.approx(2000, abs=150)
    assert upper.mean().item() == pytest.approx(9, abs=0.05)
    assert upper.std().item() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("kind", ADVERSARIAL_OPTIMISERS)
def test_optimisers_are_torch_s_own(kind: str) -> None:
    weight = torch.nn.Parameter(torch.ones(1))
    updates = optimiser([weight], kind, 0.1, (0.5, 0.9))  # type: ignore[arg-type]
    weight.grad = torch.ones(1)
    updates.step()
    assert weight.item() == pytest.approx({"rmsprop": 0.0}.get(kind, 0.9), abs=1e-5)


def test_a_loss_that_is_no_number_stops_the_run_by_name_of_the_step() -> None:
    settings = replace(TOY, loss="wasserstein_clip", clip=1e30, generator_optimiser="sgd", generator_rate=1e35)
    with pytest.raises(TrainingError, match="at step"):
        steps(settings)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch": 1}, "--batch must be from 2 to 10000"),
        ({"steps": 0}, "--steps must be from 1 to 1000000"),
        ({"generator_rate": float("nan")}, "--generator-rate must be positive"),
        ({"loss": "magic"}, "--loss must be one of minimax"),
        ({"augment": ("flip",)}, "--augment must be some of colour"),
        ({"real_penalty": 1.0, "discriminator_norm": "batch"}, "one by one"),
        ({"auxiliary": True}, "--condition"),
        ({"average": 1.0}, "--average"),
        ({"anchor": 1.0}, "--anchor keeps pictures near those of the --start"),
    ],
)
def test_settings_that_mean_no_run_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        replace(TOY, **changes)  # type: ignore[arg-type]


def test_an_unknown_condition_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="must be one of corner, got 'colour'"):
        train_gan(replace(TOY, condition="colour"), tmp_path / "run")


def test_a_start_with_another_decoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="vae-digits-2d: its decoder is not the generator"):
        train_gan(replace(TOY, start="vae-digits-2d"), tmp_path / "run")


def test_stable_moments_are_the_ends_and_some_between() -> None:
    chosen = stable(moments(5000, 34))
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 5000, 9)
    assert chosen == sorted(set(chosen))


def test_the_command_of_a_run_is_one_that_a_shell_reads_back() -> None:
    said = replace(TOY, title_en="no norm; $HOME", title_zh="无").command("runs/toy")
    words = shlex.split(said)
    assert words[words.index("--title-en") + 1] == "no norm; $HOME"
    assert words[words.index("--title-zh") + 1] == "无"


def test_a_card_says_of_a_collapsed_generator_that_it_is_one() -> None:
    for name, collapsed in (("gan-digits", False), ("gan-digits-plain", True), ("gan-digits-collapsed", True)):
        config = read_config(SHIPPED / name)
        said = remarks(config)
        assert ("Collapsed: 0.00 [0.00, 0.00] of real pictures" in said) == collapsed
        assert said in (SHIPPED / name / "README.md").read_text(encoding="utf-8")
    assert "show 2 of 10 classes" in remarks(read_config(SHIPPED / "gan-digits-plain"))


def test_floors_of_the_same_sizes_are_renewed_in_the_header_alone(finished: Path, tmp_path: Path) -> None:
    path, tensors = tmp_path / "timeline.safetensors", load_file(finished / "timeline.safetensors")
    measure = {"unit": "share", "count": 1000, "floor": {"value": 0.5, "low": 0.4, "high": 0.6}, "best": "high"}
    with safe_open(finished / "timeline.safetensors", "pt") as file:
        described = json.loads(file.metadata()["timeline"])
    measures = {name: {**measure, "features": "classifier"} for name in ("recall", "precision", "density")}
    write_tensors(path, tensors, {"timeline": json.dumps({**described, "measures": measures})})
    renew_floors(
        path,
        {
            "recall": Comparison(0.9, 0.8, 1.0, 1000, "share", reference=1000),
            "precision": Comparison(0.9, 0.8, 1.0, 999, "share", reference=1000),
        },
    )
    with safe_open(path, "pt") as file:
        after = json.loads(file.metadata()["timeline"])
    same = load_file(path)
    assert sorted(same) == sorted(tensors)
    assert all(torch.equal(same[name], value) for name, value in tensors.items())
    renewed = {"count": 1000, "reference": 1000, "floor": {"value": 0.9, "low": 0.8, "high": 1.0}}
    assert after == {**described, "measures": {**measures, "recall": {**measures["recall"], **renewed}}}

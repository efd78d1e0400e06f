"""Sequence models in the page against torch: sequences of seeds, D's outputs, every quantity, melodies, surprises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page
from sequence_toys import CONDITION, NOTES, SIGNAL, TOYS, examples, toy_model, toy_sequences
from site_server import Site
from torch import Tensor

from explorer.catalog import SHIPPED, checkpoints, open_checkpoint
from explorer.checkpoints import (
    read_config,
    read_header,
    read_json,
    read_tensors,
    write_config,
    write_json,
    write_tensors,
)
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.probes.sequences import generate, labels, noise, write_melodies

TOLERANCE = 1e-5
GANS = [name for name in TOYS if name.startswith("rgan")]
NOTE_MODELS = [name for name in TOYS if name.startswith("notes")]

RUN = """async ({url, input}) => {
  const { openModel } = await import("/browser/runtime/model.js");
  const { blendNoise, holdNoise } = await import("/browser/runtime/sequences/generator.js");
  const listed = (_, each) => (ArrayBuffer.isView(each) ? Array.from(each) : each);
  const plain = (value) => JSON.parse(JSON.stringify(value, listed));
  try {
    const model = await openModel(url);
    const { form, generator, judge, notes } = await model.loadSequences();
    return plain(await (async (input) => { BODY })(input));
  } catch (error) {
    if (!error.key) throw error;
    return { key: error.key, values: error.values };
  }
}"""

GENERATE = """return input.seeds.map((seed) => {
  const label = model.sampleLabel(seed);
  const made = generator.generate(generator.noise(seed), label);
  return { ...made, label, judged: judge?.judge(made.heard, label) ?? null };
});"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All toys."""
    folder = tmp_path_factory.mktemp("sequences")
    for name in TOYS:
        toy_sequences(folder / name, name)
    return folder


def run(page: Page, site: Site, folder: Path, body: str, given: Any = None) -> Any:
    url = site.mount(f"sequences-{folder.name}-{abs(hash(str(folder)))}", folder)
    return page.evaluate(RUN.replace("BODY", body), {"url": url, "input": given})


def steps(model: Any, inputs: Tensor) -> NDArray[np.float64]:
    """All quantities (T, layers, Q, H) of inputs (T, I), by the cells' own equations."""
    state, rows = model.initial_state(1), []
    for x in inputs:
        computed = model.step(x[None], state)
        state = model.state_of(computed)
        rows.append(torch.stack([torch.cat([layer[name] for name in model.quantities]) for layer in computed]))
    return np.asarray(torch.stack(rows).numpy())


def flat(rows: list[dict[str, Any]], *path: str) -> NDArray[np.float64]:
    for key in path:
        rows = [row[key] for row in rows]
    return np.array(rows, np.float64)


def check_generated(page: Page, site: Site, folder: Path, model: RecurrentGAN, shares: list[float] | None) -> None:
    seeds = [0, 7, 2**53 - 1]
    rows = run(page, site, folder, GENERATE, {"seeds": seeds})
    length = model.sequence.length
    label = labels(seeds, shares)
    expected = generate(model, seeds, label)
    np.testing.assert_allclose(flat(rows, "numbers"), expected.flatten(1), atol=TOLERANCE)
    inputs = model.labelled(noise(seeds, length, model.latent_size), label)
    quantities = np.stack([steps(model, row) for row in inputs])
    np.testing.assert_allclose(flat(rows, "quantities"), quantities.reshape(3, -1), atol=TOLERANCE)
    if model.sequence.kind == "signal":
        np.testing.assert_allclose(flat(rows, "values"), model.sequence.values(expected), atol=2 * TOLERANCE)
    else:
        for row, tokens in zip(rows, model.sequence.tokens(expected), strict=True):
            ends = (tokens[:, 0] == 0).nonzero()
            kept = tokens[: int(ends[0]) if len(ends) else length]
            assert [row["tokens"]["pitch"], row["tokens"]["duration"]] == kept.T.tolist()
    if model.discriminator.minibatch is None:
        heard = expected if model.sequence.kind == "signal" else model.sequence.numbers(model.sequence.tokens(expected))
        np.testing.assert_allclose(flat(rows, "heard"), heard.flatten(1), atol=TOLERANCE)
        outputs = model.judge_steps(heard, label)
        np.testing.assert_allclose(flat(rows, "judged", "outputs"), outputs, atol=TOLERANCE)
        np.testing.assert_allclose(flat(rows, "judged", "mean"), outputs.mean(1), atol=TOLERANCE)
    else:
        assert [row["judged"] for row in rows] == [None] * 3


@pytest.mark.parametrize("name", GANS)
def test_sequences_and_judgements_are_torchs(runtime: Page, site: Site, folder: Path, name: str) -> None:
    shares = CONDITION["shares"] if "classes" in TOYS[name] else None
    check_generated(runtime, site, folder / name, toy_model(name), shares)  # type: ignore[arg-type]


def test_what_ships_is_torchs(runtime: Page, site: Site) -> None:
    for config in checkpoints():
        if "GeneratesSequences" in config.capabilities:
            checkpoint = open_checkpoint(SHIPPED / config.name)
            assert isinstance(checkpoint.model, RecurrentGAN)
            check_generated(runtime, site, checkpoint.folder, checkpoint.model, (config.condition or {}).get("shares"))
        if "WritesNotes" in config.capabilities:
            checkpoint = open_checkpoint(SHIPPED / config.name)
            check_melodies(runtime, site, checkpoint.folder, checkpoint.model, [(0, 1.0), (11, 0.7), (12, 0.0)])


def test_the_two_passes_of_the_discriminator(runtime: Page, site: Site, folder: Path) -> None:
    model = toy_model("rgan-notes-toy")
    (row,) = run(runtime, site, folder / "rgan-notes-toy", GENERATE, {"seeds": [5]})
    numbers = model.sequence.numbers(model.sequence.tokens(generate(model, [5])))
    size = model.discriminator.forward_pass.hidden_size
    features = model.discriminator.features(numbers)[0].numpy()
    for index, direction in enumerate(("forward", "backward")):
        quantities = np.array(row["judged"][direction]).reshape(NOTES["length"], 6, size)  # type: ignore[call-overload]
        np.testing.assert_allclose(quantities[:, 5], features[:, index * size : (index + 1) * size], atol=TOLERANCE)


def test_noise_is_held_and_blended(runtime: Page, site: Site, folder: Path) -> None:
    body = """const [one, other] = input.map((seed) => generator.noise(seed));
    return { held: holdNoise(one, generator.latentSize), ends: [0, 1].map((share) => blendNoise(one, other, share)),
             third: blendNoise(one, other, 1 / 3) };"""
    found = run(runtime, site, folder / "rgan-signal-toy", body, [3, 4])
    one, other = noise([3, 4], SIGNAL["length"], 3).flatten(1).numpy()  # type: ignore[arg-type]
    np.testing.assert_array_equal(np.float32(found["held"]), np.tile(one[:3], 24))
    np.testing.assert_array_equal(np.float32(found["ends"]), [one, other])
    np.testing.assert_allclose(found["third"], np.sqrt(0.75) * one + 0.5 * other, atol=1e-6)


@pytest.mark.parametrize("name", NOTE_MODELS)
def test_melodies_are_pythons(runtime: Page, site: Site, folder: Path, name: str) -> None:
    settings = [(seed, temperature) for seed in (0, 11, 40) for temperature in (1.0, 0.6, 0.0)]
    check_melodies(runtime, site, folder / name, toy_model(name), settings)


def check_melodies(page: Page, site: Site, folder: Path, model: Any, settings: list[tuple[int, float]]) -> None:
    body = "return input.map(([seed, temperature]) => notes.write({ seed, temperature }));"
    found = run(page, site, folder, body, settings)
    for (seed, temperature), melody in zip(settings, found, strict=True):
        (expected,) = write_melodies(model, [seed], temperature)
        tokens = np.stack([melody["tokens"]["pitch"], melody["tokens"]["duration"]], 1).reshape(-1, 2)
        np.testing.assert_array_equal(tokens, expected.tokens)
        np.testing.assert_allclose(melody["surprise"], expected.surprise, atol=1e-4)
        assert melody["ended"] == expected.ended


@pytest.mark.parametrize("name", NOTE_MODELS)
def test_a_melody_is_read_as_torch_reads_it(runtime: Page, site: Site, folder: Path, name: str) -> None:
    model = toy_model(name)
    tokens = torch.tensor([[2, 3], [1, 1], [5, 5], [9, 2], [3, 4]])
    body = """const melody = notes.read({ pitch: input[0], duration: input[1] });
    const durations = melody.next.map((next) => notes.durations(next, 4));
    return { ...melody, durations, end: notes.durations(melody.next[0], 0) };"""
    found = run(runtime, site, folder / name, body, tokens.T.tolist())
    nats = model.log_probability(tokens[None])[0].numpy()
    np.testing.assert_allclose(found["surprise"], -nats / np.log(2), atol=TOLERANCE * 5)
    start = torch.zeros(1, 2, dtype=torch.long)
    quantities = steps(model, model.embed_notes(torch.cat([start, tokens])))
    np.testing.assert_allclose(found["quantities"], quantities[1:].ravel(), atol=TOLERANCE)
    hidden = torch.tensor(quantities[:, -1, -1])
    np.testing.assert_allclose(
        [next_["pitch"] for next_ in found["next"]], model.predict_pitch(hidden).exp(), atol=TOLERANCE
    )
    durations = model.predict_duration(hidden, torch.full((6,), 4)).exp()
    np.testing.assert_allclose(found["durations"], durations, atol=TOLERANCE)
    assert found["end"] == [1, 0, 0, 0, 0, 0]


def test_a_prompt_is_continued(runtime: Page, site: Site, folder: Path) -> None:
    body = """const whole = notes.write({ seed: 9, temperature: 1 });
    const prompt = { pitch: whole.tokens.pitch.slice(0, 3), duration: whole.tokens.duration.slice(0, 3) };
    return [whole, notes.write({ seed: 9, temperature: 1, prompt })];"""
    whole, continued = run(runtime, site, folder / "notes-toy", body)
    assert len(whole["tokens"]["pitch"]) > 3
    assert continued == whole


def test_a_melody_from_elsewhere_is_brought_into_range(runtime: Page, site: Site, folder: Path) -> None:
    body = "return input.map((notes) => form.encode(notes));"
    in_d = [{"pitch": pitch, "quarters": 1} for pitch in (62, 64, 66, 67, 69, 71, 73, 74)]  # D major: two too high
    high = [{"pitch": 86, "quarters": 0.1}, {"pitch": 60, "quarters": 9}, {"pitch": None, "quarters": 1}]
    long = [{"pitch": 60, "quarters": 1}] * 20
    moved, odd, cut = run(runtime, site, folder / "notes-toy", body, [in_d, high, long])
    assert (moved["moved"], moved["octaves"], moved["rounded"], moved["left"]) == (-2, 0, 0, 0)
    assert moved["tokens"]["pitch"] == [2, 3, 4, 5, 6, 7, 9, 10]
    assert (odd["moved"], odd["octaves"], odd["rounded"]) == (0, 1, 2)
    assert odd["tokens"] == {
        "pitch": [3, 2, 1],
        "duration": [1, 5, 3],
    }  # a D stays one; no note is an end
    assert (len(cut["tokens"]["pitch"]), cut["left"]) == (16, 4)


def test_of_equally_probable_tokens_the_lower_one_is_taken(runtime: Page, site: Site, tmp_path: Path) -> None:
    toy = toy_sequences(tmp_path / "tied", "rgan-notes-toy")
    tensors = read_tensors(toy / "model.safetensors")
    tensors["generator.output.weight"].zero_()
    tensors["generator.output.bias"] = torch.zeros(17)
    tensors["generator.output.bias"][[5, 8, 13, 14]] = 1.0  # two pitches of eleven, two durations of six
    write_tensors(toy / "model.safetensors", tensors, read_header(toy / "model.safetensors")[1])
    write_config(toy, read_config(toy))
    found = run(runtime, site, toy, "return generator.generate(generator.noise(1), model.sampleLabel(1)).tokens;")
    model = open_checkpoint(toy).model
    expected = model.sequence.tokens(generate(model, [1]))[0]
    assert np.transpose([found["pitch"], found["duration"]]).tolist() == expected.tolist() == [[5, 2]] * len(expected)


def test_notes_and_their_numbers(runtime: Page, site: Site, folder: Path) -> None:
    tokens = {"pitch": [2, 1, 10], "duration": [3, 1, 5]}
    body = "return { notes: form.notes(input), numbers: form.numbers(input) };"
    found = run(runtime, site, folder / "rgan-notes-toy", body, tokens)
    assert found["notes"] == [
        {"pitch": 60, "quarters": 1},
        {"pitch": None, "quarters": 0.25},
        {"pitch": 72, "quarters": 2},
    ]
    expected = toy_model("rgan-notes-toy").sequence.numbers(torch.tensor([[2, 3], [1, 1], [10, 5]]))
    assert found["numbers"] == expected.flatten().tolist()


def test_examples_are_what_the_file_holds(runtime: Page, site: Site, folder: Path) -> None:
    found = run(runtime, site, folder / "rgan-signal-toy", "return model.loadExamples();")
    np.testing.assert_array_equal(
        np.float32([each["values"] for each in found]), examples("rgan-signal-toy")["samples"]
    )
    assert [each["label"] for each in found] == [0, 1, 2, 0]
    assert run(runtime, site, folder / "notes-toy", "return model.loadExamples();") == []


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("return generator.generate(new Float32Array(5), null);", "runtime.inputLength"),
        ("return generator.generate(new Float32Array(72).fill(NaN), [1, 0, 0]);", "runtime.inputNotFinite"),
        ("return generator.generate(new Float32Array(72), null);", "runtime.label"),
        ("return generator.noise(-1);", "runtime.seed"),
    ],
)
def test_what_cannot_be_generated_is_refused(runtime: Page, site: Site, folder: Path, body: str, key: str) -> None:
    assert run(runtime, site, folder / "rgan-signal-toy", body)["key"] == key


def test_impossible_temperatures_are_refused(runtime: Page, site: Site, folder: Path) -> None:
    for temperature in ("NaN", "-1", "Infinity"):
        body = f"return notes.write({{ seed: 0, temperature: {temperature} }});"
        assert run(runtime, site, folder / "notes-toy", body)["key"] == "gates.error_temperature"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"length": 0}, "runtime.config"),
        ({"durations": [1.0, 2.0]}, "runtime.config"),
        ({"pitches": [60, 60]}, "runtime.config"),
        ({"kind": "songs"}, "runtime.config"),
        ({"pitches": [60, 62]}, "runtime.tensorShape"),
    ],
)
def test_folders_that_do_not_fit_are_refused(
    runtime: Page, site: Site, tmp_path: Path, change: dict[str, Any], key: str
) -> None:
    toy = toy_sequences(tmp_path / "toy", "notes-toy")
    config = read_json(toy / "config.json")
    config["arguments"]["sequence"] |= change
    write_json(toy / "config.json", config)
    assert run(runtime, site, toy, "return 1;")["key"] == key

"""Character models in the page against torch: every quantity, surprise and distribution; clamps, writing, gradients."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page
from recurrent_toys import TOYS, page_of, quantities, toy_language, toy_model
from site_server import Site
from torch import Tensor

from explorer.catalog import SHIPPED, checkpoints, open_checkpoint
from explorer.checkpoints import read_json
from explorer.families.recurrent import LanguageModel
from explorer.probes.writing import write

SHIPPED_NAMES = [config.name for config in checkpoints() if "Writes" in config.capabilities]
TOLERANCE = 1e-5
CHARACTERS = 1000

OPEN = """async (url) => {
  const { openModel } = await import("/browser/runtime/model.js");
  const { createTrace } = await import("/browser/runtime/recurrent/trace.js");
  const { createWriter } = await import("/browser/runtime/recurrent/writer.js");
  const { gradientNorms } = await import("/browser/runtime/recurrent/backward.js");
  const { bitsPerCharacter } = await import("/browser/runtime/recurrent/held-out.js");
  const model = await openModel(url);
  const language = await model.loadLanguage();
  const everything = (trace) => {
    const perStep = language.layers * language.quantities.length * language.hiddenSize;
    const numbers = new Float32Array((trace.computed + 1) * perStep);
    let place = 0;
    for (let t = -1; t < trace.computed; t++) {
      for (let layer = 0; layer < language.layers; layer++) {
        for (const name of language.quantities) {
          numbers.set(trace.quantity(layer, name, t), place);
          place += language.hiddenSize;
        }
      }
    }
    return numbers;
  };
  // Millions of numbers reach Python in seconds as text, in minutes as numbers.
  const asText = (numbers) => {
    const bytes = new Uint8Array(numbers.buffer);
    const parts = [];
    for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
    return btoa(parts.join(""));
  };
  try {
    return await (async (input) => { BODY })(INPUT);
  } catch (error) {
    if (error.name !== "ModelError") throw error;
    return { key: error.key, values: error.values };
  }
}"""


def in_language(runtime: Page, url: str, body: str, value: Any = None) -> Any:
    """The value of a JavaScript function body that has ``model``, ``language`` and ``input``, or its ModelError."""

    return runtime.evaluate(OPEN.replace("BODY", body).replace("INPUT", json.dumps(value)), url)


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Callable[[str], str]:
    """Writes and serves a toy once; gives its URL."""

    @cache
    def serve(name: str) -> str:
        return site.mount(name, toy_language(tmp_path_factory.mktemp("language") / name, name))

    return serve


def read_by_torch(model: LanguageModel, text: str, clamps: list[dict[str, Any]]) -> NDArray[np.float64]:
    return quantities(model, text, amends(model, clamps))


def amends(model: LanguageModel, clamps: list[dict[str, Any]]) -> list[Callable[[str, Tensor], Tensor]]:
    """Clamps as the cells take them."""

    def amend(layer: int) -> Callable[[str, Tensor], Tensor]:
        def change(name: str, value: Tensor) -> Tensor:
            for clamp in clamps:
                if (clamp["layer"], clamp["quantity"]) == (layer, name):
                    value = value.clone()
                    value[:, slice(None) if clamp["units"] is None else clamp["units"]] = clamp["value"]
            return value

        return change

    return [amend(layer) for layer in range(model.layers)]


def logits_of(model: LanguageModel, computed: NDArray[np.float64]) -> Tensor:
    """(T, V) of what follows each step, in float64."""
    with torch.no_grad():
        weights = {name: value.double() for name, value in model.state_dict().items()}
        return torch.func.functional_call(
            _ReadOut(model),
            {f"model.{name}": value for name, value in weights.items()},
            torch.tensor(computed[:, -1, -1]),
        )


class _ReadOut(torch.nn.Module):
    def __init__(self, model: LanguageModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, hidden: Tensor) -> Tensor:
        return self.model.read_out(hidden)


def agree(runtime: Page, url: str, model: LanguageModel, text: str, clamps: list[dict[str, Any]]) -> None:
    actual = in_language(
        runtime,
        url,
        """
        const trace = createTrace(language, { clamps: input.clamps });
        trace.setText(input.text);
        trace.compute();
        const places = [-1, 0, Math.floor(trace.length / 2), trace.length - 1];
        return { numbers: asText(everything(trace)),
          surprises: Array.from(trace.characters, (_, t) => trace.surprise(t)),
          distributions: places.map((t) => Array.from(trace.distribution(t))) };
        """,
        {"text": text, "clamps": clamps},
    )
    expected = read_by_torch(model, text, clamps)
    numbers = np.frombuffer(base64.b64decode(actual["numbers"]), np.float32)
    found = numbers.reshape(len(text) + 1, model.layers, len(model.quantities), model.hidden_size)
    steps = expected.reshape(found.shape)
    assert np.abs(found - steps).max() <= TOLERANCE * max(1, np.abs(steps).max())
    logs = torch.log_softmax(logits_of(model, steps), 1)
    tokens = model.encode_text(text)
    surprise = -logs[:-1].gather(1, tokens.unsqueeze(1)).squeeze(1) / np.log(2)
    np.testing.assert_allclose(actual["surprises"], surprise, rtol=TOLERANCE, atol=TOLERANCE)
    places = [0, 1, len(text) // 2 + 1, len(text)]
    np.testing.assert_allclose(actual["distributions"], logs[places].exp(), atol=TOLERANCE)


CLAMPS = {
    "lstm": [
        {"layer": 0, "quantity": "forget", "units": [1, 3], "value": 1.0},
        {"layer": 0, "quantity": "input", "units": [2], "value": 0.0},
        {"layer": 0, "quantity": "output", "units": [4, 5], "value": 0.25},
        {"layer": 0, "quantity": "candidate", "units": [6], "value": -0.5},
        {"layer": 0, "quantity": "cell", "units": [7], "value": 2.5},
        {"layer": 0, "quantity": "hidden", "units": [0, 9], "value": 0.0},
    ],
    "gru": [
        {"layer": 0, "quantity": "reset", "units": [1, 3], "value": 1.0},
        {"layer": 0, "quantity": "update", "units": [2], "value": 0.5},
        {"layer": 0, "quantity": "candidate", "units": [4, 5], "value": 0.25},
        {"layer": 0, "quantity": "hidden", "units": [0, 9], "value": 0.0},
    ],
    "rnn": [{"layer": 0, "quantity": "hidden", "units": [0, 9], "value": -0.75}],
}
"""Every quantity of some units; see :func:`of_all`."""


def of_all(model: LanguageModel) -> list[dict[str, Any]]:
    """Clamps of every quantity in the lowest layer, and of one whole quantity of the highest."""
    return [
        *CLAMPS[model.cell],
        {"layer": model.layers - 1, "quantity": model.quantities[0], "units": None, "value": 0.5},
    ]


@pytest.mark.parametrize("name", TOYS)
def test_toys_read_as_torch_does(runtime: Page, toy: Callable[[str], str], name: str) -> None:
    agree(runtime, toy(name), toy_model(name), page_of(name)[:CHARACTERS], [])


@pytest.mark.parametrize("name", TOYS)
def test_clamped_toys_read_as_torch_does(runtime: Page, toy: Callable[[str], str], name: str) -> None:
    model = toy_model(name)
    if model.cell == "rnn" and model.layers == 1:
        agree(runtime, toy(name), model, page_of(name)[:200], CLAMPS["rnn"])
    else:
        agree(runtime, toy(name), model, page_of(name)[:200], of_all(model))
        agree(runtime, toy(name), model, page_of(name)[:200], CLAMPS[model.cell])


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_shipped_models_read_as_torch_does(runtime: Page, name: str) -> None:
    model = open_checkpoint(SHIPPED / name).model
    page = read_json(SHIPPED / name / "texts.json")["page"]
    agree(runtime, f"/checkpoints/{name}", model, page[:CHARACTERS], [])
    agree(runtime, f"/checkpoints/{name}", model, page[:100], of_all(model))


SETTINGS = [
    {"seed": 0, "temperature": 1.0, "topK": 0, "topP": 1.0},
    {"seed": 2**53 - 1, "temperature": 0.5, "topK": 0, "topP": 1.0},
    {"seed": 3, "temperature": 1.5, "topK": 5, "topP": 1.0},
    {"seed": 4, "temperature": 1.0, "topK": 0, "topP": 0.8},
    {"seed": 5, "temperature": 2.0, "topK": 12, "topP": 0.9},
    {"seed": 6, "temperature": 0.0, "topK": 0, "topP": 1.0},
]


def writes_alike(runtime: Page, url: str, model: LanguageModel, prompt: str, count: int) -> None:
    for settings in SETTINGS:
        actual = in_language(
            runtime,
            url,
            """
            const trace = createTrace(language);
            trace.setText(input.prompt);
            trace.compute();
            const writer = createWriter(language, trace.state(trace.length - 1), input.settings);
            const written = Array.from({ length: input.count }, () => writer.next());
            return { text: written.map(({ character }) => character).join(""),
              tokens: written.map(({ token }) => token),
              surprise: written.map(({ probability }) => -Math.log2(probability)) };
            """,
            {"prompt": prompt, "settings": settings, "count": count},
        )
        choice = {"temperature": settings["temperature"], "top_k": settings["topK"], "top_p": settings["topP"]}
        expected = write(model, prompt, count, int(settings["seed"]), **choice)  # type: ignore[arg-type]
        assert actual["text"] == expected.text
        assert actual["tokens"] == expected.tokens.tolist()
        np.testing.assert_allclose(actual["surprise"], expected.surprise, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", TOYS)
def test_toys_write_what_python_writes(runtime: Page, toy: Callable[[str], str], name: str) -> None:
    writes_alike(runtime, toy(name), toy_model(name), page_of(name)[:30] + "☃", 120)


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_shipped_models_write_what_python_writes(runtime: Page, name: str) -> None:
    model = open_checkpoint(SHIPPED / name).model
    writes_alike(runtime, f"/checkpoints/{name}", model, read_json(SHIPPED / name / "texts.json")["prompt"], 200)


@pytest.mark.parametrize("name", ["lstm-toy", "gru-toy-one-hot"])
def test_an_edited_trace_equals_a_fresh_one(runtime: Page, toy: Callable[[str], str], name: str) -> None:
    edits = np.random.default_rng(1)
    page, text, texts = page_of(name), "", []
    for _ in range(30):
        start, end = sorted(edits.integers(0, len(text) + 1, 2)) if edits.random() < 0.7 else (len(text), len(text))
        at = int(edits.integers(0, 1000))
        text = (text[:start] + page[at : at + int(edits.integers(0, 120))] + text[end:])[:900]
        texts.append(text)
    differences = in_language(
        runtime,
        toy(name),
        """
        const edited = createTrace(language);
        let before = "";
        return input.map((text, index) => {
          let common = 0;
          while (common < Math.min(before.length, text.length) && before[common] === text[common]) common++;
          const first = edited.setText(text);
          if (index % 3 !== 2) edited.compute(); // sometimes an edit comes before the last is computed
          before = text;
          if (index % 3 === 2) return { first, common, same: true, surprises: true };
          const fresh = createTrace(language);
          fresh.setText(text);
          while (fresh.computed < fresh.length) fresh.compute({ budget: 0 });
          const [a, b] = [everything(edited), everything(fresh)];
          const bits = (trace) => Array.from(trace.characters, (_, t) => trace.surprise(t));
          const [c, d] = [bits(edited), bits(fresh)];
          return { first, common, same: a.length === b.length && a.every((value, i) => value === b[i]),
            surprises: c.every((value, i) => value === d[i]) };
        });
        """,
        texts,
    )
    for difference in differences:
        assert difference["first"] == difference["common"]
        assert difference["same"]
        assert difference["surprises"]


def test_compute_stops_at_its_budget_and_goes_on(runtime: Page, toy: Callable[[str], str]) -> None:
    result = in_language(
        runtime,
        toy("lstm-toy"),
        """
        const trace = createTrace(language);
        const first = trace.setText("x".repeat(300));
        const little = trace.compute({ budget: 0 });
        let refused = false;
        try { trace.quantity(0, "cell", little); } catch (error) { refused = error instanceof RangeError; }
        return { first, little, refused, middle: trace.compute({ until: 100 }), again: trace.compute({ until: 50 }),
          series: trace.series(0, "cell", 3).length, end: trace.compute(), length: trace.length,
          state: Array.from(trace.state(299).values),
          own: [...trace.quantity(0, "hidden", 299), ...trace.quantity(0, "cell", 299)] };
        """,
    )
    assert 0 < result["little"] < 100
    assert result["refused"]
    assert (result["middle"], result["again"], result["series"], result["end"]) == (100, 100, 100, 300)
    assert result["state"] == result["own"]


def test_line_ends_unknown_characters_and_what_is_no_character(runtime: Page, toy: Callable[[str], str]) -> None:
    text = "a\r\nb\rc\n☃\U0001f600\ud800שלום\u0000\ufffd\u0007e"
    read = in_language(
        runtime,
        toy("lstm-toy"),
        """
        const text = input.map((unit) => String.fromCharCode(unit)).join("");
        const trace = createTrace(language);
        trace.setText(text);
        trace.compute();
        return { count: trace.characters.length, start: trace.characters.slice(0, 8), tokens: Array.from(trace.tokens),
          unknown: trace.unknown, bits: trace.surprise(6), vocabulary: language.vocabulary };
        """,
        np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16).tolist(),
    )
    assert read["start"] == ["a", "\n", "b", "\n", "c", "\n", "☃", "\U0001f600"]
    assert read["count"] == 17
    assert read["unknown"] == list(range(6, 16))
    expected = [read["vocabulary"].index(character) for character in "a\nb\nc\n"] + [0] * 10
    assert read["tokens"] == [*expected, read["vocabulary"].index("e")]
    assert read["bits"] > 0


def test_too_long_a_text_is_refused_and_nothing_lost(runtime: Page, toy: Callable[[str], str]) -> None:
    result = in_language(
        runtime,
        toy("rnn-toy"),
        """
        const trace = createTrace(language);
        trace.setText("a".repeat(20000));
        trace.setText("abc");
        trace.compute();
        let error = null;
        try {
          trace.setText("a".repeat(20001));
        } catch (refusal) {
          error = { key: refusal.key, values: refusal.values };
        }
        const kept = { length: trace.length, computed: trace.computed };
        const first = trace.setText("");
        return { error, kept, first, nothing: trace.compute(), before: trace.quantity(0, "hidden", -1).length };
        """,
    )
    assert result["error"] == {"key": "gates.error_long", "values": {"most": "20000", "found": "20001"}}
    assert result["kept"] == {"length": 3, "computed": 3}
    assert (result["first"], result["nothing"], result["before"]) == (0, 0, 24)


@pytest.mark.parametrize(
    ("clamp", "key"),
    [
        ("layer: 1, quantity: 'cell', units: null, value: 0", "layer"),
        ("layer: 0, quantity: 'reset', units: [0], value: 0", "quantity"),
        ("layer: 0, quantity: 'cell', units: [24], value: 0", "unit"),
        ("layer: 0, quantity: 'cell', units: [0.5], value: 0", "unit"),
        ("layer: 0, quantity: 'cell', units: [0], value: NaN", "value"),
        ("layer: 0, quantity: 'cell', units: [0], value: 1e39", "value"),
    ],
)
def test_bad_clamps_are_refused(runtime: Page, toy: Callable[[str], str], clamp: str, key: str) -> None:
    for body in (
        f"createTrace(language, {{ clamps: [{{ {clamp} }}] }})",
        f"language.step(language.start(), 1, [{{ {clamp} }}])",
    ):
        assert in_language(runtime, toy("lstm-toy"), body)["key"] == f"gates.error_clamp_{key}"


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ("seed: -1", "runtime.seed"),
        ("seed: 2 ** 53", "runtime.seed"),
        ("seed: 1, temperature: NaN", "gates.error_temperature"),
        ("seed: 1, temperature: -1", "gates.error_temperature"),
        ("seed: 1, topK: 1.5", "gates.error_top_k"),
        ("seed: 1, topP: 0", "gates.error_top_p"),
        ("seed: 1, topP: 1.5", "gates.error_top_p"),
    ],
)
def test_bad_settings_are_refused(runtime: Page, toy: Callable[[str], str], settings: str, key: str) -> None:
    body = f"createWriter(language, language.start(), {{ {settings} }})"
    assert in_language(runtime, toy("lstm-toy"), body)["key"] == key


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("clamped", [False, True])
def test_gradients_are_those_of_torch(runtime: Page, toy: Callable[[str], str], name: str, clamped: bool) -> None:
    model, text, t, lags = toy_model(name), page_of(name)[:90], 60, 30
    clamps = CLAMPS[model.cell] if clamped else []
    actual = in_language(
        runtime,
        toy(name),
        """
        const trace = createTrace(language, { clamps: input.clamps });
        trace.setText(input.text);
        trace.compute();
        const norms = gradientNorms(trace, input.t, input.lags);
        return { norms: Array.from(norms), short: gradientNorms(trace, 3, 9).length };
        """,
        {"text": text, "t": t, "lags": lags, "clamps": clamps},
    )
    assert actual["short"] == 4
    np.testing.assert_allclose(actual["norms"], gradients(model, text, t, lags, clamps), rtol=TOLERANCE)


def gradients(model: LanguageModel, text: str, t: int, lags: int, clamps: list[dict[str, Any]]) -> list[float]:
    """‖∂loss_t/∂x_{t−k}‖₂ for k = 0 … lags by torch's autograd, in float64."""
    model = model.double()
    tokens = model.encode_text("\n" + text)
    inputs = [model.embed(token.view(1)).detach().requires_grad_() for token in tokens[: t + 2]]
    state, changes = model.initial_state(1), amends(model, clamps)
    for x in inputs:
        computed = model.step(x, state, changes)
        state = model.state_of(computed)
    logits = model.read_out(computed[-1]["hidden"])
    loss = torch.nn.functional.cross_entropy(logits, tokens[t + 2].view(1))
    grads = torch.autograd.grad(loss, inputs)
    return [float(grads[t + 1 - k].norm()) for k in range(lags + 1)]


def test_bits_per_character(runtime: Page, toy: Callable[[str], str]) -> None:
    text = page_of("gru-toy")[:1050]
    result = in_language(
        runtime,
        toy("gru-toy"),
        """
        const trace = createTrace(language);
        const text = input;
        trace.setText(text);
        trace.compute();
        const done = [];
        const whole = await bitsPerCharacter(language, text, { onProgress: (at, count) => done.push([at, count]) });
        const stop = new AbortController();
        stop.abort();
        const aborted = await bitsPerCharacter(language, text, { signal: stop.signal }).catch((error) => error.name);
        const empty = await bitsPerCharacter(language, "").catch((error) => error instanceof RangeError);
        const short = await bitsPerCharacter(language, text.slice(0, 150));
        const surprises = Array.from(trace.characters, (_, t) => trace.surprise(t));
        return { whole, aborted, empty, short, last: done.at(-1), surprises };
        """,
        text,
    )
    surprises = np.array(result["surprises"])
    blocks = surprises[:1000].reshape(10, 100).mean(axis=1)
    half = 1.959964 * blocks.std(ddof=1) / np.sqrt(10)
    assert result["whole"]["bits"] == pytest.approx(surprises.mean(), rel=1e-9)
    assert result["whole"]["high"] - result["whole"]["low"] == pytest.approx(2 * half, rel=1e-6)
    assert result["whole"]["low"] == pytest.approx(surprises.mean() - half, rel=1e-6)
    assert (result["whole"]["count"], result["last"]) == (1050, [1050, 1050])
    assert (result["aborted"], result["empty"]) == ("AbortError", True)
    assert result["short"].pop("surprises") == surprises[:150].tolist()
    assert result["short"] == {"bits": pytest.approx(surprises[:150].mean()), "low": None, "high": None, "count": 150}

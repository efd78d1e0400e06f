"""Character models in the page against torch: every quantity, surprise and distribution; clamps, writing, gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page
from recurrent_page import in_language
from recurrent_toys import TOYS, page_of, quantities, toy_model
from torch import Tensor
from transfer import as_numbers

from explorer.catalog import SHIPPED, checkpoints, open_checkpoint
from explorer.checkpoints import read_json
from explorer.families.recurrent import LanguageModel
from explorer.probes.writing import write

SHIPPED_NAMES = [config.name for config in checkpoints() if "Writes" in config.capabilities]
TOLERANCE = 1e-5
CHARACTERS = 1000


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
        const trace = new Trace(language, { clamps: input.clamps });
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
    numbers = as_numbers(actual["numbers"], np.float32)
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
            const trace = new Trace(language);
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
        const edited = new Trace(language);
        let before = "";
        return input.map((text, index) => {
          let common = 0;
          while (common < Math.min(before.length, text.length) && before[common] === text[common]) common++;
          const first = edited.setText(text);
          if (index % 3 !== 2) edited.compute(); // sometimes an edit comes before the last is computed
          before = text;
          if (index % 3 === 2) return { first, common, same: true, surprises: true };
          const fresh = new Trace(language);
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


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("clamped", [False, True])
def test_gradients_are_those_of_torch(runtime: Page, toy: Callable[[str], str], name: str, clamped: bool) -> None:
    model, text, t, lags = toy_model(name), page_of(name)[:90], 60, 30
    clamps = CLAMPS[model.cell] if clamped else []
    actual = in_language(
        runtime,
        toy(name),
        """
        const trace = new Trace(language, { clamps: input.clamps });
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
        const trace = new Trace(language);
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

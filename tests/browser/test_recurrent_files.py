"""The files of a character model's folder as the page reads them, and what it says of broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page
from recurrent_toys import PAGE, STEPS, measures, toy_language, written
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from site_server import Site

NAME = "lstm-toy-layers"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return toy_language(tmp_path / NAME, NAME)


def load(runtime: Page, site: Site, folder: Path, body: str) -> Any:
    """The value of a JavaScript function body that has ``model``, or its ModelError."""
    return runtime.evaluate(
        f"""async (url) => {{
          try {{
            const model = await (await import("/browser/runtime/model.js")).openModel(url);
            return await (async () => {{ {body} }})();
          }} catch (error) {{
            if (error.name !== "ModelError") throw error;
            return {{ key: error.key, values: error.values }};
          }}
        }}""",
        site.mount("language-files", folder),
    )


def test_everything_is_what_the_files_say(runtime: Page, site: Site, folder: Path) -> None:
    found = load(
        runtime,
        site,
        folder,
        """
        const [texts, marks, memory, states] = await Promise.all([
          model.loadTexts(), model.loadMarks(), model.loadMemory(), model.loadStates()]);
        const list = (record) =>
          Object.fromEntries(Object.entries(record).map(([name, each]) => [name, Array.from(each)]));
        const rows = (scores) => scores.map((row) => Array.from(row));
        return { texts, quantity: marks.quantity, count: marks.count,
          marks: marks.marks.map((mark) => ({ ...mark, values: Array.from(mark.values), scores: rows(mark.scores) })),
          memory: { ...memory, lags: Array.from(memory.lags) },
          variants: memory.variants.map(({ state, hidden, gradient, ...each }) =>
            ({ ...each, state: list(state), hidden: list(hidden), gradient: list(gradient) })),
          states: { count: states.count, position: Array.from(states.positions), ...list(states.layouts) },
          pca: list(states.pca) };
        """,
    )
    with safe_open(folder / "memory.safetensors", "pt") as file:
        told = json.loads(file.metadata()["memory"])
    marks, memory, states = (load_file(folder / f"{name}.safetensors") for name in ("marks", "memory", "map"))
    assert found["texts"] == json.loads((folder / "texts.json").read_text())
    assert (found["quantity"], found["count"]) == ("cell", len(PAGE))
    by_name = {mark["name"]: mark for mark in found["marks"]}
    assert by_name["space"]["positives"] == sum(character.isspace() for character in PAGE)
    assert (by_name["space"]["kind"], by_name["line_position"]["kind"]) == ("binary", "graded")
    for name, mark in by_name.items():
        assert mark["values"] == marks[f"mark.{name}"].tolist()
        np.testing.assert_array_equal(np.float32(mark["scores"]), marks[f"score.{name}"])
    assert found["memory"]["lags"] == memory["lag"].tolist()
    sizes = {name: found["memory"][name] for name in ("positions", "directions", "share", "seed")}
    assert sizes == {"positions": 200, "directions": 8, "share": 0.01, "seed": 0}
    assert {each["name"]: each["forgetBias"] for each in found["variants"]}["forget_bias_3"] == 3
    for variant in found["variants"]:
        assert variant["reach"]["hidden"] == told["variants"][variant["name"]]["reach"]["hidden"]
        for kind in ("state", "hidden", "gradient"):
            columns = np.float32([variant[kind][name] for name in ("low", "middle", "high")]).T
            np.testing.assert_array_equal(columns, memory[f"{kind}.{variant['name']}"])
    assert found["states"]["count"] == len(states["position"])
    assert found["states"]["position"] == states["position"].tolist()
    np.testing.assert_array_equal(np.float32(found["states"]["umap"]), states["layout.umap"].flatten())
    np.testing.assert_array_equal(np.float32(found["states"]["pca"]), states["layout.pca"].flatten())
    np.testing.assert_array_equal(np.float32(found["pca"]["components"]), states["pca.components"].flatten())


def test_the_timeline_holds_every_text(runtime: Page, site: Site, folder: Path) -> None:
    found = load(
        runtime,
        site,
        folder,
        """
        const { measures, sheets, ...timeline } = await model.loadTimeline();
        const listed = [...measures].map(([name, each]) => [name, { ...each, values: Array.from(each.values) }]);
        return { ...timeline, measures: Object.fromEntries(listed) };
        """,
    )
    stored = load_file(folder / "timeline.safetensors")
    assert found["steps"] == list(STEPS)
    assert found["texts"] == [written(moment, PAGE) for moment in range(len(STEPS))]
    assert (found["prompt"], found["seed"], found["temperature"]) == (PAGE[:20], 7, 0.8)
    for name, described in measures().items():
        values = found["measures"][name].pop("values")
        np.testing.assert_array_equal(np.float32(values), stored[f"measure.{name}"])
        assert found["measures"][name] == described


def test_a_folder_without_the_optional_files(runtime: Page, site: Site, folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    for name in ("marks", "memory", "map"):
        (folder / f"{name}.safetensors").unlink()
        del config["files"][f"{name}.safetensors"]
    (folder / "config.json").write_text(json.dumps(config))
    assert (
        load(
            runtime,
            site,
            folder,
            "return [await model.loadMarks(), await model.loadMemory(), await model.loadStates()]",
        )
        == [None] * 3
    )


def rewrite(folder: Path, file: str, change: Callable[[dict[str, Any], dict[str, str]], None]) -> None:
    """Change the tensors and metadata of a safetensors file."""
    path = folder / f"{file}.safetensors"
    tensors = load_file(path)
    with safe_open(path, "pt") as opened:
        metadata = dict(opened.metadata() or {})
    change(tensors, metadata)
    save_file({name: value.contiguous() for name, value in tensors.items()}, path, metadata)


def described(metadata: dict[str, str], key: str, **changes: Any) -> None:
    metadata[key] = json.dumps(json.loads(metadata[key]) | changes)


BROKEN: dict[str, tuple[str, Callable[[dict[str, Any], dict[str, str]], Any], str, str]] = {
    "marks of another page": (
        "marks",
        lambda t, m: t.update({"mark.space": t["mark.space"][:-1]}),
        "Marks",
        "runtime.tensorShape",
    ),
    "scores that are no numbers": (
        "marks",
        lambda t, m: t["score.space"].fill_(torch.nan),
        "Marks",
        "runtime.notFinite",
    ),
    "a mark without its scores": ("marks", lambda t, m: t.pop("score.space"), "Marks", "runtime.missingTensor"),
    "marks of an unknown quantity": (
        "marks",
        lambda t, m: described(m, "marks", quantity="reset"),
        "Marks",
        "runtime.description",
    ),
    "marks without a description": ("marks", lambda t, m: m.clear(), "Marks", "runtime.description"),
    "lags that do not ascend": ("memory", lambda t, m: t["lag"].fill_(3), "Memory", "runtime.ascending"),
    "a variant that is missing": ("memory", lambda t, m: t.pop("gradient.initial"), "Memory", "runtime.missingTensor"),
    "memory without positions": (
        "memory",
        lambda t, m: described(m, "memory", positions=0),
        "Memory",
        "runtime.description",
    ),
    "a reach that is no lag": (
        "memory",
        lambda t, m: described(m, "memory", variants={"trained": {"forget_bias": None, "reach": {"state": 3}}}),
        "Memory",
        "runtime.description",
    ),
    "states beyond the page": ("map", lambda t, m: t["position"].fill_(len(PAGE)), "States", "runtime.tensorRange"),
    "a layout of other states": (
        "map",
        lambda t, m: t.update({"layout.pca": t["layout.pca"][1:]}),
        "States",
        "runtime.tensorShape",
    ),
    "a map of something else": (
        "map",
        lambda t, m: described(m, "map", quantity="cell"),
        "States",
        "runtime.description",
    ),
    "texts that are cut": (
        "timeline",
        lambda t, m: t.update({"text.bytes": t["text.bytes"][:-1]}),
        "Timeline",
        "runtime.pictureOffsets",
    ),
    "texts that are no text": ("timeline", lambda t, m: t["text.bytes"].fill_(255), "Timeline", "runtime.momentText"),
    "a timeline of pictures": (
        "timeline",
        lambda t, m: described(m, "timeline", kind="images"),
        "Timeline",
        "runtime.timelineDescription",
    ),
    "weights that are no numbers": (
        "model",
        lambda t, m: t["embedding.weight"].fill_(torch.nan),
        "Language",
        "runtime.notFinite",
    ),
    "a layer of another size": (
        "model",
        lambda t, m: t.update({"recurrent.1.weight_ih_l0": t["recurrent.1.weight_ih_l0"][:, 1:]}),
        "Language",
        "runtime.tensorShape",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_files_are_named(runtime: Page, site: Site, folder: Path, fault: str) -> None:
    file, change, part, key = BROKEN[fault]
    rewrite(folder, file, change)
    assert load(runtime, site, folder, f"return model.load{part}()")["key"] == key


@pytest.mark.parametrize("entry", ["page", "prompt", "examples"])
def test_broken_texts_are_named(runtime: Page, site: Site, folder: Path, entry: str) -> None:
    texts = json.loads((folder / "texts.json").read_text())
    (folder / "texts.json").write_text(json.dumps(texts | {entry: {"page": "", "prompt": 3, "examples": [{}]}[entry]}))
    error = load(runtime, site, folder, "return model.loadTexts()")
    assert error == {"key": "runtime.config", "values": {"file": "/language-files/texts.json", "name": entry}}


@pytest.mark.parametrize("vocabulary", ["ab\n", "\ufffdab", "\ufffda\na", 3])
def test_a_vocabulary_must_be_one(runtime: Page, site: Site, folder: Path, vocabulary: Any) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["arguments"]["vocabulary"] = vocabulary
    (folder / "config.json").write_text(json.dumps(config))
    error = load(runtime, site, folder, "return model.loadLanguage()")
    assert (error["key"], error["values"]["name"]) == ("runtime.config", "arguments.vocabulary")


@pytest.mark.parametrize("change", ["no graph", "two cells", "no cell", "four layers", "another size"])
def test_graphs_that_are_no_language_are_refused(runtime: Page, site: Site, folder: Path, change: str) -> None:
    graphs = json.loads((folder / "graph.json").read_text())
    layers = graphs["graphs"]["language"]["layers"]
    if change == "no graph":
        del graphs["graphs"]["language"]
    elif change == "two cells":
        layers[2]["op"] = "gru"
    elif change == "no cell":
        del layers[1:3]
    elif change == "four layers":
        layers[2:2] = [layers[2]] * 2
    else:
        graphs["graphs"]["language"]["output"] = [3]
    (folder / "graph.json").write_text(json.dumps(graphs))
    key = load(runtime, site, folder, "await model.loadLanguage(); return null")["key"]
    assert key == ("runtime.graph" if change in ("no graph", "another size") else "runtime.layer")


def test_the_card_names_the_cells(page: Page, site: Site, folder: Path) -> None:
    url = site.mount("language-files", folder)
    page.evaluate(
        """async (url) => {
          const [{ openModel }, { mount }, { loadTranslator }] = await Promise.all(
            ["runtime/model.js", "page/about.js", "i18n.js"].map((file) => import(`/browser/${file}`)));
          const host = { call: () => Promise.reject(new Error("no server")), onUpdate() {} };
          mount(document.body, { model: await openModel(url), t: await loadTranslator("en") }, host);
        }""",
        url,
    )
    characters = len(set(PAGE))
    assert f"LSTM, 2 × 24 units, {characters} characters" in page.locator(".facts").inner_text()
    assert "3 … 3.2" in page.locator(".metrics").inner_text()

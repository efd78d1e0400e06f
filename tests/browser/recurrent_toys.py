"""Small character models with all their files, made up so that tests know every number.

``python tests/browser/recurrent_toys.py DIR`` writes one folder each to ``DIR`` for ``explorer app --checkpoints DIR``.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.checkpoints import Config, write_atomically, write_config, write_json, write_tensors
from explorer.families.graphs import write_graph
from explorer.families.recurrent import UNKNOWN, LanguageModel, set_forget_bias
from explorer.protocols import capabilities

PASSAGE = """Of all the ways to read, the slowest is to stop at every letter and ask: "What will come next?"
A reader who has seen (and not forgotten) how the line began can tell, and one who has not must guess.

    if open: close = open + 1

The gates decide. One lets the new in; one lets the old go; one shows what is kept.
"""
PAGE = (PASSAGE * 4)[:1500]
CHINESE_PAGE = (
    "床前明月光，疑是地上霜。\n举头望明月，低头思故乡。\n白日依山尽，黄河入海流。\n欲穷千里目，更上一层楼。\n" * 12
)
STEPS = (0, 10, 100, 500, 2000, 8000)
POSITIONS = 400

TOYS: dict[str, dict[str, Any]] = {
    "lstm-toy": {"cell": "lstm"},
    "gru-toy": {"cell": "gru"},
    "rnn-toy": {"cell": "rnn"},
    "lstm-toy-layers": {"cell": "lstm", "layers": 2, "tied": True, "embedding_size": 10},
    "gru-toy-one-hot": {"cell": "gru", "layers": 2, "hidden_size": 22, "embedding_size": None},
    "rnn-toy-layers": {"cell": "rnn", "layers": 3, "hidden_size": 13, "embedding_size": 6},
    "lstm-toy-chinese": {"cell": "lstm", "hidden_size": 30, "embedding_size": None},
}
"""Arguments of each toy beside its vocabulary; not all sizes are multiples of four, as which the page handles them."""


def page_of(name: str) -> str:
    """The held-out page of a toy."""
    return CHINESE_PAGE if name.endswith("chinese") else PAGE


def toy_arguments(name: str) -> dict[str, Any]:
    """Constructor arguments of a toy."""
    vocabulary = UNKNOWN + "".join(sorted(set(page_of(name)) | set("\n")))
    return {"vocabulary": vocabulary, "hidden_size": 24, "embedding_size": 12, **TOYS[name]}


def toy_model(name: str) -> LanguageModel:
    """A model with seeded weights, large enough that gates open and close."""
    torch.manual_seed(len(name))
    model = LanguageModel(**toy_arguments(name))
    with torch.no_grad():
        for parameter in model.recurrent.parameters():
            parameter.mul_(2.5)
        for parameter in (model.output or model.projection).parameters():  # type: ignore[union-attr]
            parameter.mul_(4)
    if model.cell == "lstm":
        set_forget_bias(model, 1.0)
    return model.eval().requires_grad_(False)


def marks(model: LanguageModel, page: str, states: NDArray[np.float64]) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata of ``marks.safetensors``, for the scored states (P, layers, H)."""
    line = np.array([len(page[:t].rpartition("\n")[2]) for t in range(len(page))])
    values = {
        "space": np.array([character.isspace() for character in page], np.int16),
        "line_position": np.minimum(line, 100).astype(np.int16),
    }
    values["line_position"][:5] = -1
    tensors: dict[str, Tensor] = {}
    described: dict[str, Any] = {}
    for name, value in values.items():
        binary = name == "space"
        known = value >= 0
        scores = (area if binary else correlation)(states[known], value[known])
        tensors[f"mark.{name}"] = torch.from_numpy(value)
        tensors[f"score.{name}"] = torch.from_numpy(scores.astype(np.float32))
        described[name] = {
            "kind": "binary" if binary else "graded",
            "title": {"en": name.replace("_", " "), "zh": {"space": "空白", "line_position": "行内位置"}[name]},
            "count": int(known.sum()),
            "positives": int(value.sum()) if binary else None,
            "chance": 0.1,
            "shifts": 100,
            "seed": 0,
        }
    quantity = "cell" if model.cell == "lstm" else "hidden"
    return tensors, {"marks": json.dumps({"quantity": quantity, "marks": described}, ensure_ascii=False)}


def area(states: NDArray[np.float64], mark: NDArray[np.int16]) -> NDArray[np.float64]:
    """Area under the ROC curve of each unit (layers, H), by ranks."""
    ranks = states.argsort(axis=0).argsort(axis=0) + 1.0
    positives = int(mark.sum())
    total = ranks[mark == 1].sum(axis=0) - positives * (positives + 1) / 2
    return np.asarray(total / (positives * (len(mark) - positives)))


def correlation(states: NDArray[np.float64], mark: NDArray[np.int16]) -> NDArray[np.float64]:
    """Pearson's r of each unit (layers, H)."""
    centred, mark_centred = states - states.mean(axis=0), mark - mark.mean()
    product = np.tensordot(mark_centred, centred, 1)
    return np.asarray(product / np.sqrt((centred**2).sum(axis=0) * (mark_centred**2).sum()))


def memory(model: LanguageModel) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata of ``memory.safetensors``: exponential decays that no model computed."""
    lags = torch.arange(1, 101, dtype=torch.int32)
    variants: dict[str, float | None] = {"trained": None, "initial": -1.0 if model.cell == "lstm" else None}
    if model.cell == "lstm":
        variants |= {"forget_bias_0": 0.0, "forget_bias_1": 1.0, "forget_bias_3": 3.0}
    tensors, described = {"lag": lags}, {}
    for index, (name, bias) in enumerate(variants.items()):
        decay = torch.exp(-lags / (4.0 + 6 * index)).unsqueeze(1) * torch.tensor([0.3, 1.0, 2.5])
        tensors |= {f"state.{name}": decay, f"hidden.{name}": decay / 3, f"gradient.{name}": decay / 10}
        value = math.ceil(1 + (4 + 6 * index) * math.log(100))
        reach = {
            end: lag if lag <= 100 else None for end, lag in (("low", value - 2), ("value", value), ("high", value + 3))
        }
        described[name] = {"forget_bias": bias, "reach": dict.fromkeys(("state", "hidden", "gradient"), reach)}
    sizes = {"positions": 200, "directions": 8, "share": 0.01, "seed": 0}
    return tensors, {"memory": json.dumps({"variants": described, **sizes})}


def states_map(hidden: NDArray[np.float64]) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata of ``map.safetensors``, for the top layer's states (P, H); UMAP's layout is a random one."""
    generator = np.random.default_rng(0)
    position = np.sort(generator.permutation(len(hidden))[:POSITIONS]).astype(np.int32)
    chosen = hidden[position]
    center = chosen.mean(axis=0)
    _, singular, rows = np.linalg.svd(chosen - center, full_matrices=False)
    components = rows[:8]
    pca = (chosen - center) @ components[:2].T
    arrays = {
        "position": position,
        "layout.umap": np.tanh(chosen @ generator.standard_normal((hidden.shape[1], 2))).astype(np.float32),
        "layout.pca": pca.astype(np.float32),
        "pca.center": center.astype(np.float32),
        "pca.components": components.astype(np.float32),
        "pca.explained_variance_ratio": (singular[:8] ** 2 / (singular**2).sum()).astype(np.float32),
    }
    umap = {"seed": 0, "neighbours": 15, "minimum_distance": 0.1, "version": "none"}
    metadata = {"map": json.dumps({"count": len(position), "quantity": "hidden", "umap": umap})}
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in arrays.items()}, metadata


def written(moment: int, page: str) -> str:
    """The text of a moment: its first half stays while the rest changes."""
    return page[:80] + page[100 + moment : 220 + 3 * moment]


def measures() -> dict[str, dict[str, Any]]:
    """Descriptions of the timeline's measures."""
    floor = {"value": 2.0, "low": 1.9, "high": 2.1}
    return {
        "bits_per_character": {"unit": "bits per character", "count": 5000, "floor": floor, "best": "low"},
        "gradient_norm": {"unit": "", "count": 64, "floor": None, "best": "low"},
    }


def timeline(page: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata of ``timeline.safetensors``."""
    texts = [written(moment, page).encode() for moment in range(len(STEPS))]
    tensors = {
        "step": torch.tensor(STEPS),
        "text.bytes": torch.frombuffer(bytearray(b"".join(texts)), dtype=torch.uint8),
        "text.offsets": torch.tensor([0, *map(len, texts)]).cumsum(0),
        "measure.bits_per_character": torch.tensor([6.0 - 0.7 * moment for moment in range(len(STEPS))]),
        "measure.gradient_norm": torch.tensor([math.exp(-moment) for moment in range(len(STEPS))]),
    }
    described = {"kind": "texts", "prompt": page[:20], "seed": 7, "temperature": 0.8, "measures": measures()}
    return tensors, {"timeline": json.dumps(described, ensure_ascii=False)}


def history() -> dict[str, Any]:
    """A row at every hundredth step."""
    rows = [
        [step, round(4 * math.exp(-step / 3000) + 1.5, 4), round(0.2 + 50 / step, 4), round(0.004 - step / 2.5e6, 6)]
        for step in range(100, STEPS[-1] + 1, 100)
    ]
    return {"columns": ["step", "bits_per_character", "gradient_norm", "learning_rate"], "rows": rows}


@torch.no_grad()
def quantities(model: LanguageModel, text: str, amends: Any = None) -> NDArray[np.float64]:
    """All quantities (T + 1, layers, Q, H) of reading the line feed and a text, by the cells' equations, in float64."""
    exact = LanguageModel(**arguments_of(model)).double().eval()
    exact.load_state_dict({name: value.double() for name, value in model.state_dict().items()})
    state, steps = exact.initial_state(1), []
    for token in exact.encode_text("\n" + text):
        computed = exact.step(exact.embed(token.view(1)), state, amends)
        state = exact.state_of(computed)
        steps.append(torch.stack([torch.cat([layer[name] for name in exact.quantities]) for layer in computed]))
    return np.asarray(torch.stack(steps).numpy())


def arguments_of(model: LanguageModel) -> dict[str, Any]:
    """Constructor arguments of an existing model."""
    return {
        "vocabulary": model.vocabulary,
        "cell": model.cell,
        "hidden_size": model.hidden_size,
        "layers": model.layers,
        "embedding_size": None if model.embedding is None else model.embedding.embedding_dim,
        "tied": model.projection is not None,
    }


def toy_language(folder: Path, name: str) -> Path:
    """Write the complete checkpoint folder ``folder`` of the toy ``name``; the folder's own name is the model's."""
    model, page = toy_model(name), page_of(name)
    folder.mkdir(parents=True)
    computed = quantities(model, page)[1:]
    scored = computed[:, :, model.quantities.index("cell" if model.cell == "lstm" else "hidden")]
    write_graph(folder, model)
    write_tensors(folder / "model.safetensors", dict(model.state_dict()))
    write_json(folder / "history.json", history())
    write_json(folder / "texts.json", texts(page))
    write_tensors(folder / "timeline.safetensors", *timeline(page))
    write_tensors(folder / "marks.safetensors", *marks(model, page, scored))
    write_tensors(folder / "memory.safetensors", *memory(model))
    write_tensors(folder / "map.safetensors", *states_map(computed[:, -1, -1]))
    write_atomically(folder / "README.md", b"A toy.\n")
    write_config(folder, config(folder.name, name, model))
    return folder


def texts(page: str) -> dict[str, Any]:
    """``texts.json``."""
    examples = [
        {"title": {"en": "Gates", "zh": "门"}, "text": page[-90:]},
        {"title": {"en": "A number", "zh": "数字"}, "text": "a 1 (b) 2\n" if page is PAGE else page[:12]},
    ]
    return {"page": page, "prompt": page[:20], "examples": examples}


def config(name: str, toy: str, model: LanguageModel) -> Config:
    """The configuration of a toy."""
    count = {"value": 3.1, "low": 3.0, "high": 3.2, "count": 5000, "unit": "bits per character"}
    return Config(
        name=name,
        title={"en": f"Toy {toy}", "zh": f"玩具 {toy}"},
        family="recurrent",
        arguments=toy_arguments(toy),
        capabilities=capabilities(model),
        image=None,
        latent_size=None,
        likelihood=None,
        priors=[],
        condition=None,
        dataset={"name": "shakespeare", "version": "1", "sha256": "0" * 64, "split": "train", "licence": "none"},
        training={
            "seed": 0,
            "steps": STEPS[-1],
            "optimiser": "none",
            "loss": "-ln p",
            "seconds": 0.0,
            "device": "1 × cpu",
            "command": "none",
        },
        metrics={"bits_per_character": count},
        versions={"python": "3"},
        licence="MIT",
    )


if __name__ == "__main__":
    for toy in TOYS:
        toy_language(Path(sys.argv[1]) / toy, toy)

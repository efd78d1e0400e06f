"""From a character model's finished run to its checkpoint folder."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

from explorer.checkpoints import Config, compact, rounded, write_atomically, write_config, write_json, write_tensors
from explorer.datasets import TEXTS, Text
from explorer.families.graphs import write_graph
from explorer.families.recurrent import LanguageModel
from explorer.protocols import capabilities
from explorer.traces.measures import Estimate
from explorer.training.card import card
from explorer.training.entries import trained_on, versions
from explorer.training.history import write_history
from explorer.training.language.evaluation import measure, training_text
from explorer.training.language.poems import verse_remark
from explorer.training.language.run import COLUMNS, LanguageRun
from explorer.training.language.settings import LanguageSettings
from explorer.training.language.texts import texts

CELL_TITLES = {
    "rnn": {"en": "Simple RNN", "zh": "简单 RNN"},
    "gru": {"en": "GRU", "zh": "GRU"},
    "lstm": {"en": "LSTM", "zh": "LSTM"},
}


def finish(run: LanguageRun, text: Text, out: Path) -> Config:
    """Round the weights to what is stored, measure them, and write what of the contract follows from training.

    What is computed about a finished model beside its metrics is added by
    :func:`explorer.training.language.analysis.analyse`.
    """
    settings, recorder = run.settings, run.recorder
    model = run.carried.model.eval().requires_grad_(False)
    model.load_state_dict(rounded(model.state_dict()))
    recorder.record(settings.steps, model, recorder.last_gradient_norm())  # so that the last moment is what ships
    found = measure(model, text, settings.supplement)
    recorder.pack(out / "timeline.safetensors", found.floor, settings.batch * settings.length)
    write_history(out / "history.json", COLUMNS, [[int(row[0]), *row[1:]] for row in run.rows])
    write_json(out / "texts.json", texts(settings.data, text.held_out))
    write_graph(out, model)
    config = _config(run, model, text, found.metrics, out)
    header = {"config": json.dumps(asdict(config), ensure_ascii=False)}
    write_tensors(out / "model.safetensors", compact(model.state_dict()), header)
    said = card(config, TEXTS[settings.data], remarks(config, model, text, settings), found.protocol)
    write_atomically(out / "README.md", said.encode())
    return write_config(out, config)


def title(settings: LanguageSettings) -> dict[str, str]:
    """What a run's model is called, by language: cell, text and size."""
    source = TEXTS[settings.data].title
    size = f"{settings.layers} × {settings.hidden_size}" if settings.layers > 1 else str(settings.hidden_size)
    words = {"en": f"{size} units", "zh": f"{size} 个单元"}
    return {
        language: f"{CELL_TITLES[settings.cell][language]} · {source[language]} · {words[language]}"
        for language in ("en", "zh")
    }


def remarks(config: Config, model: LanguageModel, text: Text, settings: LanguageSettings) -> str:
    """What its card says of this very model."""
    trained = len(training_text(text, settings.supplement))
    read = settings.steps * settings.batch * settings.length
    unknown = sum(character not in model.tokens for character in text.held_out)
    parameters = sum(each.numel() for each in model.parameters())
    lines = [
        f"{parameters:,} parameters, {len(model.vocabulary) - 1:,} characters; read {read:,} characters in training, "
        f"{read / trained:.1f} times its text. Bits per character are comparable only between models of the same text.",
    ]
    if unknown:
        lines.append(
            f"{unknown:,} of the {len(text.held_out):,} held-out characters ({unknown / len(text.held_out):.2%}) are "
            "not in its vocabulary: that one comes is to be predicted, not which, here and by the n-grams beside it."
        )
    if settings.cell == "lstm":
        gate = 1 / (1 + math.exp(-settings.forget_bias))
        lines.append(
            f"Its forget gates started at a bias of {settings.forget_bias:g}: open by {gate:.2f}, before anything is "
            "learnt."
        )
    verse = verse_remark(config.metrics)
    return "\n".join([*lines, verse] if verse else lines)


def _config(run: LanguageRun, model: LanguageModel, text: Text, metrics: dict[str, Estimate], out: Path) -> Config:
    settings, source = run.settings, TEXTS[run.settings.data]
    return Config(
        name=out.name,
        title=title(settings),
        family="recurrent",
        arguments=settings.model_arguments(model.vocabulary),
        capabilities=capabilities(model),
        image=None,
        latent_size=None,
        likelihood=None,
        priors=[],
        condition=None,
        dataset=trained_on(source, text.sha256(), source.split),
        training={
            "seed": settings.seed,
            "steps": settings.steps,
            "optimiser": "adam" if settings.weight_decay == 0 else "adamw",
            "loss": "-ln p(next character)",
            "seconds": round(run.seconds, 1),
            "device": "1 × cpu",
            "command": settings.command(str(out)),
            "settings": settings.as_json(),
        },
        metrics={metric: asdict(value) for metric, value in metrics.items()},
        versions=versions(),
        licence="MIT",
    )

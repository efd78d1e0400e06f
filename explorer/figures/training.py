"""Figures of training: what was logged over the steps, and what one moment looked like."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from explorer.figures.checks import expect
from explorer.figures.panels import Panel, stack
from explorer.figures.parts import kl_panel, line
from explorer.figures.plane import ellipses_panel
from explorer.figures.sheets import bytes_panel
from explorer.traces import Floats
from explorer.traces.training import History, Moment
from explorer.words import word

TERMS = {"loss": "figure.loss", "reconstruction": "measure.reconstruction", "kl": "measure.kl"}
"""Of a bound on the evidence; each on its own axis, since the KL is small beside the others."""
GROUPS = {
    "losses": {"discriminator_loss": "training.discriminator", "generator_loss": "training.generator"},
    "outputs": {"real_output": "sequences.kind_real", "fake_output": "sequences.kind_fake"},
    "gradients": {"discriminator_gradient": "training.discriminator", "generator_gradient": "training.generator"},
    "gradient": {"gradient_norm": "training.text_gradient"},
}
"""Columns that belong on one pair of axes."""
TITLES = {
    "losses": "training.chart_losses",
    "outputs": "training.chart_outputs",
    "gradients": "training.chart_gradients",
    "gradient": "measure.gradient_norm",
}
LOGARITHMIC = ("gradient",)
SINGLE = {
    "loss": "training.chart_loss",
    "accuracy": "training.chart_accuracy",
    "bits_per_character": "training.chart_training_bits",
    "learning_rate": "training.chart_learning_rate",
}


def history_figure(trace: History, language: str) -> go.Figure:
    """Every logged column over the steps; columns that belong together on one pair of axes."""
    columns = dict(zip(trace.columns, trace.rows.T, strict=True))
    steps = columns.pop(trace.columns[0])
    expect(len(columns) > 0, f"History.columns: expected the step and a logged quantity, got {list(trace.columns)}")
    expect(bool(np.isfinite(steps).all()), f"History.rows: expected finite steps, got {steps.tolist()[:5]}")
    panels, bound = [], set(TERMS) <= set(columns)
    for name, members in GROUPS.items():
        if set(members) <= set(columns):
            words = {key: word(language, label) for key, label in members.items()}
            panels.append(_panel(steps, columns, words, word(language, TITLES[name]), language, name))
            columns = {key: values for key, values in columns.items() if key not in members}
    for key in columns:
        named = TERMS if bound and key in TERMS else SINGLE
        title = word(language, named[key]) if key in named else key
        y = f"{title} ({word(language, 'figure.nats')})" if named is TERMS else title
        panels.append(_panel(steps, columns, {key: title}, y, language))
    return stack(panels, "x unified")


def _panel(
    steps: Floats, columns: dict[str, Floats], words: dict[str, str], title: str, language: str, group: str = ""
) -> Panel:
    """Curves of the columns that have words; a number that is none is a gap."""
    lines = [
        line(steps, _with_gaps(columns[key]), name, index, showlegend=len(words) > 1)
        for index, (key, name) in enumerate(words.items())
    ]
    yaxis = {"type": "log", "exponentformat": "power"} if group in LOGARITHMIC else {}
    return Panel(lines, word(language, "figure.step"), title, height=220, yaxis=yaxis)


def _with_gaps(values: Floats) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def moment_figure(trace: Moment, language: str) -> go.Figure:
    """Samples and reconstructions of the moment, its posteriors along the two dimensions of largest KL, and the KL."""
    expect(len(trace.reconstructions) % 2 == 0, "Moment.reconstructions: expected each image with its reconstruction")
    at = word(language, "training.at_step", step=trace.step)
    samples = [str(number) for number in range(len(trace.samples))]
    pairs = [f"{number} {kind}" for number in range(len(trace.reconstructions) // 2) for kind in ("x", "p(x|z)")]
    across = max(2, round(np.sqrt(2 * len(pairs))) // 2 * 2)
    most = np.argsort(-trace.kl_per_dimension, kind="stable")
    axes = (int(most[0]), int(most[min(1, len(most) - 1)]))
    nats = word(language, "latent.nats", value=f"{trace.reconstruction:.5g}")
    reconstructions = (
        f"{word(language, 'training.sheet_reconstructions')} ({word(language, 'latent.reconstruction')}: {nats})"
    )
    panels = [
        bytes_panel(trace.samples, samples, f"{word(language, 'training.sheet_samples')}, {at}", language),
        bytes_panel(trace.reconstructions, pairs, reconstructions, language, columns=min(across, len(pairs))),
        ellipses_panel(trace.mean, trace.log_variance, axes, language),
        kl_panel(trace.kl_per_dimension, language),
    ]
    return stack(panels)

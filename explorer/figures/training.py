"""Training history: the loss and its terms over steps."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.theme import SERIES, dress
from explorer.traces.training import History
from explorer.words import word


def training_figure(history: History, language: str) -> go.Figure:
    """Loss and reconstruction term above, KL below, over steps; nats per image.

    The reconstruction term is drawn as −E[ln p(x|z)], so that lower is better on both axes.
    """
    columns = dict(zip(history.columns, history.rows.T, strict=True))
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08, row_heights=[0.6, 0.4])
    lines = (
        ("figure.loss", columns["loss"], 1),
        ("figure.reconstruction", -columns["reconstruction"], 1),
        ("figure.kl", columns["kl"], 2),
    )
    for (key, values, row), colour in zip(lines, SERIES, strict=True):
        line = go.Scatter(x=columns["step"], y=values, name=word(language, key), line={"color": colour, "width": 1.5})
        figure.add_trace(line, row=row, col=1)
    figure.update_xaxes(title_text=word(language, "figure.step"), row=2, col=1)
    figure.update_yaxes(title_text=word(language, "figure.nats"), row=1, col=1)
    figure.update_yaxes(title_text=word(language, "figure.kl_nats"), row=2, col=1)
    return dress(figure)

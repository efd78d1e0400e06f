"""How much each latent dimension says: KL per dimension."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from explorer.figures.theme import SERIES, dress
from explorer.traces import Floats
from explorer.words import word

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def kl_figure(kl_per_dimension: Floats, language: str) -> go.Figure:
    """Bars of the mean KL (nats) of each of L dimensions over the browse set, largest first, named z₁ to z_L."""
    order = np.argsort(-kl_per_dimension, kind="stable")
    figure = go.Figure(
        go.Bar(
            x=[f"z{str(index + 1).translate(SUBSCRIPTS)}" for index in order],
            y=kl_per_dimension[order],
            marker={"color": SERIES[0]},
        )
    )
    figure.update_xaxes(title_text=word(language, "figure.dimension"), type="category")
    figure.update_yaxes(title_text=word(language, "figure.kl_nats"))
    return dress(figure)

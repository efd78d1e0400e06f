"""KL per latent dimension: an upper bound of what each tells about an image, not the information itself."""

from __future__ import annotations

import plotly.graph_objects as go

from explorer.figures.panels import stack
from explorer.figures.parts import kl_panel
from explorer.traces import Floats


def kl_figure(kl_per_dimension: Floats, language: str) -> go.Figure:
    """Bars of the mean KL (nats) of each of L dimensions over the browse set, largest first, named z₁ to z_L."""
    return stack([kl_panel(kl_per_dimension, language)])

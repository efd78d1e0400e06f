"""Plotly figures as JSON, and the plotly.js that draws them: both fetched only when a visitor opens a chart."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from safetensors.numpy import load_file

from explorer.catalog import Checkpoint
from explorer.checkpoints import CheckpointError
from explorer.errors import ExplorerError
from explorer.ui.files import cached_for_ever
from explorer.ui.inference import Models, RequestError


def _training(checkpoint: Checkpoint, language: str) -> Any:
    from explorer.figures import figure
    from explorer.probes.training import history

    logged = history(checkpoint.folder)
    if not {"loss", "reconstruction", "kl"} <= set(logged.columns):
        found = ", ".join(logged.columns)
        raise CheckpointError(f"{checkpoint.config.name}: expected a loss and its terms, found {found}")
    return figure(logged, language)


def _kl(checkpoint: Checkpoint, language: str) -> Any:
    from explorer.figures.kl import kl_figure

    stored = "map.safetensors" in checkpoint.config.files
    tensors = load_file(checkpoint.folder / "map.safetensors") if stored else {}
    if "kl_per_dimension" not in tensors:
        raise CheckpointError(f"{checkpoint.config.name}: expected a browse set of posteriors, found none")
    return kl_figure(tensors["kl_per_dimension"], language)


def _robustness(checkpoint: Checkpoint, language: str) -> Any:
    from explorer.figures.robustness import robustness_figure
    from explorer.metrics.record import FILE, read_record

    if FILE not in checkpoint.config.files:
        raise CheckpointError(f"{checkpoint.config.name}: expected an evaluation with curves, found none")
    return robustness_figure(read_record(checkpoint.folder).robustness, language)


FIGURES: dict[str, Callable[[Checkpoint, str], Any]] = {"kl": _kl, "training": _training, "robustness": _robustness}


def figure_routes(models: Models) -> APIRouter:
    """``/api/figures/<model>/<figure>.json?lang=`` and ``/plotly/<version>.js``."""
    router = APIRouter()
    script = f"/plotly/{version('plotly')}.js"

    @router.get("/api/figures/{name}/{figure}.json")
    def figure(name: str, figure: str, lang: str = "en") -> Response:
        try:
            checkpoint = models.open(name)
            if figure not in FIGURES:
                raise RequestError(
                    404, "server.figure_unknown", f"figures are {', '.join(FIGURES)}, got {figure[:60]!r}"
                )
            drawn = FIGURES[figure](checkpoint, lang)
        except RequestError as error:
            return error.response()
        except ExplorerError as error:
            return RequestError(404, "server.figure_impossible", str(error)).response()
        return Response(drawn.to_json(), media_type="application/json", headers={"X-Plotly": script})

    @router.get(script)
    def plotly(request: Request) -> Response:
        spec = find_spec("plotly")
        assert spec is not None
        assert spec.origin is not None
        path = Path(spec.origin).parent / "package_data" / "plotly.min.js"
        return cached_for_ever(path, "text/javascript", request)

    return router

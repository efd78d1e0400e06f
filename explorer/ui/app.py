"""The Gradio app: one thin component that mounts the page, and the routes that the page fetches from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import gradio as gr
import torch
import uvicorn
from fastapi import FastAPI

from explorer.catalog import SHIPPED, survey
from explorer.errors import ExplorerError
from explorer.ui.files import file_routes, page_version
from explorer.ui.inference import Models, inference_routes
from explorer.ui.patience import Patience, PatientProtocol
from explorer.ui.runs import Runs, run_routes
from explorer.words import LANGUAGES, word

PORT = 7860
TITLE = "Generative Model Explorer"
MOUNT = r"""
const {root} = window.gradio_config ?? {};
const base = new URL(`${new URL(root || "/", location.href).pathname.replace(/\/$/, "")}/`, location.origin).href;
const host = {call: (route, body) => fetch(new URL(route, base), body === undefined ? {} : {method: "POST", body})};
const place = element.querySelector(".explorer-page");
const unloadable = UNLOADABLE;
import(`${base}browser/VERSION/page.js`)
  .then(({mountPage}) => mountPage(place, {base, host}))
  .catch((error) => {
    const tags = [new URLSearchParams(location.search).get("lang") ?? "", navigator.language];
    const language = tags.map((tag) => tag.toLowerCase().split(/[-_]/)[0]).find((each) => each in unloadable) ?? "en";
    place.textContent = unloadable[language].replace("{reason}", error.message);
  });
"""
SERVER: dict[str, Any] = {"http": PatientProtocol, "ws": "none", "log_level": "warning"}
"""How uvicorn serves it."""
STYLE = ".gradio-container .main, .gradio-container .html-container { padding: 0 !important; }"
"""Gradio's own margins would narrow a phone's page by a quarter."""


def page(version: str) -> gr.HTML:
    """The component that mounts ``browser/page.js``; all that a visitor sees and does lives there.

    A function, since Gradio writes a stub file beside the source of each class that it finds derived from a component.
    """
    unloadable = {language: word(language, "page.unloadable") for language in LANGUAGES}
    return gr.HTML(
        html_template='<div class="explorer-page"></div>',
        js_on_load=MOUNT.replace("VERSION", version).replace("UNLOADABLE", json.dumps(unloadable)),
        apply_default_css=False,
        padding=False,
        container=False,
    )


def build(folder: Path = SHIPPED, runs: Path | None = None) -> FastAPI:
    """The whole application over a folder of checkpoints, and a folder of runs that still train.

    A checkpoint or run that does not keep the contract is left out; the page says so.

    Raises:
        CheckpointError: if there is no such folder.
    """
    torch.set_num_threads(1)
    found, version = survey(folder), page_version()
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Patience)
    models, followed = Models(folder), None if runs is None else Runs(runs)
    for router in (file_routes(found, version, followed), inference_routes(models)):
        app.include_router(router)
    if followed is not None:
        app.include_router(run_routes(followed))
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as blocks:
        page(version)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="5mb",
        ssr_mode=False,
        enable_monitoring=False,
        css=STYLE,
    )
    return mounted


def serve(host: str | None = None, port: int | None = None, folder: Path = SHIPPED, runs: Path | None = None) -> None:
    """Serve until stopped: on this machine alone, or to everyone inside a Space.

    Raises:
        ExplorerError: if there is no such folder, or the environment's ``PORT`` is no port.
    """
    address = host or ("0.0.0.0" if os.environ.get("SPACE_ID") else "127.0.0.1")
    number = port or _port(os.environ.get("PORT", str(PORT)))
    application = build(folder, runs)
    print(f"{TITLE}: http://{address}:{number}", flush=True)
    uvicorn.run(application, host=address, port=number, **SERVER)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:6]) <= 65535:
        raise ExplorerError(f"PORT is expected to be a number from 1 to 65535, got {text!r:.40}")
    return int(text)

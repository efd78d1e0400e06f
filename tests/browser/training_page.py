"""The Training view of VAEs on an empty page of a plain file server, and what their timelines hold."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from waiting import wait_until

from explorer.catalog import SHIPPED

Floats = NDArray[np.float32]

STYLES = (
    "style",
    "parts/controls",
    "parts/player",
    "charts/chart",
    "charts/legend",
    "views/training",
    "views/training/latents",
)
MOUNT = """async ([folders, state, language, styles]) => {
  for (const name of styles) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/browser/${name}.css` });
    await new Promise((resolve) => { link.onload = resolve; document.head.append(link); });
  }
  const [{ openModel }, { mount }, { loadTranslator }] = await Promise.all(
    ["runtime/model.js", "views/training.js", "i18n.js"].map((file) => import(`/browser/${file}`)));
  const root = Object.assign(document.createElement("div"), { className: "explorer" });
  root.dataset.theme = "light";
  root.append(Object.assign(document.createElement("div"), { className: "view-body" }));
  document.body.replaceChildren(root);
  window.told = {};
  const models = await Promise.all(folders.map((folder) => openModel(folder)));
  const host = {
    emit: (kind, changes) => Object.assign(told, changes),
    onUpdate() {},
    viewsFor: () => ["training"],
    checkpoints: models.map(({ config, capabilities }) => ({ ...config, capabilities: [...capabilities] })),
    open: async (name) => models.find((model) => model.name === name),
  };
  const t = await loadTranslator(language);
  window.view = await mount(document.querySelector(".view-body"), { model: models[0], t, state }, host);
  await new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 120));
}"""
SCRUB = """(place) => {
  const slider = document.querySelector(".player-slider");
  slider.value = String(place);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return view.drawing;
}"""


def without_measures(name: str, folder: Path) -> None:
    """Copy a shipped checkpoint without what its timeline measured of each moment."""
    shutil.copytree(SHIPPED / name, folder)
    path = folder / "timeline.safetensors"
    with safe_open(path, "np") as file:
        described = json.loads(file.metadata()["timeline"])
    tensors = {key: value for key, value in load_file(path).items() if not key.startswith("measure.")}
    save_file(tensors, path, {"timeline": json.dumps({**described, "measures": {}})})


def open_training(page: Page, *models: str, language: str = "en", **state: str) -> None:
    """Mount the view of the first model, as ``window.view``, with the others to choose from.

    A name stands for a shipped checkpoint, a path for a folder that is served. What the view tells its host is in
    ``window.told``.
    """
    folders = [name if "/" in name else f"/checkpoints/{name}" for name in models]
    page.evaluate(MOUNT, [folders, state, language, STYLES])


def scrub(page: Page, place: int) -> None:
    """Go to a place on the clock with the slider; returns when it is drawn."""
    page.evaluate(SCRUB, place)


TOLD = "() => Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null))"


def expect_told(page: Page, **entries: str | int) -> None:
    """Wait until the entries of the address that are set are these."""
    expected = {name: str(value) for name, value in entries.items()}
    same = f"(expected) => {{ const found = ({TOLD})(); const names = Object.keys(expected); return (" + (
        "Object.keys(found).length === names.length && names.every((name) => found[name] === expected[name])); }"
    )
    try:
        wait_until(page, same, arg=expected)
    except PlaywrightTimeoutError:
        assert page.evaluate(TOLD) == expected
        raise


def stored(name: str) -> dict[str, NDArray[Any]]:
    """The tensors of a shipped timeline."""
    return load_file(SHIPPED / name / "timeline.safetensors")


def browse_set(name: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The tensors of a shipped browse set, and the attributes of its description."""
    path = SHIPPED / name / "map.safetensors"
    with safe_open(path, "np") as file:
        return load_file(path), json.loads(file.metadata()["map"])["attributes"]


def history(folder: Path) -> tuple[list[str], list[list[float]]]:
    """What was logged: the columns' names and the rows."""
    content = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    return content["columns"], content["rows"]


def places(name: str, axes: str) -> Floats:
    """Where the map must show the followed images (T, M, 2)."""
    mean = stored(name)["mean"].astype(np.float64)
    browse, _ = browse_set(name)
    if axes == "pca":
        return np.float32((mean - browse["pca.center"]) @ browse["pca.components"][:2].T)
    kl = stored(name).get("measure.kl_per_dimension", browse["kl_per_dimension"][None])[-1]
    pair = [0, 1] if axes == "raw" else np.argsort(-kl, kind="stable")[:2]
    return np.float32(mean[..., pair])

"""The lab's plot alone on an empty page, showing a state of our choice."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page
from waiting import wait_until

from explorer.families.planar_gan import PlanarGAN, flat_state, state_tensors
from explorer.families.planar_settings import PlanarSettings

MOUNT = """async ([settings, theme, language, width]) => {
  for (const name of ["style.css", "views/lab/plot.css"]) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/browser/${name}` });
    await new Promise((resolve) => { link.onload = resolve; document.head.append(link); });
  }
  const load = (file) => import(`/browser/${file}`);
  const { loadKernels } = await load("runtime/kernels.js");
  const { createEvaluator } = await load("runtime/planar/evaluate.js");
  const { initialState } = await load("runtime/planar/initial.js");
  const { Plot } = await load("views/lab/plot.js");
  const { loadTranslator } = await load("i18n.js");
  const root = Object.assign(document.createElement("div"), { className: "explorer" });
  root.dataset.theme = theme;
  root.style.width = `${width}px`;
  document.body.replaceChildren(root);
  const evaluator = createEvaluator(await loadKernels(), settings);
  Object.assign(window, { settings, evaluator, root, plot: new Plot(root, { t: await loadTranslator(language) }) });
  window.show = (state) => {
    const typed = (value) => (Array.isArray(value) ? Float32Array.from(value) : value);
    const entries = Object.entries({ ...initialState(settings), ...state });
    window.state = Object.fromEntries(entries.map(([key, value]) => [key, typed(value)]));
    plot.show({ settings, evaluator, state: window.state });
  };
}"""
SCENE = """() => {
  const { scene } = plot.picture;
  const decision = scene.decision.subarray(0, 4 * scene.decisions);
  const names = ["real", "noise", "fake", "vertices", "densities", "heat", "arrows"];
  return Object.fromEntries([...names.map((name) => [name, [...scene[name]]]), ["decision", [...decision]]]);
}"""
PIXEL = """([x, y]) => {
  const { viewport, picture } = plot;
  const density = devicePixelRatio;
  const at = [viewport.toX(x), viewport.toY(y)].map((value) => Math.floor(value * density));
  return [...picture.context.getImageData(...at, 1, 1).data];
}"""


def settings_of(**changes: Any) -> dict[str, Any]:
    """Complete settings, the defaults but for the changes."""
    return PlanarSettings.from_json(changes).as_json()


def fresh_model(settings: dict[str, Any], seed: int) -> PlanarGAN:
    """Random weights, biases, and statistics, as after some training; in float64 and evaluation mode."""
    model = PlanarGAN(**settings)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for network in (model.generator, model.discriminator):
            for tensor in state_tensors(network):
                tensor.mul_(1 + 0.5 * torch.rand(tensor.shape, generator=generator))
    return model.double().eval()


def weights_of(model: PlanarGAN) -> dict[str, list[float]]:
    """Both networks' flat states, as ``show`` takes them."""
    return {name: flat_state(getattr(model, name)).tolist() for name in ("generator", "discriminator")}


def mount(page: Page, settings: dict[str, Any], theme: str = "light", language: str = "en", width: int = 600) -> None:
    """Put a plot on the page, as ``window.plot``; ``window.show`` shows a state, by default the untrained one."""
    page.evaluate(MOUNT, [settings, theme, language, width])


def scene_of(page: Page) -> dict[str, NDArray[np.float64]]:
    """The numbers drawn, flat."""
    return {name: np.array(values, np.float64) for name, values in page.evaluate(SCENE).items()}


def only(page: Page, *layers: str) -> None:
    """Show these layers and no other."""
    page.evaluate(
        "(on) => plot.setLayers(Object.fromEntries(Object.keys(plot.layers).map((each) => [each, on.includes(each)])))",
        list(layers),
    )


def pixel(page: Page, x: float, y: float) -> tuple[int, int, int, int]:
    """What is painted at a place of the plane, without the frame below: red, green, blue, opacity."""
    red, green, blue, opacity = page.evaluate(PIXEL, [x, y])
    return red, green, blue, opacity


def expect_pixel(page: Page, x: float, y: float, colour: tuple[int, int, int, int]) -> None:
    """Wait until a place of the plane is painted in a colour."""
    wait_until(page, f"([place, colour]) => String(({PIXEL})(place)) === String(colour)", arg=[[x, y], colour])


def page_position(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the plane is on the page, CSS pixels."""
    box = page.locator(".lab-plot-canvas-over").bounding_box()
    assert box is not None
    px, py = page.evaluate("([x, y]) => [plot.viewport.toX(x), plot.viewport.toY(y)]", [x, y])
    return box["x"] + px, box["y"] + py

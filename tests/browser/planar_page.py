"""Run planar GANs in the page and in torch from the same state."""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page

from explorer.training.planar.loop import State

MODULES = """
  const folder = "/browser/runtime/planar/";
  const load = (name) => import(`${folder}${name}.js`);
  const { loadKernels } = await import("/browser/runtime/kernels.js");
  const kernels = await loadKernels();
  const plain = (value) => {
    if (ArrayBuffer.isView(value)) return Array.from(value);
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  };
  const typed = (state) => Object.fromEntries(
    Object.entries(state).map(([key, value]) => [key, Array.isArray(value) ? Float32Array.from(value) : value]));
"""
"""What a script of these tests begins with: ``load`` imports a module of the folder."""
UNTIL = """const until = (run, holds) => new Promise((resolve, reject) => {
    if (holds()) return resolve();
    // Rather than wait for ever where the run is broken.
    setTimeout(() => reject(new Error(`the run never came to ${holds}`)), 120000);
    const stop = run.onChange(() => holds() && (stop(), resolve()));
  });
  const { forkRun, startLive } = await load("live");
"""
"""``until`` waits for a run to come so far."""


def in_page(page: Page, body: str, argument: Any = None) -> Any:
    """The value of an asynchronous JavaScript function body, with ``argument`` and :data:`MODULES`; arrays as lists."""
    return page.evaluate(
        f"async (argument) => {{ {MODULES} return plain(await (async () => {{ {body} }})()); }}", argument
    )


def as_page_state(state: State) -> dict[str, Any]:
    """A state of the reference loop as the page's ``State``, with lists for arrays."""
    return {
        "iteration": state.iteration,
        "discriminatorUpdates": state.discriminator_updates,
        "generatorUpdates": state.generator_updates,
        "generator": state.generator.tolist(),
        "discriminator": state.discriminator.tolist(),
        "generatorOptimiser": state.generator_optimiser.tolist(),
        "discriminatorOptimiser": state.discriminator_optimiser.tolist(),
        "losses": state.losses and vars(state.losses),
        "gradientNorms": state.gradient_norms and vars(state.gradient_norms),
        "outputs": state.outputs and vars(state.outputs),
    }


def relative_error(found: Any, expected: Any) -> float:
    """Largest difference between two arrays, over the largest value of the expected one (or 1 if that is smaller)."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    if found.shape != expected.shape:
        raise AssertionError(f"shapes {found.shape} and {expected.shape}")
    if expected.size == 0:
        return 0.0
    return float(np.abs(found - expected).max() / max(1.0, np.abs(expected).max()))

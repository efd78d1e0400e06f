"""The bounds that the page computes, against torch, the exact evidence of the oracle, and NumPy."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page

from explorer.catalog import SHIPPED, checkpoints, open_checkpoint
from explorer.families.oracle import Oracle
from explorer.philox import normals
from explorer.probes.samples import EPSILON

NAMES = [config.name for config in checkpoints() if "BoundsEvidence" in config.capabilities]
SEED = 5
DRAWS = 16

WEIGH = """async ({ name, image, seed, draws }) => {
  const { openModel } = await import("/browser/runtime/model.js");
  const m = await import("/browser/runtime/evidence.js");
  const model = await openModel(`/checkpoints/${name}`);
  await Promise.all([model.loadDecoder(), model.loadEncoder()]);
  const x = (await model.loadMap()).image(image);
  const posterior = model.encode(x);
  const weights = Array.from({ length: draws }, (_, draw) =>
    m.weigh(model, x, posterior, m.drawEpsilon(seed, model.latentSize, draw)));
  const logWeights = weights.map(({ logWeight }) => logWeight);
  const exact = model.config.family === "oracle"
    ? m.linearLogEvidence((z) => model.decode(z), model.latentSize, x, model.config.likelihood.scale) : null;
  return {
    x: [...x], logWeights, exact, bounds: m.tighten(logWeights, draws),
    reconstruction: weights.map(({ reconstruction }) => reconstruction),
  };
}"""


def call(page: Page, expression: str) -> Any:
    return page.evaluate(
        f"async () => {{ const m = await import('/browser/runtime/evidence.js'); return {expression}; }}"
    )


def quantiles(logs: NDArray[np.float64]) -> list[float]:
    return [*np.quantile(logs, [0.1, 0.9])]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_s_bound_is_torch_s_with_the_same_noise(runtime: Page, name: str) -> None:
    page = runtime.evaluate(WEIGH, {"name": name, "image": 7, "seed": SEED, "draws": DRAWS})
    model = open_checkpoint(SHIPPED / name).model
    x = torch.tensor(page["x"]).reshape(1, *model.image_shape)
    noise = np.stack([normals(SEED, EPSILON, model.latent_size, draw) for draw in range(DRAWS)])
    epsilon = torch.from_numpy(noise.astype(np.float32))[:, None]
    with torch.no_grad():
        each = torch.stack([model.importance_weighted_bound(x, draw[None]) for draw in epsilon])
        bound = model.importance_weighted_bound(x, epsilon).item()
    assert page["logWeights"] == pytest.approx(each.flatten().tolist(), rel=1e-4)
    assert page["bounds"][-1]["count"] == DRAWS
    assert page["bounds"][-1]["mean"] == pytest.approx(bound, rel=1e-4)


def test_every_weight_of_the_oracle_is_the_exact_evidence(runtime: Page) -> None:
    name = "oracle-digits-16d"
    page = runtime.evaluate(WEIGH, {"name": name, "image": 11, "seed": SEED, "draws": DRAWS})
    model = open_checkpoint(SHIPPED / name).model
    assert isinstance(model, Oracle)
    exact = model.double().log_evidence(torch.tensor(page["x"], dtype=torch.float64).reshape(1, *model.image_shape))
    assert page["exact"] == pytest.approx(exact.item(), rel=1e-6)
    assert np.ptp(page["reconstruction"]) > 1  # the samples themselves differ
    assert page["logWeights"] == pytest.approx([exact.item()] * DRAWS, rel=1e-5)
    assert [bound["mean"] for bound in page["bounds"]] == pytest.approx([exact.item()] * 5, rel=1e-5)


def test_tightening_by_hand(runtime: Page) -> None:
    logs = np.random.default_rng(1).normal(-700, 30, 41)
    bounds = call(runtime, f"m.tighten({json.dumps(logs.tolist())}, 16)")
    assert [bound["count"] for bound in bounds] == [1, 2, 4, 8, 16]
    assert [bound["repeats"] for bound in bounds] == [41, 20, 10, 5, 2]
    for bound in bounds:
        count, repeats = bound["count"], bound["repeats"]
        stretches = logs[: count * repeats].reshape(repeats, count)
        each = np.logaddexp.reduce(stretches, axis=1) - math.log(count)
        assert bound["mean"] == pytest.approx(each.mean(), rel=1e-12)
        assert [bound["low"], bound["high"]] == pytest.approx(quantiles(each), rel=1e-12)


def test_tightening_ends_with_the_draws(runtime: Page) -> None:
    assert [bound["count"] for bound in call(runtime, "m.tighten([1, 2, 3], 512)")] == [1, 2]
    assert call(runtime, "m.tighten([], 512)") == []


def test_bound_rises_to_a_known_evidence(runtime: Page) -> None:
    # Weights e^(s·ε − s²/2) have the mean 1, so that ln p = 0 and the ELBO is −s²/2.
    logs = (1.5 * normals(3, EPSILON, 1 << 15) - 1.5**2 / 2).tolist()
    bounds = call(runtime, f"m.tighten({json.dumps(logs)}, 512)")
    means = [bound["mean"] for bound in bounds]
    assert means[0] == pytest.approx(-1.125, abs=0.03)
    assert means == sorted(means)
    assert means[-1] == pytest.approx(0, abs=0.03)
    assert bounds[-1]["high"] - bounds[-1]["low"] < 0.2 * (bounds[0]["high"] - bounds[0]["low"])


def test_share_of_the_heaviest_weight(runtime: Page) -> None:
    assert call(runtime, "m.heaviestShare([-900, -900, -900, -900])") == pytest.approx(0.25)
    assert call(runtime, "m.heaviestShare([-900, -900 + Math.log(3)])") == pytest.approx(0.75)
    assert call(runtime, "m.heaviestShare([-9000, 0])") == 1


def test_exact_evidence_of_a_small_linear_model(runtime: Page) -> None:
    generator = np.random.default_rng(4)
    loadings, offset, x = generator.normal(size=(6, 3)), generator.normal(size=6), generator.normal(size=6)
    scale = 0.4
    covariance = loadings @ loadings.T + scale**2 * np.eye(6)
    centred = x - offset
    expected = -0.5 * (
        6 * math.log(2 * math.pi) + np.linalg.slogdet(covariance)[1] + centred @ np.linalg.solve(covariance, centred)
    )
    given = json.dumps([loadings.tolist(), offset.tolist(), x.tolist()])
    found = call(
        runtime,
        "(([W, b, x]) => { const decode = (z) => W.map((row, i) => row.reduce((sum, w, j) => sum + w * z[j], b[i])); "
        f"return m.linearLogEvidence(decode, 3, x, {scale}); }})({given})",
    )
    assert found == pytest.approx(expected, rel=1e-10)


def test_first_draw_is_the_noise_that_the_page_shows(runtime: Page) -> None:
    first, third = call(runtime, "[[...m.drawEpsilon(9, 5, 0)], [...m.drawEpsilon(9, 5, 2)]]")
    assert first == pytest.approx(normals(9, EPSILON, 5).tolist(), rel=1e-12)
    assert third == pytest.approx(normals(9, EPSILON, 5, 2).tolist(), rel=1e-12)

"""An opened model of a hand-made folder: its numbers against closed forms, and what it refuses in words."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from safetensors.numpy import load_file, save_file
from site_server import Site

from explorer.probes.samples import latent


def write_model(folder: Path, likelihood: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A folder whose decoder is the identity from 2 latents to a 1×1×2 image, and whose encoder doubles its input."""
    config = {
        "format": 1,
        "name": "tiny",
        "latent_size": 2,
        "image": {"channels": 1, "height": 1, "width": 2},
        "likelihood": likelihood,
        "priors": ["mixture", "standard_normal"],
        "capabilities": ["Decodes", "Encodes"],
        **changes,
    }
    reshape = {"op": "reshape", "shape": [1, 1, 2]}
    linear = {"op": "linear", "weight": "encoder.weight", "bias": None}
    graphs = {
        "decoder": {"input": [2], "output": [1, 1, 2], "layers": [reshape]},
        "encoder": {"input": [1, 1, 2], "output": [4], "layers": [{"op": "flatten"}, linear]},
    }
    tensors = {
        "encoder.weight": np.array([[1, 0], [0, 1], [2, 0], [0, 2]], dtype=np.float32),
        "prior.weights": np.array([0.25, 0.75], dtype=np.float32),
        "prior.means": np.array([[-5, 0], [5, 1]], dtype=np.float32),
        "prior.cholesky": np.array([[[1, 0], [0.5, 2]], [[3, 0], [-1, 1]]], dtype=np.float32),
    }
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "graph.json").write_text(json.dumps({"format": 1, "graphs": graphs}))
    save_file(tensors, folder / "model.safetensors")
    return graphs


def in_model(runtime: Page, site: Site, folder: Path, body: str) -> Any:
    """The value of a JavaScript function body that has the loaded ``model``, or ``{key, values}`` of its ModelError."""
    url = site.mount("tiny", folder)
    return runtime.evaluate(
        f"""async (url) => {{
          try {{
            const model = await (await import("/browser/runtime/model.js")).openModel(url);
            await Promise.all([model.loadDecoder(), model.loadEncoder(), model.loadPrior()]);
            {body}
          }} catch (error) {{
            if (error.name !== "ModelError") throw error;
            return {{ key: error.key, values: error.values }};
          }}
        }}""",
        url,
    )


EVIDENCE = """
const terms = model.evidence([0.25, 1], { mean: [1, -2], logVariance: [0, Math.log(4)] }, [2, -200]);
return { ...terms, klPerDimension: Array.from(terms.klPerDimension) };
"""


def test_bernoulli_evidence_by_hand(runtime: Page, site: Site, tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "bernoulli"})
    terms = in_model(runtime, site, tmp_path, EVIDENCE)
    # ln p = Σ x·l − ln(1 + eˡ), at l = 2 and l = −200 (where the pixel is on: −200 nats, not −∞).
    assert terms["reconstruction"] == pytest.approx(0.25 * 2 - math.log1p(math.exp(2)) - 200, rel=1e-12)
    assert terms["klPerDimension"] == pytest.approx([0.5, 0.5 * (4 + 4 - 1 - math.log(4))], rel=1e-12)
    assert terms["elbo"] == pytest.approx(terms["reconstruction"] - sum(terms["klPerDimension"]), rel=1e-12)
    picture = in_model(runtime, site, tmp_path, "return Array.from(model.decode([2, -200]))")
    assert picture == pytest.approx([1 / (1 + math.exp(-2)), 0], abs=1e-7)


def test_gaussian_evidence_by_hand(runtime: Page, site: Site, tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "gaussian", "scale": 0.5})
    terms = in_model(runtime, site, tmp_path, EVIDENCE)
    # Σ −½((x − m)/σ)² − ln σ − ½ ln 2π, at x − m = −1.75 and 201.
    expected = -0.5 * (3.5**2 + 402**2) - 2 * math.log(0.5) - math.log(2 * math.pi)
    assert terms["reconstruction"] == pytest.approx(expected, rel=1e-12)
    assert in_model(runtime, site, tmp_path, "return Array.from(model.decode([2, -200]))") == [2, -200]


def test_encoder_output_splits_into_mean_and_log_variance(runtime: Page, site: Site, tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "bernoulli"})
    posterior = in_model(
        runtime, site, tmp_path, "const q = model.encode([0.5, 0.25]); return [[...q.mean], [...q.logVariance]]"
    )
    assert posterior == [[0.5, 0.25], [1, 0.5]]


def test_blending_seeds(runtime: Page, site: Site, tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "bernoulli"})
    body = """
      const options = { prior: "standard_normal", scale: 0.5 };
      const blend = model.blendSeeds(3.25, 2.5, options);
      const exact = Array.from(model.blendSeeds(4, 0, options).z);
      return { ...blend, z: Array.from(blend.z), exact, last: model.blendSeeds(99, 0).seeds };
    """
    blend = in_model(runtime, site, tmp_path, body)
    assert blend["seeds"] == [203, 204, 303, 304]
    assert blend["weights"] == [0.375, 0.125, 0.375, 0.125]
    corners = np.stack([latent(seed, 2, None, 0.5) for seed in blend["seeds"]]).astype(np.float64)
    np.testing.assert_allclose(blend["z"], np.array(blend["weights"]) @ corners, atol=1e-7)
    np.testing.assert_allclose(blend["exact"], latent(4, 2, None, 0.5), atol=1e-7)
    assert blend["last"] == [99, 100, 199, 200]


def test_mixture_prior_by_hand(runtime: Page, site: Site, tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "bernoulli"})
    body = """
      const { normals, uniforms } = await import("/browser/runtime/philox.js");
      return [0, 1, 2, 3, 4, 5].map((seed) => ({
        u: uniforms(seed, 1, 1)[0],
        n: Array.from(normals(seed, 0, 2)),
        z: Array.from(model.samplePrior(seed, { scale: 2 })),
      }));
    """
    draws = in_model(runtime, site, tmp_path, body)
    assert {draw["u"] < 0.25 for draw in draws} == {True, False}
    for draw in draws:
        first, second = (2 * value for value in draw["n"])
        low, high = [-5 + first, 0.5 * first + 2 * second], [5 + 3 * first, 1 - first + second]
        np.testing.assert_allclose(draw["z"], low if draw["u"] < 0.25 else high, rtol=1e-6)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("model.decode([1])", "runtime.inputLength"),
        ("model.decode([1, NaN])", "runtime.inputNotFinite"),
        ("model.encode([1, Infinity])", "runtime.inputNotFinite"),
        ("model.samplePrior(-1)", "runtime.seed"),
        ("model.samplePrior(0.5)", "runtime.seed"),
        ("model.samplePrior(2 ** 53)", "runtime.seed"),
        ("model.samplePrior(1, { prior: 'flow' })", "runtime.prior"),
        ("model.samplePrior(1, { scale: NaN })", "runtime.scale"),
        ("model.blendSeeds(-0.5, 0)", "runtime.seed"),
    ],
)
def test_bad_requests_are_refused(runtime: Page, site: Site, tmp_path: Path, body: str, key: str) -> None:
    write_model(tmp_path, {"kind": "bernoulli"})
    assert in_model(runtime, site, tmp_path, body)["key"] == key


def test_a_network_must_be_loaded_before_use(runtime: Page, site: Site, tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "bernoulli"})
    body = """
      const fresh = await (await import("/browser/runtime/model.js")).openModel(url);
      return fresh.decode([0, 0]);
    """
    assert in_model(runtime, site, tmp_path, body)["key"] == "runtime.notLoaded"


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"format": 2}, "format"),
        ({"latent_size": 0}, "latent_size, image"),
        ({"image": {"channels": 1}}, "latent_size, image"),
        ({"likelihood": {"kind": "gaussian", "scale": 0}}, "likelihood"),
        ({"likelihood": {"kind": "poisson"}}, "likelihood"),
        ({"priors": []}, "priors"),
    ],
)
def test_bad_configurations_are_refused(
    runtime: Page, site: Site, tmp_path: Path, changes: dict[str, Any], name: str
) -> None:
    write_model(tmp_path, {"kind": "bernoulli"})
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | changes))
    error = in_model(runtime, site, tmp_path, "return null")
    assert error == {"key": "runtime.config", "values": {"file": "/tiny/config.json", "name": name}}


def test_graphs_that_do_not_fit_are_refused(runtime: Page, site: Site, tmp_path: Path) -> None:
    graphs = write_model(tmp_path, {"kind": "bernoulli"})
    linear = graphs["encoder"]["layers"][1]

    def refusal(part: str, **changes: Any) -> Any:
        changed = {**graphs, part: {**graphs[part], **changes}}
        (tmp_path / "graph.json").write_text(json.dumps({"format": 1, "graphs": changed}))
        return in_model(runtime, site, tmp_path, "return null")

    assert refusal("decoder", input=[3])["key"] == "runtime.graph"
    assert refusal("decoder", layers=[])["key"] == "runtime.layer"
    assert refusal("encoder", layers=[linear])["key"] == "runtime.layer"
    missing = refusal("encoder", layers=[{"op": "flatten"}, {**linear, "weight": "encoder.other"}])
    assert missing["key"] == "runtime.missingTensor"
    assert missing["values"]["tensor"] == "encoder.other"
    wrong = refusal("encoder", layers=[{"op": "flatten"}, {**linear, "weight": "prior.means", "bias": "prior.weights"}])
    assert (wrong["key"], wrong["values"]["expected"]) == ("runtime.layer", "[4]")
    weights = refusal("encoder", layers=[{"op": "flatten"}, {**linear, "weight": "prior.cholesky"}])
    assert weights["values"]["expected"] == "float32 [*, 2]"
    assert weights["values"]["found"] == "[2, 2, 2]"


def test_weights_must_be_finite(runtime: Page, site: Site, tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "bernoulli"})
    tensors = load_file(tmp_path / "model.safetensors")
    tensors["encoder.weight"][2, 1] = np.nan
    save_file(tensors, tmp_path / "model.safetensors")
    error = in_model(runtime, site, tmp_path, "return null")
    assert error["key"] == "runtime.notFinite"
    assert error["values"]["tensor"] == "encoder.weight"


def test_a_layer_that_the_page_lacks_runs_on_the_server(page: Page, site: Site, tmp_path: Path) -> None:
    graphs = write_model(tmp_path, {"kind": "bernoulli"})
    graphs["decoder"]["layers"].append({"op": "attention"})
    (tmp_path / "graph.json").write_text(json.dumps({"format": 1, "graphs": graphs}))
    page.route("**/api/decode/tiny", lambda route: route.fulfill(body=np.array([0, 3], dtype="<f4").tobytes()))
    body = """
      const older = model.decode([9, 9]).catch((error) => error.name);
      const newer = Array.from(await model.decode([1, 2]));
      const { elbo } = await model.evidence([0, 1], model.encode([0, 0]), [1, 2]);
      return { remote: model.remote, older: await older, newer, elbo };
    """
    result = in_model(page, site, tmp_path, body)
    assert result["remote"] is True
    assert result["older"] == "AbortError"
    assert result["newer"] == pytest.approx([0.5, 1 / (1 + math.exp(-3))])
    assert result["elbo"] == pytest.approx(-math.log(2) - math.log1p(math.exp(-3)), rel=1e-6)


@pytest.mark.parametrize(
    ("answer", "key", "values"),
    [
        (
            {"error": {"key": "server.model_broken", "values": {"model": "tiny"}}},
            "server.model_broken",
            {"model": "tiny"},
        ),
        ("no JSON", "runtime.unreachable", {"status": "503"}),
    ],
)
def test_what_the_server_says_against_a_request_is_passed_on(
    page: Page, site: Site, tmp_path: Path, answer: Any, key: str, values: dict[str, str]
) -> None:
    graphs = write_model(tmp_path, {"kind": "bernoulli"})
    graphs["decoder"]["layers"].append({"op": "attention"})
    (tmp_path / "graph.json").write_text(json.dumps({"format": 1, "graphs": graphs}))
    body = answer if isinstance(answer, str) else json.dumps(answer)
    served = f"""
      globalThis.fetch = ((fetch) => (url, options) => String(url).startsWith("api/")
        ? Promise.resolve(new Response({json.dumps(body)}, {{status: 503}}))
        : fetch(url, options))(globalThis.fetch);
    """
    error = in_model(page, site, tmp_path, f"{served} return Array.from(await model.decode([1, 2]))")
    assert error["key"] == key
    assert error["values"].items() >= values.items()

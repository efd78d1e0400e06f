"""Every shipped checkpoint in the page: its numbers against torch, its browse set against the files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page
from safetensors.numpy import load_file

from explorer.catalog import SHIPPED, checkpoints, open_checkpoint
from explorer.families.latent_gaussian import kl_to_standard_normal
from explorer.probes.samples import latent, samples

CONFIGS = checkpoints()
NAMES = [config.name for config in CONFIGS if "Encodes" in config.capabilities]
GENERATORS = [
    config.name for config in CONFIGS if "Decodes" in config.capabilities and "Encodes" not in config.capabilities
]
TOLERANCE = 1e-5
RUN = """async ({url, latents, images}) => {
  const { openModel } = await import("/browser/runtime/model.js");
  const model = await openModel(url);
  await Promise.all([model.loadDecoder(), model.loadEncoder()]);
  return {
    remote: model.remote,
    pictures: latents.map((z) => Array.from(model.decode(Float32Array.from(z)))),
    posteriors: images.map((x) => {
      const { mean, logVariance } = model.encode(Float32Array.from(x));
      return [...mean, ...logVariance];
    }),
    evidence: images.map((x, i) => {
      const posterior = model.encode(Float32Array.from(x));
      const terms = model.evidence(Float32Array.from(x), posterior, Float32Array.from(latents[i]));
      return { ...terms, klPerDimension: Array.from(terms.klPerDimension) };
    }),
  };
}"""


def test_there_are_checkpoints() -> None:
    assert NAMES, f"expected shipped checkpoints in {SHIPPED}"


@pytest.mark.parametrize("name", NAMES)
def test_page_and_torch_agree_on_every_shipped_checkpoint(runtime: Page, name: str) -> None:
    checkpoint = open_checkpoint(SHIPPED / name)
    model = checkpoint.model
    generator = torch.Generator().manual_seed(2026)
    z = 1.5 * torch.randn(8, model.latent_size, generator=generator)
    x = torch.rand(8, *model.image_shape, generator=generator)
    page = runtime.evaluate(
        RUN, {"url": f"/checkpoints/{name}", "latents": z.tolist(), "images": x.flatten(1).tolist()}
    )
    with torch.no_grad():
        pictures = model.picture(model.decode(z)).flatten(1)
        posterior = torch.cat(model.encode(x), dim=1)
        model.double()
        mean, log_variance = posterior.double().chunk(2, dim=1)
        reconstruction = model.log_likelihood(x.double(), model.decode(z.double()))
        kl = kl_to_standard_normal(mean, log_variance)
    assert page["remote"] is False
    assert (torch.tensor(page["pictures"]) - pictures).abs().max() <= TOLERANCE
    assert ((torch.tensor(page["posteriors"]) - posterior).abs() / posterior.abs().clamp(min=1)).max() <= TOLERANCE
    for row, terms in enumerate(page["evidence"]):
        # The networks run in float32, the sums over pixels and dimensions in float64.
        assert terms["reconstruction"] == pytest.approx(reconstruction[row].item(), rel=TOLERANCE)
        assert terms["klPerDimension"] == pytest.approx(kl[row].tolist(), rel=1e-4, abs=TOLERANCE)
        assert terms["kl"] == pytest.approx(sum(terms["klPerDimension"]), rel=1e-12)
        assert terms["elbo"] == pytest.approx(terms["reconstruction"] - terms["kl"], rel=1e-12)


@pytest.mark.parametrize("name", GENERATORS)
def test_page_and_torch_draw_the_same_with_every_shipped_generator(runtime: Page, name: str) -> None:
    checkpoint = open_checkpoint(SHIPPED / name)
    seeds = (0, 7, 2**40 + 3)
    actual = runtime.evaluate(
        """async ({url, seeds}) => {
          const model = await (await import("/browser/runtime/model.js")).openModel(url);
          await Promise.all([model.loadDecoder(), model.loadPrior()]);
          return seeds.map((seed) => Array.from(model.decode(model.samplePrior(seed), model.sampleLabel(seed))));
        }""",
        {"url": f"/checkpoints/{name}", "seeds": seeds},
    )
    for seed, picture in zip(seeds, actual, strict=True):
        expected = samples(checkpoint, seed, 1).images.reshape(-1)
        np.testing.assert_allclose(picture, expected, atol=TOLERANCE)


@pytest.mark.parametrize("name", NAMES)
def test_priors_give_the_same_latents_as_python(runtime: Page, name: str) -> None:
    checkpoint = open_checkpoint(SHIPPED / name)
    for prior in checkpoint.config.priors:
        mixture = checkpoint.mixture if prior == "mixture" else None
        for scale in (1.0, 0.6):
            expected = [latent(seed, checkpoint.model.latent_size, mixture, scale) for seed in (0, 7, 2**40 + 3)]
            actual = runtime.evaluate(
                """async ({url, prior, scale}) => {
                  const model = await (await import("/browser/runtime/model.js")).openModel(url);
                  await model.loadPrior();
                  return [0, 7, 2 ** 40 + 3].map((seed) => Array.from(model.samplePrior(seed, { prior, scale })));
                }""",
                {"url": f"/checkpoints/{name}", "prior": prior, "scale": scale},
            )
            np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_browse_set_is_what_the_files_say(runtime: Page, name: str) -> None:
    tensors = load_file(SHIPPED / name / "map.safetensors")
    query = tensors["mean"][3] + 0.1
    page = runtime.evaluate(
        """async ({url, query}) => {
          const model = await (await import("/browser/runtime/model.js")).openModel(url);
          const map = await model.loadMap();
          const image = map.image(map.count - 1);
          return { count: map.count, image: Array.from(image), nearest: map.nearest(query, 5),
            own: map.nearestImages(image, 3), kl: Array.from(map.klPerDimension) };
        }""",
        {"url": f"/checkpoints/{name}", "query": query.tolist()},
    )
    assert page["count"] == len(tensors["mean"])
    distances = np.linalg.norm(tensors["mean"].astype(np.float64) - query, axis=1)
    nearest = np.argsort(distances)[:5]
    assert [each["index"] for each in page["nearest"]] == nearest.tolist()
    np.testing.assert_allclose([each["distance"] for each in page["nearest"]], distances[nearest], rtol=1e-6)
    images = sheet_images(SHIPPED / name)
    np.testing.assert_allclose(page["image"], images[-1].reshape(-1), atol=1e-7)
    root_mean_square = np.sqrt(((images - images[-1]) ** 2).reshape(len(images), -1).mean(axis=1))
    expected = np.sort(root_mean_square)[:3]
    np.testing.assert_allclose([each["distance"] for each in page["own"]], expected, atol=1e-6)
    np.testing.assert_allclose(root_mean_square[[each["index"] for each in page["own"]]], expected, atol=1e-6)
    np.testing.assert_allclose(page["kl"], tensors["kl_per_dimension"])


def sheet_images(folder: Path) -> NDArray[np.float64]:
    """The browse set's images (N, C, H, W), cut from the sheet of thumbnails."""
    config = json.loads((folder / "config.json").read_text())
    tile = json.loads(safetensors_metadata(folder / "map.safetensors")["map"])["tile"]
    count = len(load_file(folder / "map.safetensors")["mean"])
    height, width, columns = tile["height"], tile["width"], tile["columns"]
    sheet = np.asarray(Image.open(folder / "thumbnails.webp").convert("RGB"), dtype=np.float64) / 255
    corners = [(i // columns * height, i % columns * width) for i in range(count)]
    images = np.stack([sheet[top : top + height, left : left + width] for top, left in corners])
    return images.transpose(0, 3, 1, 2)[:, : config["image"]["channels"]]


def safetensors_metadata(file: Path) -> dict[str, str]:
    raw = file.read_bytes()
    metadata: dict[str, str] = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]
    return metadata

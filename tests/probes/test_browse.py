from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from explorer.catalog import SHIPPED, checkpoints, open_checkpoint
from explorer.checkpoints import read_config
from explorer.pictures import browse_picture
from explorer.probes.browse import principal_components, real_images
from explorer.probes.reconstruction import reconstruct
from explorer.traces.pictures import CategoricalAttribute
from explorer.training.browse import write_map

PLACED = [config for config in checkpoints() if "Encodes" in config.capabilities]
NAMES = [config.name for config in PLACED]
SIZES = {"digits": 10_000, "fashion": 10_000, "avatars": 2500, "thumbs": 2000}
"""Test images of each data set."""
FIRST_CLASSES = {
    "digits": [7, 2, 1, 0, 4, 1, 4, 9, 5, 9, 0, 6, 9, 0, 1, 5, 9, 7, 3, 4],
    "fashion": [9, 2, 1, 1, 6, 1, 4, 6, 5, 7, 4, 5, 7, 3, 4, 1, 2, 4, 8, 0],
}
"""Of the first test images as published."""
PROJECTED = [config.name for config in PLACED if (config.latent_size or 0) > 2]


def test_principal_components_agree_with_a_reference() -> None:
    data = np.random.default_rng(0).normal(size=(300, 6)) * [5, 4, 3, 2, 1, 0.5] + 7
    ours, reference = principal_components(data), PCA(6).fit(data)
    np.testing.assert_allclose(ours.explained_variance_ratio, reference.explained_variance_ratio_, rtol=1e-5)
    np.testing.assert_allclose(np.abs(np.sum(ours.components * reference.components_, axis=1)), 1, rtol=1e-5)
    np.testing.assert_allclose(ours.center, data.mean(0), rtol=1e-5)


def test_projection_and_its_inverse() -> None:
    data = np.random.default_rng(1).normal(size=(50, 4)).astype(np.float32)
    components = principal_components(data)
    flat = components.center + components.project(data) @ components.components[:2]
    np.testing.assert_allclose(components.project(flat), components.project(data), atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_browse_set_is_what_the_model_says(name: str) -> None:
    """Posteriors and KL in map.safetensors, recomputed from the thumbnails' exact pixels."""
    checkpoint = open_checkpoint(SHIPPED / name)
    shipped = load_file(checkpoint.folder / "map.safetensors")
    assert len(shipped["mean"]) >= 2000
    chosen = [0, 1, 49, 50, 334, len(shipped["mean"]) - 1]
    x = np.stack([browse_picture(checkpoint.folder, number, checkpoint.model.image_shape) for number in chosen])
    traced = reconstruct(checkpoint.model, x, 0)
    np.testing.assert_allclose(shipped["mean"][chosen], traced.mean, atol=1e-4)
    np.testing.assert_allclose(shipped["log_variance"][chosen], traced.log_variance, atol=1e-4)
    kl = 0.5 * (shipped["mean"] ** 2 + np.exp(shipped["log_variance"]) - 1 - shipped["log_variance"])
    np.testing.assert_allclose(shipped["kl_per_dimension"], kl.mean(0), rtol=1e-4, atol=1e-5)


def test_a_browse_set_says_of_each_image_which_row_of_the_test_images_it_is(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (30, 1, 5, 4), np.uint8)
    classes = CategoricalAttribute(["a", "b", "c"], {}, np.arange(30, dtype=np.int16) % 3)
    chosen = np.sort(np.random.default_rng(1).permutation(30)[:7])
    write_map(tmp_path, real_images(images, {"class": classes}, chosen))
    shipped = load_file(tmp_path / "map.safetensors")
    assert shipped["dataset_index"].tolist() == chosen.tolist()
    for place, row in enumerate(shipped["dataset_index"]):
        picture = browse_picture(tmp_path, place, (1, 5, 4))
        np.testing.assert_array_equal(np.rint(255 * picture), images[row])
        assert shipped["attribute.class"][place] == row % 3


@pytest.mark.parametrize(
    "folder", [path.parent for path in sorted(SHIPPED.glob("*/thumbnails.webp"))], ids=lambda folder: folder.name
)
def test_the_numbers_that_ship_are_rows_of_the_published_test_images(folder: Path) -> None:
    """In order; the classes of the first ones are known by heart."""
    shipped, config = load_file(folder / "map.safetensors"), read_config(folder)
    numbers = shipped["dataset_index"]
    assert (np.diff(numbers) > 0).all()
    assert 0 <= numbers[0] <= numbers[-1] < SIZES[config.dataset["name"]]
    first = FIRST_CLASSES.get(config.dataset["name"])
    if first:
        known = numbers < len(first)
        assert known.any()
        assert shipped["attribute.class"][known].tolist() == [first[number] for number in numbers[known]]


@pytest.mark.parametrize("name", PROJECTED)
def test_the_shipped_projection_is_the_projection_of_the_means(name: str) -> None:
    shipped = load_file(SHIPPED / name / "map.safetensors")
    projected = (shipped["mean"] - shipped["pca.center"]) @ shipped["pca.components"][:2].T
    np.testing.assert_allclose(shipped["layout.pca"], projected, atol=1e-4)
    gram = shipped["pca.components"] @ shipped["pca.components"].T
    np.testing.assert_allclose(gram, np.eye(len(gram)), atol=1e-4)
    total = shipped["mean"].var(0).sum()
    shares = ((shipped["mean"] - shipped["pca.center"]) @ shipped["pca.components"].T).var(0) / total
    np.testing.assert_allclose(shipped["pca.explained_variance_ratio"], shares, rtol=1e-3)
    assert trustworthiness(shipped["mean"][:500], shipped["layout.umap"][:500], n_neighbors=10) > 0.75

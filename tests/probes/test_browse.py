from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import load_file
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from explorer.catalog import SHIPPED, checkpoints, open_checkpoint
from explorer.pictures import browse_picture
from explorer.probes.browse import principal_components
from explorer.probes.reconstruction import reconstruct

PLACED = [config for config in checkpoints() if "Encodes" in config.capabilities]
NAMES = [config.name for config in PLACED]
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

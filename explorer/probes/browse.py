"""The browse set: held-out images; where there is an encoder, placed in latent space, with layouts computed once."""

from __future__ import annotations

import warnings
from importlib.metadata import version

import numpy as np
import torch

from explorer.families.latent_gaussian import LatentGaussian, kl_to_standard_normal
from explorer.traces import Bytes, Floats, Integers
from explorer.traces.pictures import Attribute, BrowseSet, LatentMap, PrincipalComponents

COMPONENTS = 8
UMAP_SEED, NEIGHBOURS, MINIMUM_DISTANCE = 0, 15, 0.1


@torch.no_grad()
def posteriors(model: LatentGaussian, images: Bytes) -> tuple[Floats, Floats]:
    """Means and log variances, each (N, L) float32, of uint8 images (N, C, H, W), encoded 256 at a time."""
    batches = torch.from_numpy(images).split(256)
    pairs = [model.encode(batch.float() / 255) for batch in batches]
    return torch.cat([mean for mean, _ in pairs]).numpy(), torch.cat([spread for _, spread in pairs]).numpy()


def principal_components(mean: Floats) -> PrincipalComponents:
    """PCA of latents (N, L), at most eight components; signs fixed so that each row's largest entry is positive."""
    center = mean.mean(0, dtype=np.float64)
    _, singular, rows = np.linalg.svd(mean - center, full_matrices=False)
    rows = (
        rows[:COMPONENTS]
        * np.sign(rows[np.arange(len(rows[:COMPONENTS])), np.abs(rows[:COMPONENTS]).argmax(1)])[:, None]
    )
    ratio = singular**2 / np.sum(singular**2)
    return PrincipalComponents(*(part.astype(np.float32) for part in (center, rows, ratio[:COMPONENTS])))


def umap_layout(mean: Floats) -> tuple[Floats, dict[str, object]]:
    """A seeded UMAP layout (N, 2) of latents, and its settings (McInnes et al. 2018)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)  # it says that its optional TensorFlow part is missing
        import umap  # slow to import, and only training needs it

    reducer = umap.UMAP(
        n_neighbors=NEIGHBOURS, min_dist=MINIMUM_DISTANCE, random_state=UMAP_SEED, n_jobs=1, transform_seed=UMAP_SEED
    )
    threads = torch.get_num_threads()
    layout: Floats = np.asarray(reducer.fit_transform(mean), np.float32)
    torch.set_num_threads(threads)  # UMAP's compiled loops change the number that torch shares with them
    settings = {"seed": UMAP_SEED, "neighbours": NEIGHBOURS, "minimum_distance": MINIMUM_DISTANCE}
    return layout, {**settings, "version": version("umap-learn")}


def real_images(images: Bytes, attributes: dict[str, Attribute], index: Integers) -> BrowseSet:
    """The held-out images at ``index`` of a split: all that a model without an encoder needs."""
    taken = {name: attribute.take(index) for name, attribute in attributes.items()}
    return BrowseSet(index.astype(np.int32), images[index], taken)


def browse_set(model: LatentGaussian, images: Bytes, attributes: dict[str, Attribute], index: Integers) -> LatentMap:
    """Place the held-out images at ``index`` of a split in the latent space of ``model``."""
    chosen = real_images(images, attributes, index)
    mean, log_variance = posteriors(model, chosen.images)
    kl = kl_to_standard_normal(torch.from_numpy(mean).double(), torch.from_numpy(log_variance).double())
    projected = model.latent_size > 2
    layout, settings = umap_layout(mean) if projected else (None, None)
    return LatentMap(
        **vars(chosen),
        mean=mean,
        log_variance=log_variance,
        kl_per_dimension=kl.mean(0).float().numpy(),
        pca=principal_components(mean) if projected else None,
        umap=layout,
        umap_settings=settings,
    )

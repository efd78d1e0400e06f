"""From trained weights to a complete checkpoint folder."""

from __future__ import annotations

import json
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.catalog import Mixture
from explorer.checkpoints import Config, compact, rounded, write_atomically, write_config, write_tensors
from explorer.datasets import DATASETS, Split
from explorer.families.graphs import write_graph
from explorer.families.latent_gaussian import LatentGaussian
from explorer.families.oracle import Oracle
from explorer.families.registry import FAMILIES
from explorer.metrics.likelihood import BINARISATION_SEED, active_dimensions, binarised, evidence_metrics
from explorer.probes.browse import browse_set, posteriors
from explorer.protocols import capabilities
from explorer.traces import Bytes, Floats
from explorer.traces.measures import Estimate
from explorer.training.browse import write_map
from explorer.training.card import card
from explorer.training.entries import trained_on, versions
from explorer.training.vae.run import Run

METRIC_IMAGES = 1000
DRAWS = 50
MIXTURE_ITERATIONS = 50
LIBRARIES = ("torch", "numpy", "lightning-fabric", "scikit-learn", "umap-learn")


def finish(run: Run, model: LatentGaussian, train: Split, held_out: Split, out: Path, device: str) -> None:
    """Fit the sampling prior, place the browse set, measure, and write every file of the contract to ``out``.

    The weights are rounded first to the float16 numbers that are stored, so that all else is true of what is shipped.
    """
    settings = run.settings
    model.eval().requires_grad_(False)
    model.load_state_dict(rounded(model.state_dict()))
    mixture = fit_mixture(model, train.images, settings.mixture, settings.seed) if settings.mixture else None
    first = next(iter(held_out.attributes.values()))
    codes = first.codes if first.kind == "categorical" else np.zeros(len(held_out.images), np.int16)
    run.recorder.pack(out / "timeline.safetensors", run.total, codes)
    training = {
        "seed": settings.seed,
        "steps": run.total,
        "optimiser": settings.optimiser,
        "loss": f"-E[ln p(x|z)] + {settings.beta:g} KL",
        "seconds": round(run.seconds, 1),
        "device": device,
        "command": settings.command(str(out)),
        "settings": settings.as_json(),
    }
    arguments = settings.model_arguments(model.image_shape)
    measured = binarised(held_out.images) if settings.binarise else held_out.images
    write_folder(out, "vae", arguments, model, mixture, settings.data, held_out, measured, settings.browse, training)


def write_folder(
    out: Path,
    family: str,
    arguments: dict[str, Any],
    model: LatentGaussian,
    mixture: Mixture | None,
    data: str,
    held_out: Split,
    measured: Bytes,
    browse: int,
    training: dict[str, Any],
) -> Config:
    """Write weights, graph, browse set, card and configuration of a trained model of any family.

    ``measured`` are the held-out images (N, C, H, W) as the model is trained on them, grey or binarised.
    """
    prior = {} if mixture is None else {f"prior.{name}": value for name, value in vars(mixture).items()}
    index = np.random.default_rng(0).permutation(len(held_out.images))[:browse]
    latent_map = browse_set(model, held_out.images, held_out.attributes, np.sort(index))
    write_map(out, latent_map)
    exact = isinstance(model, Oracle)  # then there is nothing to bound
    metrics = evidence_metrics(model, measured[:METRIC_IMAGES], 0, None if exact else DRAWS)
    active = float(active_dimensions(latent_map.mean))
    metrics["active_dimensions"] = Estimate(active, active, active, len(latent_map.mean), "dimensions")
    config = describe(out.name, family, arguments, model, mixture, data, training, metrics)
    write_graph(out, model)
    header = {"config": _compact(asdict(config))}
    write_tensors(out / "model.safetensors", compact({**model.state_dict(), **prior}), header)
    write_atomically(out / "README.md", card(config, DATASETS[data], remarks(training["settings"])).encode())
    return write_config(out, config)


def describe(
    name: str,
    family: str,
    arguments: dict[str, Any],
    model: LatentGaussian,
    mixture: Mixture | None,
    data: str,
    training: dict[str, Any],
    metrics: dict[str, Estimate],
) -> Config:
    """The configuration of a model, without the hashes of files."""
    source = DATASETS[data]
    label = FAMILIES[family].title
    size = model.latent_size
    settings = training["settings"]
    beta = f" · β = {settings['beta']:g}" if settings.get("beta", 1.0) != 1.0 else ""
    likelihood: dict[str, Any] = {"kind": model.likelihood}
    if model.likelihood == "gaussian":
        likelihood["scale"] = float(model.scale)
    return Config(
        name=name,
        title={
            "en": f"{label['en']} · {source.title['en']} · {size} dimensions{beta}",
            "zh": f"{label['zh']} · {source.title['zh']} · {size} 维{beta}",
        },
        family=family,
        arguments=arguments,
        capabilities=capabilities(model),
        image=dict(zip(("channels", "height", "width"), model.image_shape, strict=True)),
        latent_size=size,
        likelihood=likelihood,
        priors=["standard_normal"] if mixture is None else ["mixture", "standard_normal"],
        condition=None,
        dataset=trained_on(source, source.sha256),
        training=training,
        metrics={metric: asdict(value) for metric, value in metrics.items()},
        versions=versions(LIBRARIES),
        licence="MIT",
    )


def remarks(settings: dict[str, Any]) -> str:
    """What a card says of a model because of how it was trained."""
    parts = []
    if settings.get("binarise"):
        parts.append(
            "Trained on black and white pixels, drawn anew from the grey levels at every step. The evidence is of "
            f"held-out images drawn once (seed {BINARISATION_SEED}); the browse set shows grey ones."
        )
    if settings.get("beta") == 0:
        parts.append(
            "Without the KL term this is a plain autoencoder: nothing keeps its codes where N(0, I) is, so that "
            "what is decoded from there need not look like any picture of the data."
        )
    return "\n\n".join(parts)


def fit_mixture(model: LatentGaussian, images: Bytes, components: int, seed: int) -> Mixture:
    """A full-covariance Gaussian mixture fitted to one posterior sample of every image: the aggregated posterior.

    A better prior to sample from than N(0, I) where the two differ (Ghosh et al. 2020, section 4). The fit stops after
    :data:`MIXTURE_ITERATIONS` rounds, converged or not, so that its time is bounded.
    """
    from sklearn.exceptions import ConvergenceWarning  # slow to import, and only training needs it
    from sklearn.mixture import GaussianMixture
    from threadpoolctl import threadpool_limits

    mean, log_variance = posteriors(model, images)
    noise = np.random.default_rng(seed).standard_normal(mean.shape)
    z: Floats = mean + np.exp(0.5 * log_variance) * noise
    mixture = GaussianMixture(components, reg_covar=1e-4, random_state=seed, max_iter=MIXTURE_ITERATIONS)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = mixture.fit(z)
    factors = np.linalg.cholesky(fitted.covariances_)
    parts = {"weights": fitted.weights_, "means": fitted.means_, "cholesky": factors}
    return Mixture(**rounded({name: torch.from_numpy(part).float() for name, part in parts.items()}))


def _compact(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)

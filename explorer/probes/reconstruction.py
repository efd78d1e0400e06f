"""Images through encoder, posterior sample and decoder, with every number of the evidence."""

from __future__ import annotations

import numpy as np
import torch

from explorer.families.latent_gaussian import LatentGaussian, kl_to_standard_normal
from explorer.philox import normals
from explorer.probes.samples import EPSILON
from explorer.traces import Floats
from explorer.traces.pictures import Reconstruction


@torch.no_grad()
def reconstruct(model: LatentGaussian, x: Floats, seed: int) -> Reconstruction:
    """Trace images x (N, C, H, W), unit range; image n draws its ε from seed ``seed + n``.

    The evidence is computed in float64, as on the page.
    """
    inputs = torch.from_numpy(np.asarray(x, np.float32))
    epsilon = np.stack([normals(seed + row, EPSILON, model.latent_size) for row in range(len(x))]).astype(np.float32)
    mean, log_variance = model.encode(inputs)
    z = mean + torch.exp(0.5 * log_variance) * torch.from_numpy(epsilon)
    parameter = model.decode(z)
    reconstruction = model.log_likelihood(inputs.double(), parameter.double())
    kl = kl_to_standard_normal(mean.double(), log_variance.double())
    return Reconstruction(
        x=inputs.numpy(),
        mean=mean.numpy(),
        log_variance=log_variance.numpy(),
        epsilon=epsilon,
        z=z.numpy(),
        image=model.picture(parameter).numpy(),
        reconstruction=reconstruction.numpy(),
        kl_per_dimension=kl.numpy(),
        elbo=(reconstruction - kl.sum(1)).numpy(),
    )

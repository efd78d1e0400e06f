from __future__ import annotations

import numpy as np
import torch

from explorer.families.vae import VAE
from explorer.philox import normals
from explorer.probes.reconstruction import reconstruct


def test_the_trace_adds_up() -> None:
    torch.manual_seed(0)
    model = VAE((1, 4, 4), 3, widths=(8,), decoder_widths=(8,)).eval()
    x = np.random.default_rng(0).random((2, 1, 4, 4)).astype(np.float32)
    trace = reconstruct(model, x, seed=5)
    np.testing.assert_allclose(trace.epsilon, [normals(5, 2, 3), normals(6, 2, 3)], rtol=1e-6)
    np.testing.assert_allclose(trace.z, trace.mean + np.exp(trace.log_variance / 2) * trace.epsilon, rtol=1e-5)
    kl = 0.5 * (trace.mean**2 + np.exp(trace.log_variance) - 1 - trace.log_variance)
    np.testing.assert_allclose(trace.kl_per_dimension, kl, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(trace.elbo, trace.reconstruction - kl.sum(1), rtol=1e-5)
    cross_entropy = x * np.log(trace.image) + (1 - x) * np.log(1 - trace.image)
    np.testing.assert_allclose(trace.reconstruction, cross_entropy.reshape(2, -1).sum(1), rtol=1e-5)

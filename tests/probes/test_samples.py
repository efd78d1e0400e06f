from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.catalog import Checkpoint, Mixture, open_checkpoint
from explorer.philox import normals, uniforms
from explorer.probes.samples import SampleError, latent, samples
from tests.toys import toy_checkpoint


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return open_checkpoint(toy_checkpoint(tmp_path_factory.mktemp("checkpoints") / "toy"))


def test_a_seed_stands_for_one_picture(checkpoint: Checkpoint) -> None:
    sheet, alone = samples(checkpoint, 7, 5), samples(checkpoint, 9, 1)
    assert sheet.seeds.tolist() == [7, 8, 9, 10, 11]
    np.testing.assert_array_equal(sheet.z[2], alone.z[0])
    np.testing.assert_allclose(sheet.images[2], alone.images[0], atol=1e-6)


def test_the_standard_normal_prior_is_the_generator_itself(checkpoint: Checkpoint) -> None:
    drawn = samples(checkpoint, 3, 2, "standard_normal", scale=0.5)
    np.testing.assert_allclose(drawn.z[1], 0.5 * normals(4, 0, 3), rtol=1e-6)


def test_the_mixture_moves_noise_by_its_component() -> None:
    """Uniform below ¼ picks the first component, mean (5, 0); otherwise the second, mean (−5, 0)."""
    factor = torch.tensor([[2.0, 0.0], [1.0, 0.5]])
    mixture = Mixture(
        torch.tensor([0.25, 0.75]), torch.tensor([[5.0, 0.0], [-5.0, 0.0]]), torch.stack([factor, factor])
    )
    chosen = set()
    for seed in range(20):
        noise, first = normals(seed, 0, 2), uniforms(seed, 1, 1)[0] < 0.25
        expected = [(5 if first else -5) + 2 * noise[0], noise[0] + 0.5 * noise[1]]
        np.testing.assert_allclose(latent(seed, 2, mixture), expected, rtol=1e-5)
        chosen.add(bool(first))
    assert chosen == {True, False}


def test_the_mixture_has_its_moments() -> None:
    factor = torch.tensor([[0.3, 0.0], [0.2, 0.4]])
    mixture = Mixture(torch.tensor([1.0]), torch.tensor([[1.0, -2.0]]), factor[None])
    z = np.stack([latent(seed, 2, mixture) for seed in range(4000)])
    np.testing.assert_allclose(z.mean(0), [1, -2], atol=0.03)
    np.testing.assert_allclose(np.cov(z.T), (factor @ factor.T).numpy(), atol=0.02)


def test_pictures_are_what_the_model_decodes(checkpoint: Checkpoint) -> None:
    drawn = samples(checkpoint, 0, 3)
    expected = torch.sigmoid(checkpoint.model.decoder(torch.from_numpy(drawn.z))).numpy()
    np.testing.assert_allclose(drawn.images, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((-1, 4), "seeds must be"),
        ((2**53 - 1, 4), "seeds must be"),
        ((0, 0), "count must be"),
        ((0, 10_001), "count must be"),
        ((0, 4, "flow"), "mixture, standard_normal"),
        ((0, 4, None, float("nan")), "scale must be"),
        ((0, 4, None, 11.0), "scale must be"),
    ],
)
def test_impossible_requests_are_refused(checkpoint: Checkpoint, arguments: tuple[object, ...], words: str) -> None:
    with pytest.raises(SampleError, match=words):
        samples(checkpoint, *arguments)


def test_a_prior_that_a_model_lacks_is_refused(tmp_path: Path) -> None:
    plain = open_checkpoint(toy_checkpoint(tmp_path / "toy", mixture=False))
    with pytest.raises(SampleError, match="standard_normal"):
        samples(plain, 0, 1, "mixture")

"""Generators and discriminators of images: shapes, conditions, normalisation, attention, augmentation."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import nn

from explorer.families.choices import CONDITIONINGS, NORMALISATIONS
from explorer.families.discriminator import BatchDeviation, Discriminator
from explorer.families.errors import FamilyError
from explorer.families.gan import GAN
from explorer.graph.layers import Attention, export_layers
from explorer.training.gan.augmentation import AUGMENTATIONS, augment

SMALL = {"image": (3, 16, 8), "latent": 5, "widths": (6, 6, 4)}


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


def one_hot(*codes: int) -> torch.Tensor:
    return torch.eye(3)[list(codes)]


@pytest.mark.parametrize("attention", [False, True])
@pytest.mark.parametrize("blocks", [0, 2])
@pytest.mark.parametrize("norm", [False, True])
def test_generator_gives_pictures_in_unit_range(norm: bool, blocks: int, attention: bool) -> None:
    picture = GAN(**SMALL, batch_norm=norm, residual_blocks=blocks, attention=attention).decode(torch.randn(2, 5))
    assert picture.shape == (2, 3, 16, 8)
    assert 0 <= picture.min() < picture.max() <= 1


def test_generator_takes_labels_only_where_it_is_conditional() -> None:
    plain, conditional = GAN(**SMALL), GAN(**SMALL, classes=3)
    with pytest.raises(FamilyError, match="0 classes, got 3"):
        plain.decode(torch.randn(1, 5), one_hot(0))
    with pytest.raises(FamilyError, match="3 classes, got None"):
        conditional.decode(torch.randn(1, 5))


def test_generator_input_is_the_latent_and_then_the_label() -> None:
    model = GAN(**SMALL, classes=3).eval()
    z, label = torch.randn(2, 5), one_hot(1, 2)
    assert torch.equal(model.decode(z, label), model.decoder(torch.cat([z, label], 1)))
    assert not torch.equal(model.decode(z, label), model.decode(z, one_hot(0, 0)))


def test_generator_runs_in_the_page_and_leaves_attention_to_the_server() -> None:
    assert "attention" not in [layer["op"] for layer in export_layers(GAN(**SMALL).decoder, "decoder")]
    layers = export_layers(GAN(**SMALL, attention=True).decoder, "decoder")
    assert [layer["op"] for layer in layers].count("attention") == 1


@pytest.mark.parametrize("arguments", [{"latent": 0}, {"widths": ()}, {"classes": 1}, {"widths": (4, 0)}])
def test_generator_refuses_what_is_no_network(arguments: dict[str, object]) -> None:
    with pytest.raises(FamilyError, match="at least"):
        GAN(**{**SMALL, **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize(("norm", "conditioning"), list(itertools.product(NORMALISATIONS, CONDITIONINGS)))
def test_discriminator_has_one_output_per_picture(norm: str, conditioning: str) -> None:
    network = Discriminator((3, 16, 8), 3, (4, 6), norm, conditioning)  # type: ignore[arg-type]
    output, classes = network(torch.rand(4, 3, 16, 8), one_hot(0, 1, 2, 0))
    assert output.shape == (4,)
    assert classes is None


def test_auxiliary_classifier_names_classes_without_seeing_labels() -> None:
    output, classes = Discriminator((3, 16, 8), 3, (4,), auxiliary=True)(torch.rand(4, 3, 16, 8))
    assert output.shape == (4,)
    assert classes.shape == (4, 3)


def test_projection_adds_the_inner_product_of_embedding_and_features() -> None:
    """Miyato & Koyama 2018, eq. 3: the difference between two labels is ⟨v_a − v_b, φ(x)⟩."""
    network = Discriminator((3, 16, 8), 3, (4,)).double()
    x = torch.rand(2, 3, 16, 8, dtype=torch.float64)
    assert network.embedding is not None
    first, second = (network(x, one_hot(code, code).double())[0] for code in (0, 2))
    embedding = network.embedding.weight
    expected = network.body(2 * x - 1) @ (embedding[:, 0] - embedding[:, 2])
    torch.testing.assert_close(first - second, expected)


def test_concatenation_shows_the_label_to_the_first_layer() -> None:
    network = Discriminator((3, 16, 8), 3, (4,), conditioning="concatenation")
    assert network.body[0].in_channels == 4
    x = torch.rand(1, 3, 16, 8)
    assert not torch.equal(network(x, one_hot(0))[0], network(x, one_hot(1))[0])


def test_spectral_normalisation_bounds_every_layer() -> None:
    """Miyato et al. 2018: after enough power iterations each weight's largest singular value is one."""
    network = Discriminator((3, 16, 16), 0, (8, 8), "spectral")
    for _ in range(60):
        network(torch.rand(2, 3, 16, 16))
    network.eval()
    for layer in [each for each in network.body if isinstance(each, nn.Conv2d)] + [network.output]:
        largest = torch.linalg.matrix_norm(layer.weight.flatten(1), 2).item()
        assert largest == pytest.approx(1, abs=1e-2)


def test_batch_deviation_is_the_mean_standard_deviation() -> None:
    x = torch.tensor([[[[1.0, 5.0]]], [[[3.0, 5.0]]]])
    expected = torch.full((2, 1, 1, 2), 0.5)  # deviations 1 and 0
    torch.testing.assert_close(BatchDeviation()(x)[:, 1:], expected, atol=1e-4, rtol=0)


def test_attention_starts_as_the_identity_and_mixes_positions_by_softmax() -> None:
    """Zhang et al. 2019, eq. 1-3, written out for one position."""
    layer = Attention(8).double()
    x = torch.randn(1, 8, 2, 3, dtype=torch.float64)
    assert torch.equal(layer(x), x)
    nn.init.constant_(layer.gamma, 0.7)
    query, key, value = (each(x)[0].flatten(1) for each in (layer.query, layer.key, layer.value))
    position = 4
    weights = torch.softmax(torch.stack([query[:, position] @ key[:, other] for other in range(6)]), 0)
    expected = x[0].flatten(1)[:, position] + 0.7 * (value * weights).sum(1)
    torch.testing.assert_close(layer(x)[0].flatten(1)[:, position], expected)


@pytest.mark.parametrize("wrong", [("none", "elsewhere"), ("layer", "projection")])
def test_discriminator_names_the_choices(wrong: tuple[str, str]) -> None:
    with pytest.raises(FamilyError, match="projection"):
        Discriminator((3, 16, 8), 3, (4,), *wrong)  # type: ignore[arg-type]


def test_discriminator_refuses_pictures_too_small() -> None:
    with pytest.raises(FamilyError, match="halvings"):
        Discriminator((1, 4, 4), widths=(4, 4, 4))


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_augmentations_keep_shapes_pass_gradients_and_repeat(name: str) -> None:
    x = torch.rand(6, 3, 16, 16, requires_grad=True)
    changed = augment(x, [name], torch.Generator().manual_seed(3))
    assert changed.shape == x.shape
    assert not torch.equal(changed, x)
    assert torch.equal(changed, augment(x, [name], torch.Generator().manual_seed(3)))
    changed.sum().backward()
    assert x.grad is not None
    assert x.grad.abs().sum() > 0


def test_translation_moves_whole_pictures() -> None:
    x = torch.zeros(40, 1, 16, 16)
    x[:, :, 8, 8] = 1
    moved = augment(x, ["translation"], torch.Generator().manual_seed(0))
    places = {tuple(divmod(int(each.argmax()), 16)) for each in moved[:, 0]}
    assert moved.sum() == 40
    assert len(places) > 5
    assert all(6 <= row <= 10 and 6 <= column <= 10 for row, column in places)


def test_cutout_blackens_at_most_a_quarter() -> None:
    left = augment(torch.ones(50, 1, 16, 16), ["cutout"], torch.Generator().manual_seed(0)).mean((1, 2, 3))
    assert left.min() == pytest.approx(0.75, abs=0.03)
    assert left.max() < 1

from __future__ import annotations

import math

import pytest
import torch

from explorer.families.errors import FamilyError
from explorer.families.latent_gaussian import Evidence, log_normal
from explorer.families.vae import VAE, beta_loss
from explorer.graph.layers import GraphError, Residual, export_layers

ARGUMENTS = [
    {"image": (1, 8, 8), "latent": 2, "widths": (9, 7), "decoder_widths": (5,)},
    {"image": (1, 8, 8), "latent": 3, "widths": (9,), "decoder_widths": (5, 6), "batch_norm": True},
    {"image": (3, 16, 16), "latent": 4, "network": "conv", "widths": (4, 6), "decoder_widths": (5, 6, 4)},
    {
        "image": (1, 12, 20),
        "latent": 2,
        "network": "conv",
        "widths": (4, 6),
        "decoder_widths": (3, 5, 4),
        "residual_blocks": 2,
        "batch_norm": True,
        "likelihood": "gaussian",
    },
]


@pytest.fixture(params=ARGUMENTS, ids=["mlp", "mlp-norm", "conv", "conv-residual"])
def model(request: pytest.FixtureRequest) -> VAE:
    torch.manual_seed(0)
    return VAE(**request.param).double()


def batch(model: VAE, count: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    x = torch.rand(count, *model.image_shape, generator=generator, dtype=torch.float64)
    return x, torch.randn(count, model.latent_size, generator=generator, dtype=torch.float64)


def test_shapes(model: VAE) -> None:
    x, epsilon = batch(model)
    mean, log_variance = model.encode(x)
    assert mean.shape == log_variance.shape == epsilon.shape
    assert model.decode(epsilon).shape == x.shape
    terms = model.evidence(x, epsilon)
    assert terms.reconstruction.shape == (4,)
    assert terms.kl_per_dimension.shape == epsilon.shape


def test_gradient_reaches_every_parameter(model: VAE) -> None:
    x, epsilon = batch(model)
    beta_loss(model.evidence(x, epsilon), 1.0).backward()
    silent = [name for name, value in model.named_parameters() if value.grad is None or not value.grad.abs().sum() > 0]
    # A bias before batch normalisation is subtracted again by it: its gradient is zero by construction.
    norms = {name.rsplit(".", 1)[0] for name, _ in model.named_buffers()}
    before_norm = {f"{part}.{int(number) - 1}.bias" for part, number in (norm.rsplit(".", 1) for norm in norms)}
    assert set(silent) <= before_norm


def test_evidence_from_first_principles(model: VAE) -> None:
    """ELBO by torch.distributions, term by term."""
    model.eval()
    x, epsilon = batch(model)
    mean, log_variance = model.encode(x)
    posterior = torch.distributions.Normal(mean, torch.exp(log_variance / 2))
    z = mean + torch.exp(log_variance / 2) * epsilon
    if model.likelihood == "bernoulli":
        likelihood = torch.distributions.ContinuousBernoulli(logits=model.decode(z), lims=(0.5, 0.5))
        # Without its normalising constant the continuous Bernoulli is the Bernoulli extended to grey values.
        log_likelihood = likelihood.log_prob(x) - likelihood._cont_bern_log_norm()
    else:
        log_likelihood = torch.distributions.Normal(model.decode(z), model.scale).log_prob(x)
    kl = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0))
    terms = model.evidence(x, epsilon)
    torch.testing.assert_close(terms.reconstruction, log_likelihood.flatten(1).sum(1), rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(terms.kl_per_dimension, kl, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(terms.elbo, log_likelihood.flatten(1).sum(1) - kl.sum(1), rtol=1e-9, atol=1e-9)


def test_one_importance_sample_is_the_plain_monte_carlo_bound(model: VAE) -> None:
    model.eval()
    x, epsilon = batch(model)
    mean, log_variance = model.encode(x)
    z = mean + torch.exp(log_variance / 2) * epsilon
    log_prior = log_normal(z, torch.zeros_like(z), torch.zeros_like(z)).sum(1)
    plain = model.log_likelihood(x, model.decode(z)) + log_prior - log_normal(z, mean, log_variance).sum(1)
    torch.testing.assert_close(model.importance_weighted_bound(x, epsilon[None]), plain, rtol=1e-9, atol=1e-9)


def test_bernoulli_by_hand() -> None:
    """Logit ln 3 is probability ¾; pixels 1, 0, ½ give ln ¾, ln ¼ and their mean."""
    model = VAE((1, 1, 3), 1)
    parameter = torch.full((1, 1, 1, 3), math.log(3.0))
    x = torch.tensor([1.0, 0.0, 0.5]).reshape(1, 1, 1, 3)
    expected = math.log(0.75) + math.log(0.25) + 0.5 * (math.log(0.75) + math.log(0.25))
    assert model.log_likelihood(x, parameter).item() == pytest.approx(expected, rel=1e-6)
    assert model.picture(parameter)[0, 0, 0, 0].item() == pytest.approx(0.75)


def test_beta_weighs_the_kl_term() -> None:
    terms = Evidence(torch.tensor([-3.0, -5.0]), torch.tensor([[1.0, 1.0], [0.0, 4.0]]))
    assert beta_loss(terms, 1.0).item() == 4 + 3
    assert beta_loss(terms, 0.5).item() == 4 + 1.5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"latent": 0}, "at least 1"),
        ({"latent": 2, "widths": ()}, "hidden layer"),
        ({"latent": 2, "likelihood": "poisson"}, "bernoulli"),
        ({"latent": 2, "likelihood": "gaussian", "scale": 0.0}, "scale"),
        ({"latent": 2, "network": "transformer"}, "mlp or conv"),
        ({"latent": 2, "network": "conv", "widths": (4, 4, 4, 4, 4)}, "leave nothing"),
        ({"latent": 2, "network": "conv", "decoder_widths": (4, 4, 4, 4, 4, 4)}, "divisible"),
    ],
)
def test_impossible_arguments_are_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(FamilyError, match=words):
        VAE((1, 8, 8), **arguments)


def test_graph_names_every_tensor(model: VAE) -> None:
    def names(layers: list[dict[str, object]]) -> set[str]:
        found = {value for layer in layers for value in layer.values() if isinstance(value, str) and "." in value}
        return found.union(*(names(layer["layers"]) for layer in layers if "layers" in layer))

    graph = export_layers(model.encoder, "encoder") + export_layers(model.decoder, "decoder")
    counters = {name for name in model.state_dict() if name.endswith("num_batches_tracked")}
    assert names(graph) == set(model.state_dict()) - counters


def test_residual_adds_its_input() -> None:
    block = Residual(torch.nn.Conv2d(2, 2, 3, padding=1)).double()
    x = torch.rand(1, 2, 5, 5, dtype=torch.float64)
    torch.testing.assert_close(block(x), x + block[0](x))


@pytest.mark.parametrize(
    "layer",
    [
        torch.nn.Dropout(),
        torch.nn.Conv2d(2, 2, 3, groups=2),
        torch.nn.Conv2d(2, 2, 3, dilation=2),
        torch.nn.MaxPool2d(2),
    ],
)
def test_layers_that_the_page_lacks_are_refused(layer: torch.nn.Module) -> None:
    with pytest.raises(GraphError, match="the page"):
        export_layers(torch.nn.Sequential(layer), "decoder")

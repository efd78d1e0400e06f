"""Adversarial training in the plane (Goodfellow et al. 2014, algorithm 1), in plain torch.

All randomness follows from the seed and from how many updates each network has had, so a run that is taken up from a
state goes on exactly as it would have.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from explorer.datasets.planar import real_points
from explorer.errors import ExplorerError
from explorer.families.adversarial import discriminator_loss, generator_loss, gradient_penalty
from explorer.families.planar_gan import (
    PlanarGAN,
    flat_state,
    linears,
    load_flat_state,
    noise,
    shown_output,
    trainable,
    weight_of,
)
from explorer.families.planar_settings import OptimiserSettings, PlanarSettings
from explorer.philox import uniforms

STREAM_REAL, STREAM_NOISE, STREAM_GENERATOR_NOISE, STREAM_MIX = 13, 14, 15, 19
MOMENTUM = 0.9
RMSPROP_DECAY = 0.99
MOMENTS = {"sgd": (), "momentum": ("momentum_buffer",), "rmsprop": ("square_avg",), "adam": ("exp_avg", "exp_avg_sq")}
"""What each optimiser remembers of a tensor, by torch's names."""


class DivergedError(ExplorerError):
    """Training left the finite numbers."""

    def __init__(self, iteration: int, network: str) -> None:
        super().__init__(f"the {network}'s update in iteration {iteration} is not finite: the run diverged")
        self.iteration = iteration
        """The iteration that could not be completed, counted from 1."""
        self.network = network


@dataclass(frozen=True)
class Pair:
    """One number for each network."""

    discriminator: float
    generator: float


@dataclass(frozen=True)
class Outputs:
    """Means of what D says of the two halves of its last batch, as it is displayed."""

    real: float
    fake: float


@dataclass(frozen=True)
class State:
    """A moment of training, enough to go on from; tensors are copies."""

    iteration: int
    discriminator_updates: int
    generator_updates: int
    generator: Tensor
    """(P_G,) flat state; see :func:`explorer.families.planar_gan.state_tensors` for the order."""
    discriminator: Tensor
    """(P_D,)."""
    generator_optimiser: Tensor
    """(Q_G,) what the optimiser remembers, all first moments and then all second ones; empty for plain SGD."""
    discriminator_optimiser: Tensor
    """(Q_D,)."""
    losses: Pair | None = None
    """Of the last update of each network; None until both have had one."""
    gradient_norms: Pair | None = None
    """L2 norms over all trainable tensors, likewise."""
    outputs: Outputs | None = None
    """None until D has had an update."""


class Game:
    """Two networks and their optimisers, moved by one update or one iteration at a time.

    Args:
        settings: the run.
        dtype: of weights and arithmetic; random numbers are the same, rounded to float32, in any.
        state: where to go on from; the seed's first weights if None.
    """

    def __init__(
        self, settings: PlanarSettings, dtype: torch.dtype = torch.float32, state: State | None = None
    ) -> None:
        self.settings = settings
        self.dtype = dtype
        self.model = PlanarGAN(**settings.as_json()).to(dtype)
        self.generator_optimiser = _optimiser(self.model.generator, settings.optimisers.generator)
        self.discriminator_optimiser = _optimiser(self.model.discriminator, settings.optimisers.discriminator)
        self.iteration = self.discriminator_updates = self.generator_updates = 0
        self._losses: dict[str, float] = {}
        self._norms: dict[str, float] = {}
        self.outputs: Outputs | None = None
        if state is not None:
            self._restore(state)

    def iterate(self) -> None:
        """One iteration: ``discriminator_steps`` updates of D, then ``generator_steps`` updates of G.

        Raises:
            DivergedError: naming the iteration; the networks are of no use then.
        """
        for _ in range(self.settings.discriminator_steps):
            self.step_discriminator()
        for _ in range(self.settings.generator_steps):
            self.step_generator()
        self.iteration += 1

    def step_discriminator(self) -> None:
        """One update of D: a forward pass over real points, another over generated ones, both in training mode."""
        settings, index = self.settings, self.discriminator_updates
        real = self._tensor(
            real_points(settings.data, settings.seed, STREAM_REAL, settings.batch, index, settings.points)
        )
        with torch.no_grad():
            fake = self.model.generate(self._noise(STREAM_NOISE, index))
        real_output, fake_output = self.model.discriminate(real), self.model.discriminate(fake)
        loss = discriminator_loss(settings.loss, real_output, fake_output)
        if settings.loss == "wasserstein_penalty":
            mix = self._tensor(uniforms(settings.seed, STREAM_MIX, settings.batch, index).astype(np.float32))
            loss = loss + settings.penalty * gradient_penalty(self.model.discriminate, real, fake, mix)
        self._update("discriminator", self.model.discriminator, self.discriminator_optimiser, loss)
        if settings.loss == "wasserstein_clip":
            _clip(self.model.discriminator, settings.clip)
        shown = [shown_output(settings.loss, output.detach()).mean().item() for output in (real_output, fake_output)]
        self.outputs = Outputs(*shown)
        self.discriminator_updates += 1

    def step_generator(self) -> None:
        """One update of G; D, in training mode, only says where to."""
        fake = self.model.discriminate(self.model.generate(self._noise(STREAM_GENERATOR_NOISE, self.generator_updates)))
        loss = generator_loss(self.settings.loss, fake)
        self._update("generator", self.model.generator, self.generator_optimiser, loss)
        self.generator_updates += 1

    def state(self) -> State:
        """This moment, copied."""
        return State(
            self.iteration,
            self.discriminator_updates,
            self.generator_updates,
            flat_state(self.model.generator),
            flat_state(self.model.discriminator),
            _flat_moments(self.model.generator, self.generator_optimiser, self.settings.optimisers.generator),
            _flat_moments(
                self.model.discriminator, self.discriminator_optimiser, self.settings.optimisers.discriminator
            ),
            self.losses,
            self.gradient_norms,
            self.outputs,
        )

    @property
    def losses(self) -> Pair | None:
        """Of the last update of each network; None until both have had one."""
        return Pair(**self._losses) if len(self._losses) == 2 else None

    @property
    def gradient_norms(self) -> Pair | None:
        """L2 norms over all trainable tensors, likewise."""
        return Pair(**self._norms) if len(self._norms) == 2 else None

    def _tensor(self, values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Tensor:
        return torch.from_numpy(values).to(self.dtype)

    def _noise(self, stream: int, index: int) -> Tensor:
        settings = self.settings
        return self._tensor(noise(settings.noise, settings.seed, stream, settings.batch, index))

    def _update(self, name: str, network: nn.Sequential, optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
        tensors = trainable(network)
        gradients = torch.autograd.grad(loss, tensors)
        for tensor, gradient in zip(tensors, gradients, strict=True):
            tensor.grad = gradient
        optimiser.step()
        norm = torch.cat([gradient.flatten() for gradient in gradients]).norm().item()
        size = nn.utils.get_total_norm(tensors).item()
        if not all(map(math.isfinite, (loss.item(), norm, size))):
            raise DivergedError(self.iteration + 1, name)
        self._losses[name], self._norms[name] = loss.item(), norm

    def _restore(self, state: State) -> None:
        load_flat_state(self.model.generator, state.generator.to(self.dtype))
        load_flat_state(self.model.discriminator, state.discriminator.to(self.dtype))
        self.iteration = state.iteration
        self.discriminator_updates, self.generator_updates = state.discriminator_updates, state.generator_updates
        chosen = self.settings.optimisers
        _load_moments(
            self.model.generator,
            self.generator_optimiser,
            chosen.generator,
            state.generator_optimiser.to(self.dtype),
            state.generator_updates,
        )
        _load_moments(
            self.model.discriminator,
            self.discriminator_optimiser,
            chosen.discriminator,
            state.discriminator_optimiser.to(self.dtype),
            state.discriminator_updates,
        )
        self._losses = {} if state.losses is None else vars(state.losses).copy()
        self._norms = {} if state.gradient_norms is None else vars(state.gradient_norms).copy()
        self.outputs = state.outputs


@torch.no_grad()
def _clip(network: nn.Sequential, bound: float) -> None:
    for layer in linears(network):
        weight_of(layer).clamp_(-bound, bound)
        layer.bias.clamp_(-bound, bound)


def _optimiser(network: nn.Sequential, settings: OptimiserSettings) -> torch.optim.Optimizer:
    tensors, rate = trainable(network), settings.learning_rate
    match settings.kind:
        case "sgd":
            return torch.optim.SGD(tensors, rate)
        case "momentum":
            return torch.optim.SGD(tensors, rate, momentum=MOMENTUM)
        case "rmsprop":
            return torch.optim.RMSprop(tensors, rate, alpha=RMSPROP_DECAY)
        case "adam":
            return torch.optim.Adam(tensors, rate, betas=(settings.beta1, settings.beta2))


def _flat_moments(network: nn.Sequential, optimiser: torch.optim.Optimizer, settings: OptimiserSettings) -> Tensor:
    """(Q,): each kind of moment over all tensors, one kind after another; zeros before the first update."""
    parts = [
        optimiser.state[tensor].get(name, torch.zeros_like(tensor)).flatten()
        for name in MOMENTS[settings.kind]
        for tensor in trainable(network)
    ]
    return torch.cat(parts).clone() if parts else torch.empty(0)


def _load_moments(
    network: nn.Sequential,
    optimiser: torch.optim.Optimizer,
    settings: OptimiserSettings,
    moments: Tensor,
    updates: int,
) -> None:
    tensors, names = trainable(network), MOMENTS[settings.kind]
    parts = iter(moments.split([tensor.numel() for _ in names for tensor in tensors]))
    for name in names:
        for tensor in tensors:
            entry = optimiser.state[tensor]
            entry["step"] = torch.tensor(float(updates))
            entry[name] = next(parts).view_as(tensor).clone()

"""Recurrent generative adversarial networks: noise sequences to sequences, judged at every step.

Esteban et al. 2017 ("Real-valued (medical) time series generation with recurrent conditional GANs"): an LSTM turns one
noise vector a step into one output a step, and D says at each step whether it takes the sequence for real. D reads in
both directions, as in Mogren 2016 (C-RNN-GAN). Labels are given to both at every step.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from explorer.families.cells import CELLS, Quantities
from explorer.families.descriptor import Family
from explorer.families.errors import FamilyError
from explorer.families.recurrent import State, cell_layer, weights_of
from explorer.families.sequences import Notes, SequenceKind, sequence_kind
from explorer.graph.layers import linear_layer
from explorer.graph.network import Network

KERNELS = 5
"""Numbers that a minibatch feature compares two sequences by (Salimans et al. 2016, section 3.2, C)."""


class Generator(nn.Module):
    """Noise (N, T, L), and labels where there are classes, to outputs (N, T, C)."""

    def __init__(self, sequence: SequenceKind, inputs: int, cell: str, hidden_size: int, layers: int) -> None:
        super().__init__()
        widths = (inputs, *[hidden_size] * layers)
        self.recurrent = nn.ModuleList(
            CELLS[cell].fused(before, after, batch_first=True) for before, after in pairwise(widths)
        )
        self.output = nn.Linear(hidden_size, sequence.channels)
        self.sequence = sequence

    def forward(self, inputs: Tensor) -> Tensor:
        """(N, T, L + K) → a signal's y in (-1, 1), (N, T, 1), or the probabilities of notes, (N, T, P + D)."""
        return self.squashed(self.raw(inputs))

    def raw(self, inputs: Tensor) -> Tensor:
        """The output layer's numbers (N, T, C) for (N, T, L + K)."""
        hidden = inputs
        for layer in self.recurrent:
            hidden, _ = layer(hidden)
        output: Tensor = self.output(hidden)
        return output

    def squashed(self, output: Tensor) -> Tensor:
        """What the output layer's numbers (…, C) mean: tanh for a signal, softmax of each group for notes."""
        return self.sequence.probabilities(output) if isinstance(self.sequence, Notes) else torch.tanh(output)


class Discriminator(nn.Module):
    """Sequences (N, T, C + K) to a raw output at every step, from what comes before it and what comes after it.

    Args:
        inputs: C + K.
        cell: "rnn", "gru" or "lstm".
        hidden_size: H of each direction.
        minibatch_features: B; how near each sequence is to the others of its batch (Salimans et al. 2016, section 3.2),
            given to the output layer at every step.
    """

    def __init__(self, inputs: int, cell: str, hidden_size: int, minibatch_features: int) -> None:
        super().__init__()
        fused = CELLS[cell].fused
        self.forward_pass = fused(inputs, hidden_size, batch_first=True)
        self.backward_pass = fused(inputs, hidden_size, batch_first=True)
        self.output = nn.Linear(2 * hidden_size + minibatch_features, 1)
        self.minibatch = (
            nn.Parameter(0.1 * torch.randn(2 * hidden_size, minibatch_features, KERNELS))
            if minibatch_features
            else None
        )

    def features(self, inputs: Tensor) -> Tensor:
        """Hidden states of both directions, forward's first: (N, T, 2H)."""
        before, _ = self.forward_pass(inputs)
        after, _ = self.backward_pass(inputs.flip(1))
        return torch.cat([before, after.flip(1)], -1)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Raw outputs (N, T), and the features that they are read from (N, T, 2H)."""
        features = seen = self.features(inputs)
        if self.minibatch is not None:
            near = self.nearness(features.mean(1))
            seen = torch.cat([features, near[:, None].expand(-1, features.shape[1], -1)], -1)
        outputs: Tensor = self.output(seen)[..., 0]
        return outputs, features

    def nearness(self, means: Tensor) -> Tensor:
        """o (N, B) of features (N, 2H): the others' sum of exp(−‖M_i − M_j‖₁) (Salimans et al. 2016, section 3.2)."""
        assert self.minibatch is not None
        projected = torch.einsum("nf,fbc->nbc", means, self.minibatch)
        distances = (projected[:, None] - projected[None]).abs().sum(-1)
        return torch.exp(-distances).sum(1) - 1  # less each sequence's nearness to itself


class RecurrentGAN(nn.Module):
    """A generator of sequences and the discriminator that it was trained against.

    Args:
        sequence: what a sequence is, as :func:`explorer.families.sequences.sequence_kind` reads it.
        latent: L, noise numbers of a step.
        classes: K; the label (K), weights that sum to one, follows the noise, and what D reads, at every step.
        cell: of both networks, "gru" or "lstm".
        hidden_size: H of the generator's layers.
        layers: 1 or 2, of the generator.
        discriminator_size: H of each direction of the discriminator.
        minibatch_features: B, of the discriminator.

    Raises:
        FamilyError: if an argument is out of range.
    """

    def __init__(
        self,
        sequence: dict[str, Any],
        latent: int,
        classes: int = 0,
        cell: str = "lstm",
        hidden_size: int = 64,
        layers: int = 1,
        discriminator_size: int = 64,
        minibatch_features: int = 0,
    ) -> None:
        super().__init__()
        if cell not in ("gru", "lstm") or layers not in (1, 2):
            raise FamilyError(f"expected 1 or 2 layers of gru or lstm cells, got {layers} of {cell!r}")
        if min(latent, hidden_size, discriminator_size) < 1 or minibatch_features < 0 or classes < 0 or classes == 1:
            raise FamilyError(
                "sizes are at least 1, minibatch features 0 or more, and conditions have 2 classes or more"
            )
        self.sequence = sequence_kind(sequence)
        self.latent_size, self.classes = latent, classes
        self.cell, self.hidden_size, self.layers = cell, hidden_size, layers
        self.quantities = CELLS[cell].quantities
        self.generator = Generator(self.sequence, latent + classes, cell, hidden_size, layers)
        self.discriminator = Discriminator(
            self.sequence.channels + classes, cell, discriminator_size, minibatch_features
        )

    def generate_sequences(self, noise: Tensor, label: Tensor | None = None) -> Tensor:
        """Sequences (N, T, C) for noise (N, T, L) and, where there are classes, labels (N, K).

        Raises:
            FamilyError: if a label is missing, or given to a model that takes none.
        """
        sequences: Tensor = self.generator(self.labelled(noise, label))
        return sequences

    def judge_steps(self, sequences: Tensor, label: Tensor | None = None) -> Tensor:
        """D's raw output (N, T) at each step of sequences (N, T, C); the mean over a row is its verdict."""
        outputs: Tensor = self.discriminator(self.labelled(sequences, label))[0]
        return outputs

    def labelled(self, numbers: Tensor, label: Tensor | None) -> Tensor:
        """(N, T, C) → (N, T, C + K): the label after the numbers of every step.

        Raises:
            FamilyError: if a label is missing, or given to a model that takes none.
        """
        found = 0 if label is None else label.shape[1]
        if found != self.classes:
            raise FamilyError(f"expected a label of {self.classes} classes, got {found}")
        if label is None:
            return numbers
        return torch.cat([numbers, label[:, None].expand(-1, numbers.shape[1], -1)], -1)

    def initial_state(self, rows: int) -> State:
        """All zeros: the generator's state before its first step."""
        zeros = self.generator.output.weight.new_zeros(rows, self.hidden_size)
        return tuple(tuple(zeros for _ in CELLS[self.cell].state) for _ in range(self.layers))

    def step(self, x: Tensor, state: State) -> list[Quantities]:
        """One step of the generator by the cells' own equations: each layer's quantities (N, H).

        Args:
            x: (N, L + K), the step's noise and the label.
            state: before the step.
        """
        computed = []
        for layer, before in zip(self.generator.recurrent, state, strict=True):
            computed.append(CELLS[self.cell].step(x, before, weights_of(layer)))
            x = computed[-1]["hidden"]
        return computed

    def state_of(self, computed: list[Quantities]) -> State:
        """The state that the next step reads, of what :meth:`step` returned."""
        return tuple(tuple(layer[name] for name in CELLS[self.cell].state) for layer in computed)

    def networks(self) -> dict[str, Network]:
        """The generator, and D's two passes where it judges one by one, as ``graph.json`` has them."""
        inputs, channels = self.latent_size + self.classes, self.sequence.channels
        layers = [cell_layer(self.cell, f"generator.recurrent.{index}") for index in range(self.layers)]
        layers.append(linear_layer("generator.output"))
        if isinstance(self.sequence, Notes):  # the groups' softmax is no layer: their logits are what the page reads
            generator = Network((inputs,), (channels,), layers, self.generator.raw)
        else:
            generator = Network((inputs,), (channels,), [*layers, {"op": "tanh"}], self.generator)
        if self.discriminator.minibatch is not None:
            return {"generator": generator}
        return {"generator": generator, **self._passes(channels + self.classes)}

    def _passes(self, inputs: int) -> dict[str, Network]:
        judge, size = self.discriminator, self.discriminator.forward_pass.hidden_size
        passes = {"forward": judge.forward_pass, "backward": judge.backward_pass}
        networks = {
            f"discriminator_{name}": Network(
                (inputs,), (size,), [cell_layer(self.cell, f"discriminator.{name}_pass")], partial(_states, cell)
            )
            for name, cell in passes.items()
        }
        last = Network((2 * size,), (1,), [linear_layer("discriminator.output")], judge.output)
        return {**networks, "discriminator_output": last}


def _states(cell: nn.RNNBase, inputs: Tensor) -> Tensor:
    """The hidden states (N, T, H) of a cell that reads (N, T, I)."""
    states: Tensor = cell(inputs)[0]
    return states


FAMILY = Family(
    id="recurrent_gan",
    build=RecurrentGAN,
    title={"en": "Recurrent GAN", "zh": "循环 GAN"},
    plural={"en": "Recurrent GAN", "zh": "循环 GAN"},
    limits=(
        "No likelihood: nothing says how probable a sequence is, and what the discriminator did not punish may be "
        "missing. The noise of every step decides, so that a sequence can change where only one step's noise does."
    ),
    files=("examples.safetensors", "evaluation.json"),
    evaluation="sequences",
    commands=("recurrent-gan",),
)

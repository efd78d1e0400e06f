"""Character-level language models: a simple RNN, a GRU or an LSTM that predicts the next character.

The cells' equations are in :mod:`explorer.families.cells`; training runs torch's fused kernels on the same weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.families.cells import CELLS, Amend, Weights, unchanged
from explorer.families.descriptor import Family
from explorer.families.errors import FamilyError
from explorer.graph.layers import Layer, linear_layer
from explorer.graph.network import Network

UNKNOWN = "\ufffd"
"""The first entry of every vocabulary: what a character that the vocabulary lacks is read as; never written."""
START = "\n"
"""Read before every text, so that its first character is predicted, too."""

ROWS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
"""What torch calls :class:`Weights`."""

State = tuple[tuple[Tensor, ...], ...]
"""One tuple a layer, from below: h, and c for an LSTM; (N, H) each."""


class LanguageModel(nn.Module):
    """p(next character | all before).

    Args:
        vocabulary: the characters in the order of their token numbers; the first is :data:`UNKNOWN`.
        cell: "rnn", "gru" or "lstm".
        hidden_size: H, units in each layer.
        layers: 1 to 3, each reading the hidden state of the one below.
        embedding_size: E, numbers that stand for a character; None for one-hot vectors.
        dropout: share of inputs of each layer and of the output layer that training sets to zero (Zaremba et al. 2014).
        tied: the output layer's matrix is the embedding's (Press & Wolf 2017), behind a projection from H to E.

    Raises:
        FamilyError: if an argument is out of range, or the vocabulary repeats a character or lacks one that is needed.
    """

    def __init__(
        self,
        vocabulary: str,
        cell: str = "lstm",
        hidden_size: int = 256,
        layers: int = 1,
        embedding_size: int | None = 64,
        dropout: float = 0.0,
        tied: bool = False,
    ) -> None:
        super().__init__()
        if vocabulary[:1] != UNKNOWN or START not in vocabulary or len(set(vocabulary)) != len(vocabulary):
            raise FamilyError("a vocabulary is U+FFFD, then distinct characters, a line feed among them")
        if cell not in CELLS:
            raise FamilyError(f"cells are {', '.join(CELLS)}, got {cell!r}")
        if not 1 <= layers <= 3 or hidden_size < 1 or (embedding_size or 1) < 1 or not 0 <= dropout < 1:
            raise FamilyError("expected 1 to 3 layers, sizes of at least 1 and a dropout in [0, 1)")
        if tied and embedding_size is None:
            raise FamilyError("the output layer can only be tied to an embedding")
        self.vocabulary = vocabulary
        self.cell = cell
        self.hidden_size = hidden_size
        self.quantities = CELLS[cell].quantities
        self.tokens = {character: token for token, character in enumerate(vocabulary)}
        size = len(vocabulary)
        self.embedding = None if embedding_size is None else nn.Embedding(size, embedding_size)
        widths = (embedding_size or size, *[hidden_size] * layers)
        self.recurrent = nn.ModuleList(
            CELLS[cell].fused(before, after, batch_first=True) for before, after in pairwise(widths)
        )
        self.dropout = nn.Dropout(dropout)
        self.projection = nn.Linear(hidden_size, widths[0]) if tied else None
        self.output = None if tied else nn.Linear(hidden_size, size)
        if tied and self.embedding is not None:
            nn.init.normal_(self.embedding.weight, std=widths[0] ** -0.5)  # else first logits would be huge
            self.output_bias = nn.Parameter(torch.zeros(size))

    @property
    def layers(self) -> int:
        """Recurrent layers."""
        return len(self.recurrent)

    def encode_text(self, text: str) -> Tensor:
        """Token numbers (T,) of a text's characters (Unicode code points); unknown ones are token 0."""
        return torch.tensor([self.tokens.get(character, 0) for character in text], dtype=torch.long)

    def initial_state(self, rows: int) -> State:
        """All zeros: the state before anything is read."""
        zeros = weights_of(self.recurrent[0]).hidden.new_zeros(rows, self.hidden_size)
        return tuple(tuple(zeros for _ in CELLS[self.cell].state) for _ in self.recurrent)

    def embed(self, tokens: Tensor) -> Tensor:
        """The first layer's input (…, E), or one-hot vectors (…, V), for tokens (…)."""
        if self.embedding is None:
            return F.one_hot(tokens, len(self.vocabulary)).to(weights_of(self.recurrent[0]).input.dtype)
        embedded: Tensor = self.embedding(tokens)
        return embedded

    def read_out(self, hidden: Tensor) -> Tensor:
        """Logits (…, V) of the next character for the top layer's hidden states (…, H)."""
        if self.output is None:
            return F.linear(self.projection(hidden), self.embedding.weight, self.output_bias)  # type: ignore[misc,union-attr]
        logits: Tensor = self.output(hidden)
        return logits

    def forward(self, tokens: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """The fused way: logits (N, T, V) of what follows each of ``tokens`` (N, T), and the state after the last."""
        return self.forward_embedded(self.embed(tokens), state)

    def forward_embedded(self, inputs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """As :meth:`forward`, from the first layer's inputs (N, T, E)."""
        hidden, after = self.dropout(inputs), []
        for layer, before in zip(self.recurrent, state or self.initial_state(len(inputs)), strict=True):
            packed = tuple(part.unsqueeze(0).contiguous() for part in before)
            hidden, last = layer(hidden, packed if self.cell == "lstm" else packed[0])
            hidden = self.dropout(hidden)
            after.append(tuple(part.squeeze(0) for part in (last if self.cell == "lstm" else (last,))))
        return self.read_out(hidden), tuple(after)

    def step(self, x: Tensor, state: State, amends: Sequence[Amend] | None = None) -> list[dict[str, Tensor]]:
        """One step by the cells' own equations.

        Args:
            x: (N, E) the first layer's input, from :meth:`embed`.
            state: before the step.
            amends: for each layer, what changes its quantities as they are computed.

        Returns:
            For each layer, its quantities (N, H).
        """
        computed = []
        for layer, before, amend in zip(self.recurrent, state, amends or [unchanged] * self.layers, strict=True):
            computed.append(CELLS[self.cell].step(x, before, weights_of(layer), amend))
            x = computed[-1]["hidden"]
        return computed

    def state_of(self, computed: list[dict[str, Tensor]]) -> State:
        """The state that the next step reads, of what :meth:`step` returned."""
        return tuple(tuple(layer[name] for name in CELLS[self.cell].state) for layer in computed)

    def networks(self) -> dict[str, Network]:
        """The language model, as ``graph.json`` has it: from a token to the logits of the next."""
        layers, size = self._layers(), len(self.vocabulary)
        return {"language": Network((1,), (size,), layers, lambda tokens: self(tokens[..., 0].long())[0])}

    def _layers(self) -> list[Layer]:
        """From the token on: tensors of torch's shapes, rows and biases."""
        size = len(self.vocabulary)
        first = {"op": "one_hot", "size": size} if self.embedding is None else {"op": "embedding"}
        layers: list[Layer] = [first if self.embedding is None else {**first, "weight": "embedding.weight"}]
        for index in range(self.layers):
            layers.append(cell_layer(self.cell, f"recurrent.{index}"))
        if self.projection is not None:
            layers.append(linear_layer("projection"))
        if self.output is not None:
            return [*layers, linear_layer("output")]
        return [*layers, {"op": "linear", "weight": "embedding.weight", "bias": "output_bias"}]


def cell_layer(cell: str, prefix: str) -> Layer:
    """The layer of ``graph.json`` that is a cell whose tensors begin with ``prefix``."""
    return {"op": cell, **{name: f"{prefix}.{name}_l0" for name in ROWS}}


def weights_of(layer: nn.Module) -> Weights:
    """The tensors of one of a model's ``recurrent`` layers."""
    return Weights(*(getattr(layer, f"{name}_l0") for name in ROWS))


@torch.no_grad()
def set_forget_bias(model: LanguageModel, bias: float) -> None:
    """Open every forget gate to sigmoid(``bias``) at zero input and state (Gers et al. 2000; Jozefowicz et al. 2015).

    Raises:
        FamilyError: if the model has no forget gate.
    """
    if model.cell != "lstm":
        raise FamilyError(f"only an LSTM has a forget gate, not {model.cell!r}")
    for layer in model.recurrent:
        weights = weights_of(layer)
        weights.input_bias[model.hidden_size : 2 * model.hidden_size] = bias
        weights.hidden_bias[model.hidden_size : 2 * model.hidden_size] = 0.0


@torch.no_grad()
def set_chrono_biases(layers: Iterable[nn.Module], longest: int, source: torch.Generator) -> None:
    """Let the units of LSTM layers start with memories of 1 to ``longest`` − 1 steps, so that some can keep time.

    The chrono initialisation of Tallec & Ollivier (2018): b_f = ln u with u uniform in [1, T_max − 1], and b_i = −b_f.

    Args:
        layers: ``nn.LSTM`` of one layer each.
        longest: T_max in steps, at least 2.
        source: of u.

    Raises:
        FamilyError: if ``longest`` is too small or a layer is no LSTM.
    """
    if longest < 2:
        raise FamilyError(f"the longest memory is 2 steps or more, got {longest}")
    for layer in layers:
        if not isinstance(layer, nn.LSTM):
            raise FamilyError("only an LSTM has forget gates to set")
        size, weights = layer.hidden_size, weights_of(layer)
        forget = (1 + (longest - 2) * torch.rand(size, generator=source)).log()
        weights.input_bias[: 2 * size] = torch.cat([-forget, forget])
        weights.hidden_bias[: 2 * size] = 0.0


FAMILY = Family(
    id="recurrent",
    build=LanguageModel,
    title={"en": "Character model", "zh": "字符模型"},
    plural={"en": "Character models", "zh": "字符模型"},
    limits="Writes character by character what often follows: spelling and layout hold, meaning does not.",
    files=("texts.json", "marks.safetensors", "memory.safetensors", "map.safetensors"),
    evaluation="text",
    commands=("language-model",),
)

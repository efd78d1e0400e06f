"""Note models: an LSTM or GRU that predicts a melody's next note, its pitch first and then its duration.

p(melody) = Π p(pitch | notes before) · p(duration | pitch, notes before): trained by likelihood on what adversarial
training gets, so that the two can be compared (Mogren 2016, section 4).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.families.cells import CELLS, Quantities
from explorer.families.descriptor import Family
from explorer.families.errors import FamilyError
from explorer.families.recurrent import State, cell_layer, weights_of
from explorer.families.sequences import END, Notes, sequence_kind
from explorer.graph.layers import linear_layer
from explorer.graph.network import Network


class NoteModel(nn.Module):
    """p(next note | all before).

    Args:
        sequence: notes, as :func:`explorer.families.sequences.sequence_kind` reads them.
        cell: "gru" or "lstm".
        hidden_size: H, units in each layer.
        layers: 1 or 2.
        pitch_size: E_p, numbers that stand for a pitch.
        duration_size: E_d, numbers that stand for a duration.
        dropout: share of inputs of each layer and of the heads that training sets to zero (Zaremba et al. 2014).

    Raises:
        FamilyError: if an argument is out of range.
    """

    def __init__(
        self,
        sequence: dict[str, Any],
        cell: str = "lstm",
        hidden_size: int = 128,
        layers: int = 1,
        pitch_size: int = 24,
        duration_size: int = 8,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        notes = sequence_kind(sequence)
        if not isinstance(notes, Notes):
            raise FamilyError("a note model's sequence is of notes, not a signal")
        if cell not in ("gru", "lstm") or layers not in (1, 2):
            raise FamilyError(f"expected 1 or 2 layers of gru or lstm cells, got {layers} of {cell!r}")
        if min(hidden_size, pitch_size, duration_size) < 1 or not 0 <= dropout < 1:
            raise FamilyError("expected sizes of at least 1 and a dropout in [0, 1)")
        self.sequence = notes
        self.cell, self.hidden_size, self.layers = cell, hidden_size, layers
        self.quantities = CELLS[cell].quantities
        self.pitch_embedding = nn.Embedding(notes.pitch_tokens, pitch_size)
        self.duration_embedding = nn.Embedding(notes.duration_tokens, duration_size)
        widths = (pitch_size + duration_size, *[hidden_size] * layers)
        self.recurrent = nn.ModuleList(
            CELLS[cell].fused(before, after, batch_first=True) for before, after in pairwise(widths)
        )
        self.dropout = nn.Dropout(dropout)
        self.pitch_head = nn.Linear(hidden_size, notes.pitch_tokens)
        self.duration_head = nn.Linear(hidden_size + pitch_size, notes.duration_tokens)

    def embed_notes(self, tokens: Tensor) -> Tensor:
        """The first layer's input (…, E_p + E_d) for notes (…, 2): a pitch's token, then a duration's."""
        return torch.cat([self.pitch_embedding(tokens[..., 0]), self.duration_embedding(tokens[..., 1])], -1)

    def initial_state(self, rows: int) -> State:
        """All zeros: the state before anything is read."""
        zeros = self.pitch_head.weight.new_zeros(rows, self.hidden_size)
        return tuple(tuple(zeros for _ in CELLS[self.cell].state) for _ in range(self.layers))

    def hidden(self, tokens: Tensor) -> Tensor:
        """The top layer's hidden states (N, T, H) after each of the notes (N, T, 2), read from the zero state."""
        return self._recur(self.embed_notes(tokens))

    def _recur(self, inputs: Tensor) -> Tensor:
        hidden: Tensor = self.dropout(inputs)
        for layer in self.recurrent:
            hidden = self.dropout(layer(hidden)[0])
        return hidden

    def predict_pitch(self, hidden: Tensor) -> Tensor:
        """ln p (…, P) of the next note's pitch token for the top layer's hidden states (…, H)."""
        return F.log_softmax(self.pitch_head(hidden), -1)

    def predict_duration(self, hidden: Tensor, pitch: Tensor) -> Tensor:
        """ln p (…, D) of the next note's duration where its pitch token (…) is known: −∞ for what it cannot have.

        The end has duration 0; every other pitch token has one of the others.
        """
        logits = self.duration_head(torch.cat([hidden, self.pitch_embedding(pitch)], -1))
        ends = (pitch == END)[..., None]
        none = torch.arange(logits.shape[-1], device=logits.device) == 0
        return F.log_softmax(logits.masked_fill(ends != none, -torch.inf), -1)

    def log_probability(self, tokens: Tensor) -> Tensor:
        """ln p of each note (N, T), in nats, for melodies (N, T, 2), of which each begins the melody of its row."""
        start = torch.zeros_like(tokens[:, :1])
        hidden = self.hidden(torch.cat([start, tokens[:, :-1]], 1))
        pitch, duration = tokens[..., 0], tokens[..., 1]
        of_pitch = self.predict_pitch(hidden).gather(-1, pitch[..., None])[..., 0]
        of_duration = self.predict_duration(hidden, pitch).gather(-1, duration[..., None])[..., 0]
        return of_pitch + of_duration

    def step(self, x: Tensor, state: State) -> list[Quantities]:
        """One step by the cells' own equations: each layer's quantities (N, H).

        Args:
            x: (N, E_p + E_d), from :meth:`embed_notes`.
            state: before the step.
        """
        computed = []
        for layer, before in zip(self.recurrent, state, strict=True):
            computed.append(CELLS[self.cell].step(x, before, weights_of(layer)))
            x = computed[-1]["hidden"]
        return computed

    def state_of(self, computed: list[Quantities]) -> State:
        """The state that the next step reads, of what :meth:`step` returned."""
        return tuple(tuple(layer[name] for name in CELLS[self.cell].state) for layer in computed)

    def networks(self) -> dict[str, Network]:
        """The recurrent layers and the two heads, as ``graph.json`` has them."""
        size = self.pitch_embedding.embedding_dim + self.duration_embedding.embedding_dim
        layers = [cell_layer(self.cell, f"recurrent.{index}") for index in range(self.layers)]
        heads = {"pitch": self.pitch_head, "duration": self.duration_head}
        return {"notes": Network((size,), (self.hidden_size,), layers, self._recur)} | {
            name: Network((head.in_features,), (head.out_features,), [linear_layer(f"{name}_head")], head)
            for name, head in heads.items()
        }


FAMILY = Family(
    id="notes",
    build=NoteModel,
    title={"en": "Note model", "zh": "音符模型"},
    plural={"en": "Note model", "zh": "音符模型"},
    limits="Writes note by note what often follows: steps and rhythms hold, a plan for the whole melody does not.",
    files=("evaluation.json",),
    evaluation="sequences",
    commands=("note-model",),
)

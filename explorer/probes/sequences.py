"""Seeds → noise → sequences, and seeds → melodies note by note, by the same arithmetic as the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.families.notes import NoteModel
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import END, FIRST_PITCH, Notes
from explorer.philox import normals, uniforms
from explorer.probes.samples import NOISE, label
from explorer.traces import Floats, Integers
from explorer.traces.sequences import Melodies, Signals

WRITING = 20
"""Stream of the uniforms that pick notes."""
ROWS = 250
"""Sequences that are generated at once."""


class SequenceError(ExplorerError):
    """A request that no sequence can answer."""


@dataclass(frozen=True)
class Melody:
    """What a note model wrote."""

    tokens: Integers
    """(n, 2) a pitch's and a duration's token for each note; the end is not among them."""
    surprise: Floats
    """(n,) −log₂ p of each note, in bits."""
    ended: bool
    """Whether the model ended it, or the greatest length did."""


def noise(seeds: Sequence[int], length: int, size: int) -> Tensor:
    """The noise (N, length, size) float32 of each seed: normals of stream 0, step by step."""
    rows = [normals(seed, NOISE, length * size).reshape(length, size) for seed in seeds]
    return torch.from_numpy(np.stack(rows).astype(np.float32))


def labels(seeds: Sequence[int], shares: Sequence[float] | None) -> Tensor | None:
    """One-hot labels (N, K) of seeds whose class is drawn, or None for a model without classes."""
    return None if shares is None else torch.from_numpy(np.stack([label(seed, shares) for seed in seeds]))


@torch.no_grad()
def generate(model: RecurrentGAN, seeds: Sequence[int], label: Tensor | None = None) -> Tensor:
    """The network's sequences (N, T, C) of each seed, T the length that the model was trained on.

    Args:
        model: a recurrent GAN.
        seeds: from 0 to 2⁵³ − 1 each.
        label: (N, K), where the model is conditional.
    """
    parts = []
    for start in range(0, len(seeds), ROWS):
        rows = slice(start, start + ROWS)
        drawn = noise(seeds[rows], model.sequence.length, model.latent_size)
        parts.append(model.generate_sequences(drawn, None if label is None else label[rows]))
    return torch.cat(parts)


@torch.no_grad()
def write_melodies(
    model: NoteModel, seeds: Sequence[int], temperature: float = 1.0, longest: int | None = None
) -> list[Melody]:
    """Let a model write one melody for each seed, all side by side.

    Args:
        model: its dropout plays no part.
        seeds: from 0 to 2⁵³ − 1; note n takes the uniforms 0 and 1 of stream 20, index n.
        temperature: logits are divided by it; 0 takes the most probable tokens.
        longest: notes after which a melody is cut; by default, as many as the model's sequences have.

    Raises:
        SequenceError: if the temperature is not finite or below 0.
    """
    if not (math.isfinite(temperature) and temperature >= 0):
        raise SequenceError(f"the temperature must be a number of 0 or more, got {temperature}")
    model.eval()
    state = model.initial_state(len(seeds))
    last = torch.zeros(len(seeds), 2, dtype=torch.long)
    written: list[list[tuple[Tensor, float]]] = [[] for _ in seeds]
    ended = np.zeros(len(seeds), bool)
    for n in range(longest or model.sequence.length):
        computed = model.step(model.embed_notes(last), state)
        state, top = model.state_of(computed), computed[-1]["hidden"]
        draws = np.stack([uniforms(seed, WRITING, 2, n) for seed in seeds])
        of_pitch = model.predict_pitch(top).double().numpy()
        pitch = torch.from_numpy(pick_rows(of_pitch, draws[:, 0], temperature))
        of_duration = model.predict_duration(top, pitch).double().numpy()
        duration = torch.from_numpy(pick_rows(of_duration, draws[:, 1], temperature))
        last = torch.stack([pitch, duration], 1)
        ended |= last[:, 0].numpy() == END
        for row in np.flatnonzero(~ended):
            bits = -(of_pitch[row, pitch[row]] + of_duration[row, duration[row]]) / math.log(2)
            written[row].append((last[row], float(bits)))
        if ended.all():
            break
    return [_melody(notes, bool(over)) for notes, over in zip(written, ended, strict=True)]


def trace_sequences(
    model: RecurrentGAN | NoteModel, seeds: Sequence[int], label: Tensor | None = None, temperature: float = 1.0
) -> Signals | Melodies:
    """What a model generates for each seed, in true units.

    Args:
        model: of signals or melodies.
        seeds: from 0 to 2⁵³ − 1 each.
        label: (N, K), where the model is conditional.
        temperature: of a note model, as in :func:`write_melodies`.
    """
    if isinstance(model, NoteModel):
        written = write_melodies(model, seeds, temperature)
        return _melodies(model.sequence, seeds, [melody.tokens for melody in written])
    drawn = generate(model, seeds, label)
    if isinstance(model.sequence, Notes):
        return _melodies(model.sequence, seeds, model.sequence.melodies(drawn))
    seconds = np.arange(model.sequence.length) / model.sequence.rate
    return Signals(np.array(seeds, np.int64), seconds, model.sequence.values(drawn).numpy(), model.sequence.unit)


def _melodies(notes: Notes, seeds: Sequence[int], melodies: Sequence[Integers]) -> Melodies:
    """Tokens (n, 2) of each seed's notes in quarter notes and MIDI numbers."""
    lasting = np.array(notes.durations)
    number = np.array([0] * FIRST_PITCH + list(notes.pitches), np.int64)  # a rest's number is 0
    durations = [lasting[tokens[:, 1]] for tokens in melodies]
    return Melodies(
        seed=np.repeat(np.array(seeds, np.int64), [len(tokens) for tokens in melodies]),
        start=np.concatenate([np.cumsum(each) - each for each in durations]),
        duration=np.concatenate(durations),
        midi=np.concatenate([number[tokens[:, 0]] for tokens in melodies]),
    )


def pick_rows(logits: Floats, draws: Floats, temperature: float) -> Integers:
    """For each row the first token, in order, whose cumulated probability exceeds the draw; (N,) int64.

    Args:
        logits: (N, V) float64; −∞ is never picked.
        draws: (N,) uniforms in (0, 1).
        temperature: 0 takes the greatest, of equals the first.
    """
    if temperature == 0:
        greatest: Integers = logits.argmax(1)
        return greatest
    scaled = (logits - logits.max(1, keepdims=True)) / temperature
    cumulated = np.exp(scaled).cumsum(1)
    picked: Integers = (cumulated > draws[:, None] * cumulated[:, -1:]).argmax(1)
    return picked


def _melody(notes: list[tuple[Tensor, float]], ended: bool) -> Melody:
    tokens = np.array([note.tolist() for note, _ in notes], np.int64).reshape(-1, 2)
    return Melody(tokens, np.array([bits for _, bits in notes]), ended)

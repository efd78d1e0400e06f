"""A finished model of sequences, measured beside real ones: what its card says, and ``explorer evaluate`` again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from explorer.datasets.sequences import MelodySplit, load_sequences
from explorer.families.notes import NoteModel
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import Notes, Signal
from explorer.metrics.sequences.melodies import Corpus, n_gram_bits
from explorer.metrics.sequences.report import Report, merged, report_melodies
from explorer.metrics.sequences.signals import report_signals, report_sines, report_transfer
from explorer.probes.sequences import generate, labels, write_melodies
from explorer.traces import Floats, Integers
from explorer.traces.measures import Estimate
from explorer.training.sequences.data import padded, windows
from explorer.training.sequences.likelihood import note_bits

SEED = 0
SIGNALS, BLOCKS = 500, 8
"""Signals of a block, and blocks of seeds."""
MELODIES = 1000
STRETCH = 32
"""Notes of the stretches that melodies are compared by."""
FIRST_SEED = 1000
"""Measured are the seeds from here on, so that none of what a page shows first is among them."""


def measure(model: RecurrentGAN | NoteModel, data: str, shares: list[float] | None = None) -> Report:
    """Measure a model on sequences of seeds that nothing else uses.

    Args:
        model: in evaluation mode.
        data: the set that it was trained on.
        shares: of the classes, where the model is conditional.

    Raises:
        DatasetError: if the set is not on this machine.
    """
    if isinstance(model, NoteModel):
        written = write_melodies(model, range(FIRST_SEED, FIRST_SEED + MELODIES))
        report = _melodies([melody.tokens for melody in written], data, model.sequence)
        return merged(_bits(model, data), report)
    kind = model.sequence
    count = SIGNALS * BLOCKS if isinstance(kind, Signal) else MELODIES
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    label = labels(seeds, shares)
    drawn = generate(model, seeds, label)
    if isinstance(kind, Notes):
        return _melodies(kind.melodies(drawn), data, kind)
    return _signals(kind.values(drawn).double().numpy(), label, data, kind)


def stretches(melodies: Sequence[Integers], length: int, seed: int) -> list[Integers]:
    """One stretch of ``length`` notes of each melody that has as many, from a seeded place."""
    random = np.random.default_rng(seed)
    starts = [int(random.integers(max(1, len(melody) - length + 1))) for melody in melodies]
    return [
        melody[start : start + length] for melody, start in zip(melodies, starts, strict=True) if len(melody) >= length
    ]


def _signals(generated: Floats, label: Tensor | None, data: str, kind: Signal) -> Report:
    """Measure signals (BLOCKS · SIGNALS, T) and, where there are classes, their labels."""
    trained, held_out = (windows(data, split, 0, label is not None) for split in ("train", "test"))
    train, test = (kind.values(each.stored).double().numpy() for each in (trained, held_out))
    reports = [report_signals(generated.reshape(BLOCKS, SIGNALS, -1), test, train, SEED)]
    if data == "sines":
        count = min(len(generated), len(test))
        reports.append(report_sines(generated[:count], test[:count]))
    if label is not None and trained.attribute is not None and held_out.attribute is not None:
        of_train, of_test = (each[1].codes.astype(np.int64) for each in (trained.attribute, held_out.attribute))
        fake = generated, label.argmax(1).numpy()
        reports.append(report_transfer(fake, (test, of_test), (train, of_train), label.shape[1], SEED))
    return merged(*reports)


def _melodies(generated: list[Integers], data: str, notes: Notes) -> Report:
    held_out, trained = _real(data)
    return report_melodies(
        stretches(generated, STRETCH, SEED),
        stretches(held_out, STRETCH, SEED),
        stretches(trained, STRETCH, SEED),
        notes,
        Corpus(trained, notes),
    )


def _bits(model: NoteModel, data: str) -> Report:
    """Bits of a held-out note, what n-grams of the training notes give it, and how far below the best of these it is.

    Hard melodies are hard for both, so that the difference is surer than the two numbers are.
    """
    kind = model.sequence
    held_out, trained = _real(data)
    of_model = np.array([float(bits.sum()) for bits in note_bits(model, padded(held_out, kind.length))])
    of_unigram, lengths = n_gram_bits(trained, held_out, kind, 1)
    of_trigram, _ = n_gram_bits(trained, held_out, kind, 3)
    bits = {
        "bits_per_note": of_model,
        "unigram_bits_per_note": of_unigram,
        "trigram_bits_per_note": of_trigram,
        "bits_below_trigram": of_trigram - of_model,
    }
    return Report({name: _per_note(each, lengths) for name, each in bits.items()}, {})


def _real(data: str) -> tuple[tuple[Integers, ...], tuple[Integers, ...]]:
    """Held-out melodies, and those of the training."""
    held_out, trained = (load_sequences(data, split) for split in ("test", "train"))
    assert isinstance(held_out, MelodySplit)
    assert isinstance(trained, MelodySplit)
    return held_out.melodies, trained.melodies


def _per_note(bits: Floats, lengths: Integers) -> Estimate:
    """Bits over notes, with a 95 % interval by resampling whole melodies."""
    random = np.random.default_rng(SEED)
    chosen = random.integers(len(bits), size=(1000, len(bits)))
    low, high = np.quantile(bits[chosen].sum(1) / lengths[chosen].sum(1), [0.025, 0.975])
    return Estimate(float(bits.sum() / lengths.sum()), float(low), float(high), int(lengths.sum()), "bits per note")

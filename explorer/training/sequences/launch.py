"""One run over sequences from settings to a checkpoint folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.datasets.sequences import MelodySplit, find_sequences, load_sequences
from explorer.families.notes import NoteModel
from explorer.families.recurrent import set_chrono_biases
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import Notes, described, sequence_kind
from explorer.training.adversarial import GANStep, optimisers
from explorer.training.fits import check_batch, check_weights
from explorer.training.folder import claimed
from explorer.training.seeding import seeded_generator
from explorer.training.sequences import adversarial, likelihood
from explorer.training.sequences.data import padded, windows
from explorer.training.sequences.finish import finish
from explorer.training.sequences.likelihood import NoteStep
from explorer.training.sequences.recorder import GANRecorder, NoteRecorder
from explorer.training.sequences.run import SequenceRun
from explorer.training.sequences.settings import NoteSettings, RecurrentGANSettings
from explorer.training.settings import TrainingError

CHRONO = 4
"""Purpose of the random numbers that the memories of a generator's units start with; 0 to 3 are the steps'."""


def train_recurrent_gan(
    settings: RecurrentGANSettings,
    out: Path,
    *,
    replace: bool = False,
    progress: Callable[[GANStep, int], None] = lambda step, total: None,
) -> None:
    """Train, or go on with, the run in ``out`` and turn it into a checkpoint folder.

    Args:
        settings: the run.
        out: its folder.
        replace: remove what an earlier training wrote to ``out``.
        progress: called after every step with the step and the total.

    Raises:
        TrainingError: on settings that cannot be trained with, another run or a finished model in ``out``, or a loss
            that is not finite.
        DatasetError: if the sequences are not on this machine.
    """
    real, held_out = (
        windows(settings.data, split, settings.length, settings.conditional) for split in ("train", "test")
    )
    if settings.moment_matching and isinstance(real.kind, Notes):
        raise TrainingError("--moment-matching is of signals: a note is there or not")
    shares = None
    if real.attribute is not None:
        _, attribute = real.attribute
        counts = np.bincount(attribute.codes, minlength=len(attribute.values))  # a class may have no sequence
        shares = (counts / counts.sum()).tolist()
    arguments = settings.model_arguments(described(real.kind), 0 if shares is None else len(shares))
    check_batch(settings.batch, len(real.stored), "sequences")
    check_weights(lambda: RecurrentGAN(**arguments))
    torch.manual_seed(settings.seed)
    model = RecurrentGAN(**arguments)
    if settings.chrono:
        set_chrono_biases(model.generator.recurrent, settings.chrono, seeded_generator(settings.seed, CHRONO))
    networks = adversarial.SequenceNetworks(model, RecurrentGAN(**arguments))
    updates = optimisers(networks.model, settings)
    with claimed(out, replace):
        recorder = GANRecorder(out / "state" / "moments", settings.steps, settings.loss, held_out, real, shares)
        run = SequenceRun(settings, settings.steps, out, networks, networks.average, updates, recorder, GANStep)
        run.begin()
        for step in adversarial.train_steps(networks, updates, real, settings, run.step):
            run.follow(step)
            progress(step, settings.steps)
        finish(run, networks.average, arguments, real, held_out, out)


def train_note_model(
    settings: NoteSettings,
    out: Path,
    *,
    replace: bool = False,
    progress: Callable[[NoteStep, int], None] = lambda step, total: None,
) -> None:
    """Train, or go on with, the run in ``out`` and turn it into a checkpoint folder.

    Args:
        settings: the run.
        out: its folder.
        replace: remove what an earlier training wrote to ``out``.
        progress: called after every step with the step and the total.

    Raises:
        TrainingError: on settings that cannot be trained with, another run or a finished model in ``out``, or a loss
            that is not finite.
        DatasetError: if the melodies are not on this machine.
    """
    sequence: dict[str, Any] = find_sequences(settings.data).sequence
    splits = [load_sequences(settings.data, split) for split in ("train", "test")]
    melodies = [
        padded(split.melodies, sequence_kind(sequence).length) for split in splits if isinstance(split, MelodySplit)
    ]
    if len(melodies) < len(splits):
        raise TrainingError(f"a note model is trained on melodies, and {settings.data} are signals")
    arguments = settings.model_arguments(sequence)
    check_batch(settings.batch, len(melodies[0]), "melodies")
    check_weights(lambda: NoteModel(**arguments))
    torch.manual_seed(settings.seed)
    model = NoteModel(**arguments)
    updates = likelihood.optimiser(model, settings)
    with claimed(out, replace):
        recorder = NoteRecorder(out / "state" / "moments", settings.steps, melodies[1])
        run = SequenceRun(settings, settings.steps, out, model, model, {"model": updates}, recorder, NoteStep)
        run.begin()
        for step in likelihood.train_steps(model, updates, melodies[0], settings, run.step):
            run.follow(step)
            progress(step, settings.steps)
        finish(run, model, arguments, None, None, out)

"""``explorer train recurrent-gan, note-model``: train models of sequences, resumably; and what they draw, as tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.cli.gan import adversarial_losses
from explorer.cli.runs import train_run

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint
    from explorer.families.sequences import Notes
    from explorer.traces import Integers
    from explorer.training.sequences.likelihood import NoteStep

Data = Annotated[str, typer.Option(help="Set of sequences; see `explorer data list`.")]
Out = Annotated[Path, typer.Option(help="Folder of the run, and of the checkpoint that it becomes.")]
Threads = Annotated[int, typer.Option(min=1, help="CPU threads.")]


def recurrent_gan(
    data: Data,
    out: Out,
    latent: Annotated[int, typer.Option(help="Noise numbers of a step.")] = 5,
    conditional: Annotated[bool, typer.Option("--conditional", help="Give both networks the data's classes.")] = False,
    length: Annotated[int, typer.Option(help="Notes of a sequence; 0 for the data's own length.")] = 0,
    cell: Annotated[str, typer.Option(help="gru or lstm.")] = "lstm",
    hidden_size: Annotated[int, typer.Option(help="Units in each layer of the generator.")] = 100,
    layers: Annotated[int, typer.Option(help="Of the generator, 1 or 2.")] = 1,
    discriminator_size: Annotated[int, typer.Option(help="Units of each direction of the discriminator.")] = 100,
    chrono: Annotated[
        int,
        typer.Option(help="Longest memory, in steps, that G's LSTM starts with (Tallec & Ollivier 2018); 0: torch's."),
    ] = 0,
    minibatch_features: Annotated[
        int, typer.Option(help="By which D compares the sequences of a batch (Salimans et al. 2016); 0 for none.")
    ] = 0,
    feature_matching: Annotated[
        float, typer.Option(help="Weight of G's feature matching (Salimans et al. 2016); 0 for none.")
    ] = 0.0,
    straight_through: Annotated[
        bool, typer.Option("--straight-through", help="Show D the notes themselves, not their probabilities.")
    ] = False,
    steps: Annotated[int, typer.Option(help="Generator updates.")] = 10_000,
    batch: Annotated[int, typer.Option(help="Real sequences, and generated ones, per step.")] = 64,
    loss: Annotated[
        str,
        typer.Option(help="minimax, non_saturating, least_squares, hinge, wasserstein_clip or wasserstein_penalty."),
    ] = "non_saturating",
    generator_optimiser: Annotated[str, typer.Option(help="sgd, momentum, rmsprop or adam.")] = "adam",
    discriminator_optimiser: Annotated[str, typer.Option(help="sgd, momentum, rmsprop or adam.")] = "adam",
    generator_rate: Annotated[float, typer.Option(help="Learning rate of G.")] = 1e-3,
    discriminator_rate: Annotated[float, typer.Option(help="Learning rate of D.")] = 1e-3,
    beta1: Annotated[float, typer.Option(help="Of Adam.")] = 0.5,
    beta2: Annotated[float, typer.Option(help="Of Adam.")] = 0.99,
    decay: Annotated[
        float, typer.Option(help="Share of the steps over which the rates fall to zero at the end.")
    ] = 0.4,
    discriminator_steps: Annotated[int, typer.Option(help="D updates per G update.")] = 1,
    clip: Annotated[float, typer.Option(help="D's weights stay within ± this (wasserstein_clip).")] = 0.01,
    penalty: Annotated[float, typer.Option(help="λ of the gradient penalty (wasserstein_penalty).")] = 10.0,
    real_penalty: Annotated[float, typer.Option(help="γ of R1, at every 16th step; 0 for none.")] = 0.0,
    average: Annotated[float, typer.Option(help="Weight of the past in G's moving average, which ships.")] = 0.998,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 0,
    threads: Threads = 1,
) -> None:
    """Train a recurrent GAN of signals or melodies (Esteban et al. 2017; Mogren 2016)."""
    given = dict(locals())
    from explorer.training.sequences.launch import train_recurrent_gan
    from explorer.training.sequences.settings import RecurrentGANSettings

    train_run(train_recurrent_gan, RecurrentGANSettings, given, adversarial_losses)


def note_model(
    data: Data,
    out: Out,
    cell: Annotated[str, typer.Option(help="gru or lstm.")] = "lstm",
    hidden_size: Annotated[int, typer.Option(help="Units in each layer.")] = 128,
    layers: Annotated[int, typer.Option(help="1 or 2.")] = 1,
    pitch_size: Annotated[int, typer.Option(help="Numbers that stand for a pitch.")] = 24,
    duration_size: Annotated[int, typer.Option(help="Numbers that stand for a duration.")] = 8,
    dropout: Annotated[float, typer.Option(help="Share of each layer's inputs, and the heads', set to zero.")] = 0.3,
    steps: Annotated[int, typer.Option(help="Updates.")] = 2000,
    batch: Annotated[int, typer.Option(help="Melodies per step.")] = 32,
    learning_rate: Annotated[float, typer.Option(help="After the warm-up; falls to zero along a cosine.")] = 3e-3,
    warm_up: Annotated[int, typer.Option(help="Steps over which the learning rate rises.")] = 50,
    clip: Annotated[float, typer.Option(help="Longest gradient, as an L2 norm.")] = 1.0,
    weight_decay: Annotated[float, typer.Option(help="Decoupled weight decay.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 0,
    threads: Threads = 1,
) -> None:
    """Train a model of melodies, note by note, by likelihood."""
    given = dict(locals())
    from explorer.training.sequences.launch import train_note_model
    from explorer.training.sequences.settings import NoteSettings

    def shown(step: NoteStep) -> dict[str, str]:
        return {"nats": f"{step.loss:.3f}"}

    train_run(train_note_model, NoteSettings, given, shown)


def write_sequences(
    checkpoint: Checkpoint,
    out: Path | None,
    as_json: bool,
    seed: int,
    count: int,
    label: str | None,
    temperature: float | None,
) -> None:
    """Sequences of the seeds from ``seed`` on: a table (.csv) or arrays (.npz); the same rows to the screen as JSON.

    A row of a signal is the sequence's seed, the time in seconds and the value; of a melody, the seed, start and
    in quarter notes, and the MIDI number (0 for a rest).

    Raises:
        ExplorerError: if nothing says where to, or an option is one that the model does not take.
    """
    import csv

    import numpy as np

    from explorer.cli.output import ending
    from explorer.errors import ExplorerError

    if out is None and not as_json:
        raise ExplorerError("say where to with --out FILE.csv or --out FILE.npz, or print the rows with --json")
    kind = None if out is None else ending(out, (".csv", ".npz"))
    if count < 1:
        raise ExplorerError(f"--count must be at least 1, got {count}")
    columns, rows = _rows(checkpoint, list(range(seed, seed + count)), label, temperature)
    if as_json:
        typer.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows]))
    if out is not None and kind == ".npz":
        table = np.array(rows, np.float64).reshape(-1, len(columns))
        np.savez(out, allow_pickle=False, **{name: table[:, index] for index, name in enumerate(columns)})
    elif out is not None:
        with out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows])


def _rows(
    checkpoint: Checkpoint, seeds: list[int], label: str | None, temperature: float | None
) -> tuple[tuple[str, ...], list[tuple[float, ...]]]:
    """The names of the columns, and one row for each sample or note."""
    import torch

    from explorer.cli.output import refuse_options
    from explorer.families.notes import NoteModel
    from explorer.families.sequences import Notes
    from explorer.probes.samples import parse_label
    from explorer.probes.sequences import generate, labels, write_melodies

    model, condition = checkpoint.model, checkpoint.config.condition
    if isinstance(model, NoteModel):
        refuse_options(checkpoint, label=label)
        written = write_melodies(model, seeds, 1.0 if temperature is None else temperature)
        return _note_rows(model.sequence, seeds, [melody.tokens for melody in written])
    refuse_options(checkpoint, temperature=temperature, **({} if condition else {"label": label}))
    chosen = labels(seeds, condition["shares"] if condition else None)
    if condition and label is not None:
        chosen = torch.from_numpy(parse_label(label, condition["values"])).expand(len(seeds), -1)
    drawn = generate(model, seeds, chosen)
    if isinstance(model.sequence, Notes):
        return _note_rows(model.sequence, seeds, model.sequence.melodies(drawn))
    values, rate = model.sequence.values(drawn).tolist(), model.sequence.rate
    rows: list[tuple[float, ...]] = [
        (seed, t / rate, value) for seed, row in zip(seeds, values, strict=True) for t, value in enumerate(row)
    ]
    return ("seed", "seconds", "value"), rows


def _note_rows(
    notes: Notes, seeds: list[int], melodies: list[Integers]
) -> tuple[tuple[str, ...], list[tuple[float, ...]]]:
    rows: list[tuple[float, ...]] = []
    for seed, melody in zip(seeds, melodies, strict=True):
        start = 0.0
        for pitch, duration in melody.tolist():
            lasts = notes.durations[duration]
            rows.append((seed, start, lasts, 0 if pitch == 1 else notes.pitches[pitch - 2]))
            start += lasts
    return ("seed", "start", "duration", "midi"), rows

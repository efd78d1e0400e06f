"""One character model's run from settings to a checkpoint folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from explorer.datasets import load_text
from explorer.families.recurrent import START
from explorer.training.fits import check_weights
from explorer.training.folder import claimed
from explorer.training.language.analysis import analyse
from explorer.training.language.evaluation import training_text
from explorer.training.language.finish import finish
from explorer.training.language.recorder import LanguageRecorder
from explorer.training.language.run import LanguageRun
from explorer.training.language.settings import LanguageSettings
from explorer.training.language.steps import Carried, LanguageStep, Streams, build, optimiser, train_steps, vocabulary
from explorer.training.language.texts import words_of


def train_language_model(
    settings: LanguageSettings,
    out: Path,
    *,
    replace: bool = False,
    progress: Callable[[LanguageStep, int], None] = lambda step, total: None,
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
        DatasetError: if the text is not on this machine.
    """
    text = load_text(settings.data)
    training = training_text(text, settings.supplement)
    characters = vocabulary(training, settings.minimum_count)
    check_weights(lambda: build(settings, characters))
    model = build(settings, characters)
    carried = Carried(model, settings.batch)
    updates = optimiser(model, settings)
    tokens = model.encode_text(training)
    streams = Streams(tokens, settings, model.tokens[START])
    with claimed(out, replace):
        recorder = LanguageRecorder(
            out / "state" / "moments", settings.steps, words_of(settings.data).prompt, text.held_out
        )
        run = LanguageRun(settings, out, carried, updates, recorder)
        run.begin(streams)
        for step in train_steps(carried, updates, tokens, settings, run.step):
            run.follow(step)
            progress(step, settings.steps)
        finish(run, text, out)
        analyse(out)

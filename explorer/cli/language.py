"""``explorer train language-model``: train a model of characters, resumably."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.cli.runs import train_run

if TYPE_CHECKING:
    from explorer.training.language.steps import LanguageStep


def language_model(
    data: Annotated[str, typer.Option(help="Text; see `explorer data list`.")],
    out: Annotated[Path, typer.Option(help="Folder of the run, and of the checkpoint that it becomes.")],
    cell: Annotated[str, typer.Option(help="rnn, gru or lstm.")] = "lstm",
    hidden_size: Annotated[int, typer.Option(help="Units in each layer.")] = 256,
    layers: Annotated[int, typer.Option(help="1 to 3.")] = 1,
    embedding_size: Annotated[int, typer.Option(help="Numbers that stand for a character; 0 for one-hot.")] = 64,
    dropout: Annotated[float, typer.Option(help="Share of each layer's inputs, and the output's, set to zero.")] = 0.0,
    tied: Annotated[bool, typer.Option("--tied", help="The output layer's matrix is the embedding's.")] = False,
    forget_bias: Annotated[float, typer.Option(help="Of an LSTM's forget gates at the start.")] = 1.0,
    batch: Annotated[int, typer.Option(help="Streams that the text is read in side by side.")] = 32,
    length: Annotated[int, typer.Option(help="Characters of a step, through which gradients go back.")] = 128,
    steps: Annotated[int, typer.Option(help="Updates, each of batch × length characters.")] = 3000,
    learning_rate: Annotated[float, typer.Option(help="After the warm-up; falls to zero along a cosine.")] = 3e-3,
    warm_up: Annotated[int, typer.Option(help="Steps over which the learning rate rises.")] = 100,
    clip: Annotated[float, typer.Option(help="Longest gradient, as an L2 norm.")] = 1.0,
    weight_decay: Annotated[float, typer.Option(help="Decoupled weight decay.")] = 0.0,
    minimum_count: Annotated[int, typer.Option(help="Rarer characters of the text are read as unknown.")] = 1,
    supplement: Annotated[bool, typer.Option("--supplement", help="Train on the text's supplement, too.")] = False,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 1,
) -> None:
    """Train a model of characters: a simple recurrent network, a GRU or an LSTM."""
    given = dict(locals())
    from explorer.training.language.launch import train_language_model
    from explorer.training.language.settings import LanguageSettings

    def shown(step: LanguageStep) -> dict[str, str]:
        return {"bits": f"{step.bits_per_character:.3f}"}

    train_run(train_language_model, LanguageSettings, given, shown)

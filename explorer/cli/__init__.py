"""The command line: ``explorer COMMAND``. Commands import what they need when they run, so that help comes at once."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from explorer.cli import analysis, data, export, models, train
from explorer.cli import app as app_command
from explorer.errors import ExplorerError

app = typer.Typer(
    help="Open trained generative models and handle them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(data.app, name="data")
app.add_typer(train.app, name="train")
app.command("app")(app_command.app)
app.command("list")(models.list_checkpoints)
app.command("evaluate")(models.evaluate)
app.command("analyse")(analysis.analyse)
app.command("sample")(models.sample)
app.command("trace")(models.trace)
app.command("export")(export.export)


def main() -> None:
    """Runs the command line; an error that the user can act upon is one line and exit code 1."""
    try:
        _check_words(sys.argv)
        app()
    except ExplorerError as error:
        _stop(str(error))
    except OSError as error:  # a full disk, a folder that is read-only, a file that is a folder
        _stop(f"{error.filename or 'the system'}: {error.strerror or error}")
    except (MemoryError, RuntimeError) as error:  # torch's own is a RuntimeError
        if isinstance(error, RuntimeError) and "memory" not in str(error):
            raise
        _stop("there is not enough memory for that: choose smaller sizes or counts")


def _stop(message: str) -> NoReturn:
    typer.echo(f"error: {ExplorerError(message)}", err=True)
    sys.exit(1)


def _check_words(words: list[str]) -> None:
    """Refuse arguments that no card, title or file name can repeat."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise ExplorerError(f"arguments are text in UTF-8, got {word!r}") from error

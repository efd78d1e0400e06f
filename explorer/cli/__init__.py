"""The command line: ``explorer COMMAND``. Commands import what they need when they run, so that help comes at once."""

from __future__ import annotations

import sys

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
        app()
    except ExplorerError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)

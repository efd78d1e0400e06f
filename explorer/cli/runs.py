"""What the ``explorer train`` commands of resumable runs share: settings from options, and a bar of progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from explorer.training.settings import RunSettings


def train_run(
    run: Callable[..., None],
    settings: type[RunSettings],
    given: dict[str, Any],
    shown: Callable[[Any], dict[str, str]],
    **machine: Any,
) -> None:
    """Train what the options of a command describe, with a bar of progress, and say where the result is.

    Args:
        run: of ``explorer.training``; takes settings, the folder, ``machine`` and ``progress``.
        settings: its dataclass; each field is taken from the option of its name.
        given: the command's options, ``out`` and ``threads`` among them.
        shown: the numbers beside the bar, by name, from a step.
        machine: where it is trained.

    Raises:
        TrainingError: see ``run``; and on settings that cannot be trained with.
    """
    import torch

    torch.set_num_threads(given["threads"])
    out: Path = given["out"]
    chosen = settings(**{entry.name: given[entry.name] for entry in fields(settings)})  # type: ignore[arg-type]
    with _bar(shown) as progress:
        run(chosen, out, progress=progress, **machine)
    typer.echo(f"{out} is complete; look at it with: explorer app --checkpoints {out.parent}")


def whole_numbers(text: str, example: str) -> tuple[int, ...]:
    """Whole numbers above 0 joined by commas; raises TrainingError that gives an example."""
    from explorer.training.settings import TrainingError

    if not all(word.isdigit() and int(word) > 0 for word in text.split(",")):
        raise TrainingError(f"widths are whole numbers above 0 joined by commas, such as {example}; got {text!r}")
    return tuple(int(word) for word in text.split(","))


@contextmanager
def _bar(shown: Callable[[Any], dict[str, str]]) -> Iterator[Callable[[Any, int], None]]:
    """What to call with each step and the total; only the process that is called draws a bar."""
    from tqdm import tqdm

    bar: Any = None

    def progress(step: Any, total: int) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(total=total, initial=step.number - 1, unit="step", mininterval=0.5)
        bar.set_postfix(shown(step), refresh=False)
        bar.update(1)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.close()

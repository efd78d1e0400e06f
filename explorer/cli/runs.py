"""What the ``explorer train`` commands of resumable runs share: a bar of progress, and where the result is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

Replace = Annotated[bool, typer.Option("--replace", help="Remove what an earlier training wrote to --out.")]

if TYPE_CHECKING:
    from explorer.training.settings import RunSettings


def train_run(
    run: Callable[..., None],
    settings: RunSettings,
    out: Path,
    threads: int,
    replace: bool,
    shown: Callable[[Any], dict[str, str]],
    **machine: Any,
) -> None:
    """Train what the options of a command describe, with a bar of progress, and say where the result is.

    Args:
        run: of ``explorer.training``; takes settings, the folder, ``replace``, ``machine`` and ``progress``.
        settings: of the run.
        out: its folder.
        threads: of the CPU, in each process.
        replace: remove what an earlier training wrote to ``out``.
        shown: the numbers beside the bar, by name, from a step.
        machine: where it is trained.

    Raises:
        TrainingError: see ``run``.
    """
    import torch

    torch.set_num_threads(threads)
    with progress_bar(shown) as progress:
        run(settings, out, replace=replace, progress=progress, **machine)
    typer.echo(f"{out} is complete; look at it with: explorer app --checkpoints {out.parent}")


@contextmanager
def progress_bar(shown: Callable[[Any], dict[str, str]]) -> Iterator[Callable[[Any, int], None]]:
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

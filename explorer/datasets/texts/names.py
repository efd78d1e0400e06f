"""Names: surnames and first names of the 1990 census of the United States, one a line, each once.

They come in upper case without spaces and are written with one capital, so that McDonald is Mcdonald. They stand in an
order that means nothing: in the census's order (how common) or the alphabet's, each name would tell of the next.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

from explorer.datasets.clients import fetch_pip_package
from explorer.datasets.store import DatasetError
from explorer.datasets.texts.text import Text, read_text, stable_hash

FILES = ("dist.all.last", "dist.female.first", "dist.male.first")
HELD_OUT_SHARE = 20
SPLIT = f"held out: every name whose SHA-256 is a multiple of {HELD_OUT_SHARE}"


def read_names(archive: tarfile.TarFile) -> Text:
    """The names in the package's archive, in the order of their SHA-256; raises DatasetError where lines have none."""
    names: set[str] = set()
    for file in FILES:
        for number, line in enumerate(read_text(archive, f"names-0.3.0/names/{file}").splitlines(), 1):
            name = line.split(" ")[0]  # then its share, the cumulated share, its rank
            if not (name.isascii() and name.isalpha() and name.isupper()):
                raise DatasetError(f"line {number} of {file} does not begin with a name: '{line}'")
            names.add(name.capitalize())
    ordered = sorted(names, key=stable_hash)
    held_out = [name for name in ordered if stable_hash(name) % HELD_OUT_SHARE == 0]
    train = [name for name in ordered if stable_hash(name) % HELD_OUT_SHARE != 0]
    return Text("\n".join([*train, ""]), "\n".join([*held_out, ""]))


def prepare_names(workspace: Path) -> Text:
    """The names; see the module."""
    sha256 = "726e46254f2ed03f1ffb5d941dae3bc67c35123941c29becd02d48d0caa2a671"
    with tarfile.open(fetch_pip_package("names", "0.3.0", "names-0.3.0.tar.gz", sha256, workspace)) as archive:
        return read_names(archive)

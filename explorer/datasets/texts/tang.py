"""Tang: the regular quatrains of seven-character lines (七绝) in the Complete Tang Poems (全唐诗).

A poem is written as its two couplets, one a line, each of two times seven characters that end in ， and 。; an empty
line follows. So a column of the text is a place in the couplet, and the two couplets of a poem stand under each other.
Seven of a poem's 35 characters are given by its form, which bits per character have to be read with.

Many poems are there twice, under two names or with a few characters written differently. A poem that agrees with an
earlier one in half of its 28 places or more counts as the same and is left out: of a thousand poems set against all
others, 900 agreed with none in more than 12 places, and nearly all of the rest with some poem in 20 or more.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.datasets.clients import fetch_npm_package
from explorer.datasets.store import DatasetError
from explorer.datasets.texts.conversion import fetch_conversion
from explorer.datasets.texts.text import Text, stable_hash

FILE = re.compile(r"package/dist/quantangshi/poet\.tang\.(\d+)\.json")
FILES = 58
HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
"""Characters of the Basic Multilingual Plane, which fonts draw; 22 rarer ones cost 30 quatrains."""
COUPLET = re.compile(f"{HAN}{{7}}，{HAN}{{7}}。")
PLACES = 28
SAME = 14
HELD_OUT_SHARE = 10
SPLIT = (
    f"held out whole: the poems whose simplified text's SHA-256 is a multiple of {HELD_OUT_SHARE}; a poem that agrees "
    f"with an earlier one in {SAME} of {PLACES} places or more was left out before"
)

Codes = NDArray[np.uint16]


def read_couplets(archive: tarfile.TarFile) -> Iterator[list[str]]:
    """Every poem's couplets, as the package has them, in its order.

    The archive is read once from its beginning, and no further than needed: unpacked it is 350 MB.

    Raises:
        DatasetError: if a file is missing, or holds no list of poems.
    """
    found: dict[int, list[list[str]]] = {}
    for member in archive:
        match = FILE.fullmatch(member.name)
        file = archive.extractfile(member) if match else None
        if match and file:
            found[int(match[1])] = parse_poems(file.read(), member.name)
            if len(found) == FILES:
                break
    if len(found) < FILES:
        raise DatasetError(f"the package has {len(found)} files of Tang poems, {FILES} expected")
    for number in sorted(found):
        yield from found[number]


def parse_poems(content: bytes, name: str) -> list[list[str]]:
    """The couplets of every poem in a JSON file; ``name`` is for the message of the DatasetError."""
    try:
        poems: Any = json.loads(content)
        return [[str(couplet) for couplet in poem["paragraphs"]] for poem in poems]
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{name} is not a list of poems: {error}") from error


def regular(poems: Iterable[list[str]], couplets: int) -> list[str]:
    """The poems of that many regular couplets, a couplet a line, each poem once."""
    chosen = (poem for poem in poems if len(poem) == couplets and all(map(COUPLET.fullmatch, poem)))
    return list(dict.fromkeys("".join(f"{line}\n" for line in poem) for poem in chosen))


def codes(poems: list[str]) -> Codes:
    """The Han characters of quatrains as code points, (N, 28)."""
    marks = str.maketrans("", "", "，。\n")
    text = "".join(poems).translate(marks)
    return np.frombuffer(text.encode("utf-16-le"), np.dtype("<u2")).reshape(-1, PLACES)


def find_new(poems: Codes, known: Codes) -> NDArray[np.int64]:
    """Indices of the poems that agree with no poem of ``known``, and with no earlier one, in SAME places or more."""
    earlier = np.concatenate((known, np.empty_like(poems)))
    count, chosen = len(known), []
    for index, poem in enumerate(poems):
        if not np.any(np.count_nonzero(earlier[:count] == poem, axis=1) >= SAME):
            earlier[count] = poem
            count += 1
            chosen.append(index)
    return np.array(chosen, np.int64)


def split_poems(poems: Iterable[list[str]], convert: Callable[[str], str], traditional: bool) -> Text:
    """Quatrains split by poem; in the supplement, the halves of eight-line poems that repeat no quatrain.

    Which poems are the same and which are held out is decided on the simplified text, so that both scripts hold the
    same poems in the same places.
    """
    everything = list(poems)
    quatrains, eights = regular(everything, 2), regular(everything, 4)
    half = len(eights[0]) // 2 if eights else 0
    halves = [poem[part] for poem in eights for part in (slice(half), slice(half, None))]
    simplified, simplified_halves = [convert(poem) for poem in quatrains], [convert(poem) for poem in halves]
    distinct = find_new(codes(simplified), codes([]))
    others = find_new(codes(simplified_halves), codes(simplified)[distinct])
    held_out = {index for index in distinct.tolist() if stable_hash(simplified[index]) % HELD_OUT_SHARE == 0}
    written = quatrains if traditional else simplified
    return Text(
        train="".join(f"{written[index]}\n" for index in distinct.tolist() if index not in held_out),
        held_out="".join(f"{written[index]}\n" for index in sorted(held_out)),
        supplement="".join(f"{(halves if traditional else simplified_halves)[index]}\n" for index in others.tolist()),
    )


def prepare_tang(workspace: Path, traditional: bool = False) -> Text:
    """The quatrains in simplified or traditional characters; see the module."""
    convert = fetch_conversion(workspace)
    package = fetch_npm_package(
        "chinese-poetry", "2.0.1", "25b549e46919c3a0569db6b68ddc96956b04a484ea4518ad2bbd4f137e307e86", workspace
    )
    with tarfile.open(package, "r|gz") as archive:
        return split_poems(read_couplets(archive), convert, traditional)

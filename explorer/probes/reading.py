"""A text as a character model reads it: its tokens, and every layer's hidden states by the fused kernels."""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.families.recurrent import START, UNKNOWN, LanguageModel, State

LONGEST_TEXT = 100_000
"""Characters that are read or written at once: a trace of 256 units is then about 600 MB."""


class ReadingError(ExplorerError):
    """A text that is not read."""


def as_read(text: str) -> str:
    """The text with line feeds for other line ends, and U+FFFD for lone surrogates, which are no characters."""
    return re.sub("[\ud800-\udfff]", UNKNOWN, text.replace("\r\n", "\n").replace("\r", "\n"))


def read_file(path: Path) -> str:
    """The text in a file of UTF-8, with or without a byte order mark.

    Raises:
        ReadingError: if it is no file, too large to be read at once, or no UTF-8.
    """
    if not path.is_file():
        raise ReadingError(f"{path.name}: expected a file of text, found none")
    if path.stat().st_size > 4 * LONGEST_TEXT:  # no character has more bytes
        raise ReadingError(
            f"{path.name}: a text has at most {LONGEST_TEXT} characters, got a file of {path.stat().st_size} bytes"
        )
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(f"{path.name}: expected text in UTF-8; byte {error.start} is none") from error


def start_and(model: LanguageModel, text: str) -> Tensor:
    """Tokens (1 + T,) int64 of the line feed that the model reads first, and of a text (see :func:`as_read`).

    Raises:
        ReadingError: if the text is longer than :data:`LONGEST_TEXT`.
    """
    if len(text) > LONGEST_TEXT:
        raise ReadingError(f"a text has at most {LONGEST_TEXT} characters, got {len(text)}")
    return model.encode_text(START + as_read(text))


@torch.no_grad()
def hidden_states(model: LanguageModel, inputs: Tensor) -> tuple[list[Tensor], State]:
    """Every layer's hidden states (T, H) by the fused kernels, and the state after the last step (of one row).

    Args:
        model: dropout plays no part, whatever the model's mode.
        inputs: (T, E) the first layer's, from :meth:`LanguageModel.embed`; the state before them is zero.
    """
    hidden, after, x = [], [], inputs.unsqueeze(0)
    for layer in model.recurrent:
        x, last = layer(x)
        hidden.append(x.squeeze(0))
        after.append(tuple(part.squeeze(0) for part in (last if isinstance(last, tuple) else (last,))))
    return hidden, tuple(after)

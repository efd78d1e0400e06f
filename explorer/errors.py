"""The one base of every error that a visitor or a command line may be shown."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 290
"""Characters of a message; with "error: " before it, a line of the terminal stays below 300."""


def one_line(text: str) -> str:
    """A text as one line that any terminal and any JSON can hold, whatever it quotes.

    Line ends and control characters become spaces, lone surrogates U+FFFD.
    """
    spaced = re.sub(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*", " ", text)
    return "".join(_PLAIN.get(unicodedata.category(character), character) for character in spaced)


_PLAIN = {"Cc": " ", "Cs": "\ufffd"}


class ExplorerError(Exception):
    """Something the user can understand and act upon; its text is one clear line.

    What is quoted in it may be long: from the middle of more than :data:`LONGEST` characters, some are left out.
    """

    def __init__(self, message: str) -> None:
        line = one_line(message)
        if len(line) > LONGEST:
            half = LONGEST // 2
            line = f"{line[:half]} … {line[3 - half :]}"
        super().__init__(line)

"""Fields of settings that say themselves what they mean, for the checks and for the command line alike."""

from __future__ import annotations

import math
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

SEEDS_END = 2**53


@dataclass(frozen=True)
class Range:
    """Finite numbers from ``low`` to ``high``."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    """Without ``low`` itself."""
    below: bool = False
    """Without ``high`` itself."""
    noun: str = ""
    """What such a number is, as an error says it."""

    def __contains__(self, value: float) -> bool:
        if isinstance(value, int) and abs(value) > SEEDS_END:
            return False  # no float holds it, nor any page
        if not math.isfinite(value) or (self.above and value == self.low) or (self.below and value == self.high):
            return False
        return self.low <= value <= self.high

    @property
    def words(self) -> str:
        """Which numbers these are."""
        if math.isinf(self.low):
            return "a number"
        start = f"above {_said(self.low)}" if self.above else f"from {_said(self.low)}"
        if math.isfinite(self.high):
            return f"{start} {'to below' if self.below else 'to'} {_said(self.high)}"
        if self.low == 0:
            return "positive" if self.above else "0 or more"
        return f"at least {_said(self.low)}"


def _said(number: float) -> str:
    if number == SEEDS.high:
        return "2^53 - 1"
    return f"{number:.0f}" if number == round(number) else f"{number:g}"


FINITE = Range()
NOT_NEGATIVE = Range(0)
POSITIVE = Range(0, above=True)
BELOW_ONE = Range(0, 1, below=True)
SEEDS = Range(0, SEEDS_END - 1)
SIZES = Range(1, 10_000)
"""Of layers and of what else takes memory."""


def at_least(least: int) -> Range:
    """Numbers from ``least`` on."""
    return Range(least)


def option(default: Any = MISSING, text: str = "", values: Range | None = None) -> Any:
    """A field of a dataclass of settings.

    Args:
        default: none where it must be given.
        text: its help, a sentence; where the field's type is a ``Literal``, what comes before the choices.
        values: which numbers it may be, or each of its entries; any if None.
    """
    return field(default=default, metadata={"text": text, "values": values})


@dataclass(frozen=True)
class Option:
    """One setting, from its field's type and :func:`option`."""

    name: str
    kind: type
    """int, float, bool or str, of each entry where there are several."""
    several: bool
    """Whether it is a tuple."""
    choices: tuple[str, ...]
    """Of a ``Literal``."""
    values: Range | None
    default: Any
    """``MISSING`` where it must be given."""
    text: str

    @property
    def flag(self) -> str:
        """As the command line has it."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def help(self) -> str:
        """The help text, with the choices or the range."""
        if self.choices and self.several:
            return f"Some of {','.join(self.choices)} ({self.text})."
        if self.choices:
            return f"{self.text} {', '.join(self.choices[:-1])} or {self.choices[-1]}.".strip()
        if self.values is None or self.values == FINITE or self.several:
            return self.text
        if not self.text:
            return f"{self.values.words.capitalize()}."
        return f"{self.text.removesuffix('.')}; {self.values.words}."

    @property
    def expected(self) -> str:
        """What it must be, in words."""
        if not self.several:
            return self.expected_entry
        if self.choices:
            return f"some of {', '.join(self.choices)}"
        which = "above 0" if self.values == POSITIVE else self.expected_entry
        return f"whole numbers {which} joined by commas, such as {self.word(self.default)}"

    @property
    def expected_entry(self) -> str:
        """What the value must be, or one of several."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        values = self.values or FINITE
        return f"{values.noun} {values.words}".strip()

    def allows(self, value: Any) -> bool:
        """Whether a setting may have this value; of several numbers there is at least one."""
        if self.several:
            return all(map(self.allows_entry, value)) and bool(value or self.choices)
        return self.allows_entry(value)

    def allows_entry(self, value: Any) -> bool:
        """Whether this may be the value, or one of several."""
        if self.choices:
            return isinstance(value, str) and value in self.choices
        if self.kind not in (int, float):
            return True
        number = isinstance(value, int if self.kind is int else int | float) and not isinstance(value, bool)
        return number and value in (self.values or FINITE)

    def word(self, value: Any) -> str:
        """A value as one word of a command line."""
        return ",".join(map(str, value)) if self.several else str(value)

    def read(self, given: Any) -> Any:
        """The value of what a command line gives; words that are no numbers stay words, which the settings refuse."""
        if not self.several or given is None:
            return given
        words = given.split(",") if given else []
        return tuple(int(word) if self.kind is int and _is_number(word) else word for word in words)


def _is_number(word: str) -> bool:
    return word.strip().isdecimal() and len(word) < 20


def options(settings: type) -> tuple[Option, ...]:
    """The options of a dataclass of settings, in the order of its fields."""
    hints = get_type_hints(settings)
    return tuple(
        Option(entry.name, *_kind(hints[entry.name]), entry.metadata["values"], entry.default, entry.metadata["text"])
        for entry in fields(settings)
        if "text" in entry.metadata
    )


def _kind(hint: Any) -> tuple[type, bool, tuple[str, ...]]:
    """Type of each entry, whether there are several, and the choices."""
    if get_origin(hint) is tuple:
        kind, _, choices = _kind(get_args(hint)[0])
        return kind, True, choices
    if get_origin(hint) is Literal:
        return str, False, get_args(hint)
    return (hint if hint in (int, float, bool) else str), False, ()

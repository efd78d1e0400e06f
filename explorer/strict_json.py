"""JSON that others wrote: read as strictly as the page reads it, and compared with the form that it must have."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

LARGEST_INTEGER = 2**53
"""The integers up to here are numbers of JavaScript, too."""


def parse(data: bytes, constant: Callable[[str], Any] | None = None) -> Any:
    """The content of JSON in UTF-8.

    Args:
        data: the whole file.
        constant: what ``NaN`` and ``Infinity``, which are no JSON, are read as; refused by default.

    Raises:
        ValueError: if it is no JSON, nested too deeply, or has a number or a string that no page can hold.
    """
    try:
        content = json.loads(
            data.decode("utf-8-sig"),
            parse_constant=constant or _refuse,
            parse_int=_integer,
            parse_float=_number,
        )
        json.dumps(content, ensure_ascii=False).encode()  # a lone surrogate is no character
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except UnicodeEncodeError as error:
        raise ValueError("it has half a character, a lone surrogate") from error
    return content


def first_wrong(content: Any, form: Any, path: str = "") -> str | None:
    """The path of the first entry that is missing or not of its form; None where all are.

    Args:
        content: as parsed.
        form: ``int``, ``float`` (any number), ``str``, ``bool``, ``dict`` (any object) or None; a predicate; a tuple of
            forms, one of which it must have; a list with the form of each entry; a dictionary with the form of each
            key, where one that ends in "?" may be missing, or of all keys, under ``str``.
        path: of the content.
    """
    match form:
        case tuple():
            found = [first_wrong(content, each, path) for each in form]
            return None if None in found else max(filter(None, found), key=len)
        case [each]:
            entries = {str(index): (value, each) for index, value in enumerate(content)} if _is(content, list) else None
        case dict():
            entries = _entries(content, form) if _is(content, dict) else None
        case _:
            entries = {} if _is(content, form) else None
    if entries is None:
        return path or "itself"
    for key, (value, each) in entries.items():
        wrong = first_wrong(value, each, f"{path}.{key}" if path else key)
        if wrong is not None:
            return wrong
    return None


def positive(content: Any) -> bool:
    """Whether it is an integer from 1 on."""
    return _is(content, int) and content > 0


_MISSING = object()


def _entries(content: dict[str, Any], form: dict[Any, Any]) -> dict[str, tuple[Any, Any]]:
    if str in form:
        return {key: (value, form[str]) for key, value in content.items()}
    entries = {}
    for key, each in form.items():
        name = key.removesuffix("?")
        if name == key or name in content:
            entries[name] = content.get(name, _MISSING), each
    return entries


def _is(content: Any, form: Any) -> bool:
    if form is None:
        return content is None
    if form is float:
        return isinstance(content, int | float) and not isinstance(content, bool)
    if form is int:
        return isinstance(content, int) and not isinstance(content, bool)
    return isinstance(content, form) if isinstance(form, type) else bool(form(content))


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _integer(text: str) -> int:
    number = int(text) if len(text) < 20 else LARGEST_INTEGER + 1
    if abs(number) > LARGEST_INTEGER:
        raise ValueError(f"{text[:20]}… is too large an integer")
    return number


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number

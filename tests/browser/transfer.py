"""Many numbers from the page to Python: as text they take seconds, one by one they take minutes."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

AS_TEXT = """((numbers) => {
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    const parts = [];
    for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
    return btoa(parts.join(""));
  })"""
"""JavaScript: a function that makes a text of a typed array."""


def as_numbers(text: str, kind: DTypeLike) -> NDArray[Any]:
    """What :data:`AS_TEXT` made a text of."""
    return np.frombuffer(base64.b64decode(text), kind)

"""The page's safetensors reader: what it fetches, what it refuses and how it says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from safetensors.numpy import save_file
from site_server import Site

READ = """async ({url, names}) => {
  const { openSafetensors } = await import("/browser/runtime/safetensors.js");
  try {
    const file = await openSafetensors(url);
    const tensors = await file.read(names ?? file.tensors.keys());
    return {
      metadata: file.metadata,
      known: [...file.tensors.keys()].sort(),
      tensors: Object.fromEntries([...tensors].map(([name, { shape, data }]) =>
        [name, { shape, type: data.constructor.name, values: Array.from(data, Number) }])),
    };
  } catch (error) {
    if (error.name !== "ModelError") throw error;
    return { key: error.key, values: error.values, message: error.message };
  }
}"""

TENSORS = {
    "half": np.arange(6, dtype=np.float32).reshape(2, 3) / 2,
    "codes": np.array([-3, 300], dtype=np.int16),
    "index": np.array([[7], [-70000]], dtype=np.int32),
    "step": np.array([2**40], dtype=np.int64),
    "bytes": np.array([0, 255, 3], dtype=np.uint8),
    "double": np.array(1 / 3, dtype=np.float64),
    "empty": np.zeros((0, 4), dtype=np.float32),
}


@pytest.fixture
def read(runtime: Page, site: Site, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Read ``tmp_path/file.safetensors`` in the page."""
    url = site.mount("data", tmp_path) + "file.safetensors"
    yield lambda *names: runtime.evaluate(READ, {"url": url, "names": list(names) or None})
    site.ranges = True


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "whole files"])
def test_reads_every_dtype(read: Callable[..., Any], site: Site, tmp_path: Path, ranges: bool) -> None:
    save_file(TENSORS, tmp_path / "file.safetensors", metadata={"config": "{}"})
    site.ranges = ranges
    result = read()
    assert result["metadata"] == {"config": "{}"}
    for name, array in TENSORS.items():
        assert result["tensors"][name]["shape"] == list(array.shape)
        assert result["tensors"][name]["values"] == array.reshape(-1).tolist()
    assert result["tensors"]["codes"]["type"] == "Int16Array"
    assert result["tensors"]["step"]["type"] == "BigInt64Array"


def test_widens_every_half_precision_number_exactly(read: Callable[..., Any], tmp_path: Path) -> None:
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    save_file({"weights": halves.reshape(2, -1)}, tmp_path / "file.safetensors")
    weights = read()["tensors"]["weights"]
    assert (weights["shape"], weights["type"]) == ([2, 2**15], "Float32Array")
    np.testing.assert_array_equal(weights["values"], halves.astype(np.float64))
    np.testing.assert_array_equal(np.signbit(weights["values"])[halves == 0], [False, True])


def test_fetches_only_what_is_asked_for(read: Callable[..., Any], site: Site, tmp_path: Path) -> None:
    large = np.arange(300_000, dtype=np.float32)
    save_file({"a": large, "b": large + 1, "c": large[:4] + 2, "d": large[:3]}, tmp_path / "file.safetensors")
    sent: list[int] = []
    site.on_send = sent.append
    try:
        result = read("c", "d", "c")
    finally:
        site.on_send = None
    assert result["tensors"]["c"]["values"] == [2, 3, 4, 5]
    assert result["tensors"]["d"]["values"] == [0, 1, 2]
    assert len(sent) == 2, "the header in one request, both neighbours in another"
    assert sum(sent) < 40_000


def raw(header: Any, data: bytes = b"", length: int | None = None) -> bytes:
    """A file with any header at all."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def entry(shape: Any, offsets: Any, dtype: Any = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


EIGHT = bytes(8)
BROKEN: dict[str, tuple[bytes, str]] = {
    "cut within the length": (b"\x10\x00\x00", "runtime.fileLength"),
    "header longer than the file": (raw({}, length=1000), "runtime.headerLength"),
    "header of 2^63 bytes": (raw({}, length=2**63), "runtime.headerLength"),
    "header no JSON": (raw(b"{not json"), "runtime.header"),
    "header no UTF-8": (raw(b'{"\xff": 1}'), "runtime.header"),
    "header a list": (raw([1]), "runtime.header"),
    "metadata not text": (raw({"__metadata__": {"config": 1}}), "runtime.header"),
    "unknown dtype": (raw({"w": entry([2], [0, 8], "F7")}, EIGHT), "runtime.dtype"),
    "dtype from the prototype": (raw({"w": entry([2], [0, 8], "constructor")}, EIGHT), "runtime.dtype"),
    "entry a number": (raw({"w": 3}, EIGHT), "runtime.dtype"),
    "negative shape": (raw({"w": entry([-2], [0, 8])}, EIGHT), "runtime.shape"),
    "fractional shape": (raw({"w": entry([0.5, 4], [0, 8])}, EIGHT), "runtime.shape"),
    "shape no list": (raw({"w": entry("2", [0, 8])}, EIGHT), "runtime.shape"),
    "shape larger than its bytes": (raw({"w": entry([3], [0, 8])}, EIGHT), "runtime.offsets"),
    "shape whose product overflows": (raw({"w": entry([2**40, 2**40], [0, 8])}, EIGHT), "runtime.offsets"),
    "offsets beyond the file": (raw({"w": entry([4], [0, 16])}, EIGHT), "runtime.offsets"),
    "offsets reversed": (raw({"w": entry([2], [8, 0])}, EIGHT), "runtime.offsets"),
    "overlap": (raw({"v": entry([2], [0, 8]), "w": entry([1], [4, 8])}, EIGHT), "runtime.layout"),
    "hole": (raw({"v": entry([1], [0, 4]), "w": entry([1], [8, 12])}, bytes(12)), "runtime.layout"),
    "data after the last tensor": (raw({"w": entry([1], [0, 4])}, EIGHT), "runtime.fileLength"),
    "data cut": (raw({"w": entry([2], [0, 8])}, bytes(5)), "runtime.offsets"),
}


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "whole files"])
@pytest.mark.parametrize("case", list(BROKEN))
def test_broken_files_are_refused(
    read: Callable[..., Any], site: Site, tmp_path: Path, case: str, ranges: bool
) -> None:
    content, key = BROKEN[case]
    (tmp_path / "file.safetensors").write_bytes(content)
    site.ranges = ranges
    error = read()
    assert error["key"] == key, error
    assert "/data/file.safetensors" in error["message"]
    if key in ("runtime.dtype", "runtime.shape", "runtime.offsets", "runtime.layout"):
        assert "tensor w" in error["message"]


def test_unknown_tensors_are_refused_by_name(read: Callable[..., Any], tmp_path: Path) -> None:
    save_file(TENSORS, tmp_path / "file.safetensors")
    assert read("half", "nothing")["values"] == {"file": "/data/file.safetensors", "tensor": "nothing"}


def test_a_missing_file_is_refused(browser: Any, site: Site, tmp_path: Path) -> None:
    """On a page of its own: Chromium itself reports a 404 to the console."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/blank")
    url = site.mount("data", tmp_path) + "file.safetensors"
    missing = page.evaluate(READ, {"url": url, "names": None})
    (tmp_path / "file.safetensors").write_bytes(b"")
    empty = page.evaluate(READ, {"url": url, "names": None})
    context.close()
    assert (missing["key"], missing["values"]["status"]) == ("runtime.unreachable", "404")
    assert empty["key"] == "runtime.unreachable"

"""The compiled kernels are what their source says."""

from __future__ import annotations

from pathlib import Path

from explorer.browser.runtime.build import FOLDER, build


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    rebuilt = tmp_path / "kernels.wasm"
    build(rebuilt)
    assert rebuilt.read_bytes() == (FOLDER / "kernels.wasm").read_bytes(), "run `make kernels` and commit the result"

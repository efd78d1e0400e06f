"""Compile the C sources of this folder to ``kernels.wasm``: ``python -m explorer.browser.runtime.build``.

The ``.wasm`` is kept beside its sources so that visitors need no compiler; the same compiler gives the same bytes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCES = ("kernels.c", "planar.c", "planar_training.c", "recurrent.c", "winograd.c")
OPTIONS = (
    "--target=wasm32-freestanding",
    "-O3",
    "-msimd128",
    "-fno-builtin",
    "-nostdlib",
    "-Wall",
    "-Werror",
    "-Wl,--no-entry",
    "-Wl,--import-memory",
    "-Wl,--strip-all",
    "-Wl,--export=__heap_base",
    "-Wl,-z,stack-size=4096",
)


def build(output: Path = FOLDER / "kernels.wasm") -> None:
    """Write the compiled kernels to ``output``.

    Raises:
        subprocess.CalledProcessError: if the compiler refuses the source.
    """
    # Relative source paths keep the folder's own name out of the compiler's input: the same bytes anywhere.
    command = [sys.executable, "-m", "ziglang", "cc", *OPTIONS, "-o", str(output.resolve()), *SOURCES]
    subprocess.run(command, cwd=FOLDER, check=True)
    output.chmod(0o644)


if __name__ == "__main__":
    build()

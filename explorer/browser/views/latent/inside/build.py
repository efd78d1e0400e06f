"""Write ``source.json``, the code of the model families that the page shows (``make source``).

Every line is copied from the module that runs; what belongs to a node of the diagram is found again by its text, so
that a change of the code either moves the marks along or is refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PACKAGE = FOLDER.parents[3]
GAUSSIAN = "families/latent_gaussian.py"

EXCERPTS = {
    "vae": ("families/vae.py", '        if network == "mlp":', "        self.decoder = nn.Sequential(*outward)"),
    "oracle": ("families/oracle.py", "        self.encoder = nn.Sequential(", "        self.decoder = nn.Sequential("),
    "evidence": (GAUSSIAN, "    def evidence(", "        return Evidence("),
    "encode": (GAUSSIAN, "    def encode(", "        return mean, log_variance"),
    "decode": (GAUSSIAN, "    def decode(", "        return parameter"),
    "picture": (GAUSSIAN, "    def picture(", "        return torch.sigmoid(parameter)"),
}
"""Name → file of the package, beginning of the first line, beginning of the last line after it."""


@dataclass(frozen=True)
class Mark:
    """A piece of code that computes what a node of the diagram shows."""

    node: str
    excerpt: str
    line: str
    """Found in exactly one line of the excerpt."""
    piece: str
    """Found in this line; the first place counts."""
    network: str = ""
    """Only for models whose argument ``network`` is this, where code has a branch for each."""


_SAMPLE = "z = mean + torch.exp(0.5 * log_variance) * epsilon"
_ENCODING = "mean, log_variance = self.encode(x)"
_CHUNKS = "mean, log_variance = self.encoder(x).chunk(2, dim=1)"
_LIKELIHOOD = "return Evidence(self.log_likelihood(x, self.decode(z))"
_PICTURE = 'return torch.sigmoid(parameter) if self.likelihood == "bernoulli" else parameter'

MARKS = (
    Mark("input", "evidence", _ENCODING, "x"),
    Mark("input", "encode", "def encode(self, x: Tensor)", "x: Tensor"),
    Mark("encoder", "evidence", _ENCODING, "self.encode(x)"),
    Mark("encoder", "encode", _CHUNKS, "self.encoder(x)"),
    Mark("encoder", "vae", "self.encoder = nn.Sequential(*inward)", "self.encoder = nn.Sequential(*inward)"),
    Mark("encoder", "vae", "inward = [nn.Flatten()", "inward = [nn.Flatten()", "mlp"),
    Mark("encoder", "vae", "inward = _conv_encoder(", "inward = _conv_encoder(", "conv"),
    Mark("encoder", "oracle", "self.encoder = ", "self.encoder = "),
    Mark("mu", "encode", _CHUNKS, "mean"),
    Mark("mu", "evidence", _ENCODING, "mean"),
    Mark("log_variance", "encode", _CHUNKS, "log_variance"),
    Mark("log_variance", "evidence", _ENCODING, "log_variance"),
    Mark("half", "evidence", _SAMPLE, "0.5 * log_variance"),
    Mark("exp", "evidence", _SAMPLE, "torch.exp(0.5 * log_variance)"),
    Mark("epsilon", "evidence", "def evidence(self, x: Tensor, epsilon: Tensor)", "epsilon: Tensor"),
    Mark("epsilon", "evidence", _SAMPLE, "epsilon"),
    Mark("times", "evidence", _SAMPLE, "torch.exp(0.5 * log_variance) * epsilon"),
    Mark("plus", "evidence", _SAMPLE, _SAMPLE),
    Mark("decoder", "evidence", _LIKELIHOOD, "self.decode(z)"),
    Mark("decoder", "decode", "self.decoder(z)", "self.decoder(z)"),
    Mark("decoder", "vae", "self.decoder = nn.Sequential(*outward)", "self.decoder = nn.Sequential(*outward)"),
    Mark("decoder", "vae", "outward = [*_perceptron(", "outward = [*_perceptron(", "mlp"),
    Mark("decoder", "vae", "outward = conv_decoder(", "outward = conv_decoder(", "conv"),
    Mark("decoder", "oracle", "self.decoder = ", "self.decoder = "),
    Mark("output", "picture", _PICTURE, _PICTURE),
)


class SourceError(ValueError):
    """The code no longer has what the diagram points at."""


def excerpt(text: str, first: str, last: str) -> tuple[int, list[str]]:
    """The number of the line that begins with ``first``, and the lines from it to the next that begins with ``last``.

    Raises:
        SourceError: unless exactly one line begins so, and one after it ends the excerpt.
    """
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(first)]
    ends = [number for number, line in enumerate(lines) if starts and number >= starts[0] and line.startswith(last)]
    if len(starts) != 1 or not ends:
        raise SourceError(f"expected one line that begins with {first!r} and one after it with {last!r}")
    return starts[0] + 1, lines[starts[0] : ends[0] + 1]


def place(mark: Mark, lines: list[str]) -> dict[str, Any]:
    """Where a mark is in an excerpt: line from 0, and from which to before which character.

    Raises:
        SourceError: if its line is not there, or more than once.
    """
    found = [number for number, line in enumerate(lines) if mark.line in line]
    if len(found) != 1 or mark.piece not in mark.line:
        raise SourceError(f"expected {mark.piece!r} of {mark.line!r} in one line of {mark.excerpt}, found {len(found)}")
    start = lines[found[0]].index(mark.line) + mark.line.index(mark.piece)
    condition = {"network": mark.network} if mark.network else {}
    return {"excerpt": mark.excerpt, "line": found[0], "from": start, "to": start + len(mark.piece), **condition}


def source() -> dict[str, Any]:
    """The content of ``source.json``, from the modules as they are."""
    excerpts: dict[str, dict[str, Any]] = {}
    for name, (file, first, last) in EXCERPTS.items():
        number, lines = excerpt((PACKAGE / file).read_text(encoding="utf-8"), first, last)
        excerpts[name] = {"file": f"{PACKAGE.name}/{file}", "first": number, "lines": lines}
    marks: dict[str, list[dict[str, Any]]] = {}
    for mark in MARKS:
        marks.setdefault(mark.node, []).append(place(mark, excerpts[mark.excerpt]["lines"]))
    return {"excerpts": excerpts, "marks": marks}


def build(output: Path = FOLDER / "source.json") -> None:
    """Write the code that the page shows to ``output``."""
    output.write_text(json.dumps(source(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build()

"""Runs that still train: what the page needs to follow them. Read only; files are checked at each request."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from explorer.strict_json import first_wrong, parse, positive
from explorer.ui.errors import RequestError
from explorer.words import LANGUAGES, word

FORMAT = 1
FORM = {
    "title": dict.fromkeys(LANGUAGES, str),
    "family": str,
    "image": dict.fromkeys(("channels", "height", "width"), positive),
    "latent_size": positive,
    "total": positive,
    "tile": dict.fromkeys(("height", "width", "columns", "count"), positive),
}
"""Of ``run.json``, as the page needs it, beside its format and its name."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
MOMENT = re.compile(r"(\d{8})\.safetensors")
LARGEST_DESCRIPTION = 1_000_000
LARGEST_PART = 1_000_000
"""Bytes of the log that one answer covers at most; the page asks again for the rest."""


@dataclass(frozen=True)
class Progress:
    """What a run logged from a place in its log on, and which moments it recorded."""

    rows: list[dict[str, float | None]]
    next: int
    """Byte of the log at which the next request begins."""
    more: bool
    """Whether complete rows are left after these."""
    moments: list[int]
    finished: bool


class Runs:
    """The run folders in ``root``: those with a ``run.json``. Links are refused, whatever they point at."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def entries(self) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """``catalog.json``'s entries of all runs, by name, and why a folder was left out, by its name."""
        entries, problems = [], {}
        for path in sorted(self.root.glob("*/run.json")):
            name = path.parent.name
            try:
                entries.append(self._entry(name))
            except RequestError as error:
                problems[name] = str(error)
        return entries, problems

    def _entry(self, name: str) -> dict[str, Any]:
        run = self.description(name)
        key = "server.run_finished" if self.finished(name) else "server.run_training"
        return {
            "name": f"runs/{name}",
            "title": {language: f"{run['title'][language]} · {word(language, key)}" for language in LANGUAGES},
            "family": run["family"],
            "capabilities": ["Follows"],
            "image": run["image"],
            "latent_size": run["latent_size"],
            "url": f"runs/{name}/",
            "running": True,
        }

    def description(self, name: str) -> dict[str, Any]:
        """``run.json``, checked.

        Raises:
            RequestError: 404 without such a run, 409 naming file and entry if it is no description of a run.
        """
        path = self.file(name, "run.json")
        label = f"{name}/run.json"
        with _reading(label):
            if path.stat().st_size > LARGEST_DESCRIPTION:
                raise _broken(f"{label}: expected at most {LARGEST_DESCRIPTION} bytes", label)
            data = path.read_bytes()
        try:
            content = parse(data)
        except ValueError as error:
            raise _broken(f"{label}: expected JSON ({error})", label) from error
        wrong = first_wrong(content, {**FORM, "format": FORMAT.__eq__, "name": name.__eq__})
        if wrong is not None:
            raise _broken(f"{label}: the entry {wrong} is missing or not what the format asks for", label)
        return dict(content)

    def finished(self, name: str) -> bool:
        """Whether the run became a checkpoint."""
        with _reading(f"{name}/config.json"):
            return (self.path(name) / "config.json").is_file()

    def progress(self, name: str, offset: int) -> Progress:
        """The rows from byte ``offset`` of the log on; a last row without its end is left for later.

        Where the log is shorter than ``offset`` the run began anew, and so do the rows.

        Raises:
            RequestError: 404 without such a run, 409 if a row is no JSON object of numbers.
        """
        folder = self.path(name)
        data, more, label = b"", False, f"{name}/history.jsonl"
        with _reading(label):
            logged = (folder / "history.jsonl").exists()
        if logged:
            path = self.file(name, "history.jsonl")
            with _reading(label):
                offset = 0 if offset > path.stat().st_size else offset
                with path.open("rb") as file:
                    file.seek(offset)
                    data = file.read(LARGEST_PART + 1)
            more = len(data) > LARGEST_PART
            data = data[: data.rfind(b"\n", 0, LARGEST_PART) + 1]
            if more and not data:
                raise _broken(f"{label}: expected rows of at most {LARGEST_PART} bytes", label)
        rows = [_row(line, name) for line in data.splitlines() if line.strip()]
        return Progress(rows, offset + len(data), more, self.moments(name), self.finished(name))

    def moments(self, name: str) -> list[int]:
        """Steps of the recorded moments, ascending."""
        folder = self.path(name) / "state" / "moments"
        with _reading(f"{name}/state/moments"):
            if not folder.is_dir() or folder.is_symlink() or folder.parent.is_symlink():
                return []
            found = [MOMENT.fullmatch(path.name) for path in folder.iterdir()]
        return sorted(int(match[1]) for match in found if match)

    def path(self, name: str, *parts: str) -> Path:
        """A file or folder of a run.

        Raises:
            RequestError: 404 if there is none, or anything on the way is a link.
        """
        path = self.root
        asked = "/".join((name, *parts))[:60]
        known = NAME.fullmatch(name) is not None
        with _reading(asked):
            for part in (name, *parts) if known else ():
                path = path / part
                known = known and not path.is_symlink()
            known = known and path.exists()
        if not known:
            raise RequestError(404, "server.no_file", f"no run has the file {asked!r}", asked=asked)
        return path

    def file(self, name: str, *parts: str) -> Path:
        """A file of a run, which can be read.

        Raises:
            RequestError: as :meth:`path`, and 409 if it is something else or another user's.
        """
        path, label = self.path(name, *parts), "/".join((name, *parts))
        if not path.is_file():
            raise _broken(f"{label}: expected a file", label)
        with _reading(label), path.open("rb"):
            return path


def run_routes(runs: Runs) -> APIRouter:
    """``/runs/<name>/run.json``, ``/runs/<name>/progress?offset=`` and ``/runs/<name>/moments/<step>.safetensors``."""
    router = APIRouter(prefix="/runs")

    @router.get("/{name}/run.json")
    def description(name: str) -> Response:
        try:
            return JSONResponse(runs.description(name), headers={"Cache-Control": "no-cache"})
        except RequestError as error:
            return error.response()

    @router.get("/{name}/progress")
    def progress(name: str, request: Request, offset: int = 0) -> Response:
        try:
            found = runs.progress(name, max(0, offset))
        except RequestError as error:
            return error.response()
        body = json.dumps(vars(found)).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"Cache-Control": "no-cache", "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    @router.get("/{name}/moments/{file}")
    def moment(name: str, file: str) -> Response:
        try:
            if MOMENT.fullmatch(file) is None:
                raise RequestError(404, "server.no_file", f"no run has the file {file[:60]!r}", asked=file[:60])
            return FileResponse(runs.file(name, "state", "moments", file), headers={"Cache-Control": "no-cache"})
        except RequestError as error:
            return error.response()

    return router


def _broken(message: str, label: str) -> RequestError:
    return RequestError(409, "server.run_broken", message, file=label)


@contextmanager
def _reading(label: str) -> Iterator[None]:
    """What the system says against reading a file, as our error."""
    try:
        yield
    except OSError as error:
        raise _broken(f"{label}: cannot be read ({error.strerror})", label) from error


def _row(line: bytes, name: str) -> dict[str, float | None]:
    """One row of the log; JSON has no NaN, so what is no finite number becomes null."""
    label = f"{name}/history.jsonl"
    try:
        row: dict[str, float | None] = parse(line, constant=lambda _: None)
        wrong = first_wrong(row, {str: (None, float)}) or first_wrong(row, {"step": int})
        if wrong is not None:
            raise ValueError(wrong)
    except ValueError as error:
        message = f"{label}: expected one JSON object of numbers a line, with its step, got {line[:60]!r}"
        raise _broken(message, label) from error
    return row

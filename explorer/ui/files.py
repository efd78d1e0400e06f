"""What the page fetches: its own modules, the catalogue, and the contract files of the checkpoints."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.staticfiles import StaticFiles

import explorer
from explorer.catalog import Survey
from explorer.errors import one_line
from explorer.ui.errors import RequestError
from explorer.ui.runs import Runs

BROWSER = Path(explorer.__file__).parent / "browser"
SERVED = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"


def page_files() -> dict[str, Path]:
    """What the page may fetch of ``browser/``, by path relative to it: its own files, and plotly.js."""
    own = {path.relative_to(BROWSER).as_posix(): path for path in sorted(BROWSER.rglob("*")) if path.suffix in SERVED}
    return {**own, "plotly.min.js": plotly_js()}


def plotly_js() -> Path:
    """The plotly.js that plotly.py ships, which is not imported; the page fetches it when a chart is opened large."""
    spec = find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


def page_version() -> str:
    """A hash of all of the page's files: they may be cached for ever under an address that contains it."""
    digest = hashlib.sha256()
    for name, path in page_files().items():
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=256)
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


def cached_for_ever(path: Path, media_type: str, request: Request) -> Response:
    """A text or WASM file, compressed where the browser takes gzip, under an address that changes with its content."""
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(path.read_bytes(), media_type=media_type, headers=headers)
    return Response(_compressed(path), media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})


def file_routes(survey: Survey, version: str, runs: Runs | None = None) -> APIRouter:
    """``/browser/<version>/…``, ``/catalog.json``, ``/checkpoints/<name>/<file>`` and ``/healthz``."""
    router = APIRouter()
    pages = page_files()
    files = {config.name: {"config.json", *config.files} for config in survey.configs}
    folders = StaticFiles(directory=survey.folder, follow_symlink=True)  # as the Hub's cache has them

    @router.get(f"/browser/{version}/{{path:path}}")
    def browser(path: str, request: Request) -> Response:
        if path not in pages:
            return RequestError(
                404, "server.no_file", f"the page has no file {path[:60]!r}", asked=path[:60]
            ).response()
        return cached_for_ever(pages[path], SERVED[pages[path].suffix], request)

    @router.get("/catalog.json")
    def catalog() -> Response:
        content = survey.as_json()
        if runs is not None:
            entries, problems = runs.entries()
            content["checkpoints"] += entries
            content["problems"] += [{"name": one_line(name), "message": message} for name, message in problems.items()]
        return JSONResponse(content, headers={"Cache-Control": "no-cache"})

    @router.get("/checkpoints/{name}/{file}")
    async def checkpoint(name: str, file: str, request: Request) -> Response:
        if file not in files.get(name, ()):
            asked = f"{name}/{file}"[:60]
            return RequestError(404, "server.no_file", f"no checkpoint has the file {asked!r}", asked=asked).response()
        response = await folders.get_response(f"{name}/{file}", request.scope)
        response.headers["Cache-Control"] = "no-cache"
        return response

    @router.get("/healthz")
    def healthz() -> Response:
        return JSONResponse({"status": "ok", "checkpoints": len(survey.configs)})

    return router

"""A plain file server for tests: static folders, byte ranges, no knowledge of the project.

Scripts and style sheets are asked for at every load like everything, but answered with "not modified" where they are:
so that Chromium keeps what it compiled.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("image/webp", ".webp")

REVALIDATED = (".js", ".css")
BLANK_PAGE = b"<!doctype html><html lang=en><title>test</title><link rel=icon href='data:,'><body></body></html>"


class Site:
    """Folders served under URL prefixes; ``requests`` lists every path asked for; ``/blank`` is an empty page.

    ``ranges = False`` makes it answer with whole files only; ``headers`` go with every answer;
    ``on_send`` is told the length of every body.
    """

    def __init__(self) -> None:
        self.folders: dict[str, Path] = {}
        self.requests: list[str] = []
        self.ranges = True
        self.headers: dict[str, str] = {}
        self.on_send: Callable[[int], None] | None = None
        self.url = ""

    def mount(self, prefix: str, folder: Path) -> str:
        """Serve ``folder`` at ``/<prefix>/``; returns that URL."""
        self.folders[prefix] = folder
        return f"{self.url}/{prefix}/"

    def find(self, path: str) -> Path | None:
        """The file that a URL path names, inside its mounted folder; ``index.html`` for a folder."""
        prefix, _, rest = path.lstrip("/").partition("/")
        if prefix not in self.folders:
            return None
        root = self.folders[prefix].resolve()
        file = (root / rest).resolve()
        file = file / "index.html" if file.is_dir() else file
        return file if file.is_file() and file.is_relative_to(root) else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, site: Site, *arguments: object) -> None:
        self.site = site
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.site.requests.append(self.path)
        if path == "/blank":
            return self._send(HTTPStatus.OK, BLANK_PAGE, {"Content-Type": "text/html"})
        file = self.site.find(path)
        if file is None:
            return self._send(HTTPStatus.NOT_FOUND, b"", {})
        body = file.read_bytes()
        headers = {"Content-Type": mimetypes.guess_type(file.name)[0] or "application/octet-stream"}
        if file.suffix in REVALIDATED:
            headers |= {"ETag": f'"{hashlib.sha256(body).hexdigest()}"', "Cache-Control": "no-cache"}
            if self.headers.get("If-None-Match") == headers["ETag"]:
                return self._send(HTTPStatus.NOT_MODIFIED, b"", headers)
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not self.site.ranges or asked is None:
            return self._send(HTTPStatus.OK, body, headers)
        first, last = int(asked[1]), min(int(asked[2] or len(body)), len(body) - 1)
        if first > last:
            return self._send(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, b"", {"Content-Range": f"bytes */{len(body)}"}
            )
        headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        return self._send(HTTPStatus.PARTIAL_CONTENT, body[first : last + 1], headers)

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        always = {"Content-Length": str(len(body)), "Cache-Control": "no-store"}
        for name, value in {**always, **headers, **self.site.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.site.on_send is not None:
            self.site.on_send(len(body))
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the test's output is for failures."""


@contextmanager
def serve() -> Iterator[Site]:
    """Run a site on a free port of this machine."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site))
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""Requests as strangers, scanners and broken clients send them: of the routes there are, bent in every way."""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass

METHODS = ["GET"] * 8 + ["POST"] * 8 + ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "BREW"]
PIECES = [
    *("..", ".", "", "%2e%2e", "%2F", "%00", "%", "%zz", "%ff", "a" * 300, "~", "*", "|", "\\", "..\\..", "con", "%0a"),
    *("%0d%0a", "名字", "<script>", "'", "$(id)", "etc", "passwd", "app.py", "-1", "9" * 40, "null", ";", "file=", "@"),
]
HEADERS = [
    (
        "Range",
        ["bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-0,2-3", "bytes=99999999-", "bytes=a-b", "lines=1", "," * 99],
    ),
    ("If-None-Match", ['"x"', "*", "W/", '"' * 50]),
    ("If-Range", ['"x"', "yesterday"]),
    ("If-Modified-Since", ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "-1"]),
    ("Accept-Encoding", ["gzip", "br", "gzip;q=nan", "*" * 99, ""]),
    ("Content-Type", ["application/json", "multipart/form-data", "multipart/form-data; boundary=", "x" * 200, "é"]),
    ("Cookie", ["a=b; c", "session=" + "x" * 500, "=;=;="]),
    ("X-Forwarded-For", ["1.2.3.4", "x", "1" * 99]),
    ("X-Forwarded-Host", ["evil.example", "[::1", ""]),
    ("X-Gradio-Server", ["http://[", "x"]),
    ("X-Forwarded-Proto", ["https", "javascript"]),
    ("Authorization", ["Basic !", "Bearer x"]),
    ("Origin", ["null", "https://evil.example"]),
    ("Accept-Language", ["zh-TW,zh;q=0.8", ";;;", "x" * 300]),
    ("Expect", ["100-continue"]),
    ("Upgrade", ["websocket"]),
]


@dataclass(frozen=True)
class Generated:
    """One request, and the rows that it rightly asks for, where it does."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    rows: bytes | None = None

    def sent(self) -> bytes:
        """As it goes over the wire."""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return f"{self.method} {self.target} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode() + self.body


def generated(count: int, seed: int, version: str, row: int) -> list[Generated]:
    """Requests to a server with the model "toy" and the run "gan".

    Args:
        count: how many.
        seed: the same seed gives the same requests.
        version: of the page's files.
        row: numbers in a row that the model decodes.
    """
    chosen = random.Random(seed)
    routes = [
        *("/", "/config", "/healthz", "/catalog.json", "/theme.css", "/robots.txt", f"/browser/{version}/page.js"),
        *(f"/browser/{version}/runtime/kernels.wasm", "/checkpoints/toy/config.json", "/assets/index.js"),
        *("/checkpoints/toy/model.safetensors", "/runs/gan/run.json", "/runs/gan/progress?offset=0"),
        *("/runs/gan/moments/00000005.safetensors", "/gradio_api/upload", "/gradio_api/info", "/gradio_api/queue/join"),
        *("/gradio_api/queue/data?session_hash=x", "/gradio_api/queue/status", "/gradio_api/file=README.md"),
        *("/gradio_api/heartbeat", "/gradio_api/startup-events", "/static/img/logo.svg"),
    ]
    return [_decode(chosen, row) if chosen.random() < 0.4 else _bent(chosen, routes) for _ in range(count)]


def _decode(chosen: random.Random, row: int) -> Generated:
    """Rows for a network: in order, or with something wrong about them."""
    count = chosen.choice([0, 1, 1, 2, 3, 63, 64, 65, 200])
    values = [chosen.choice([0.0, chosen.gauss(0, 1), chosen.gauss(0, 9), -0.0, 1e-42]) for _ in range(count * row)]
    good = 0 < count <= 64
    for _ in range(chosen.choice([0, 0, 1])):
        if values:
            values[chosen.randrange(len(values))] = chosen.choice([float("nan"), float("inf"), -float("inf"), 3e38])
            good = False
    body = struct.pack(f"<{len(values)}f", *values)
    if chosen.random() < 0.2:
        body, good = body[: chosen.randrange(len(body) + 1)] + bytes(chosen.choice([0, 1, 3])), False
    name = chosen.choice(["toy"] * 6 + ["nobody", "cut", "..", "%2e%2e", "toy/"])
    route = chosen.choice(["decode"] * 4 + ["encode", "code"])
    good = good and (route, name) == ("decode", "toy")
    headers = (("Content-Length", str(len(body))), ("Connection", "close"))
    return Generated("POST", f"/api/{route}/{name}", headers, body, body if good else None)


def _bent(chosen: random.Random, routes: list[str]) -> Generated:
    """A route with its path, query, method, headers or body changed."""
    target = chosen.choice(routes)
    for _ in range(chosen.choice([0, 0, 1, 1, 2, 4])):
        parts = target.split("/")
        place = chosen.randrange(len(parts))
        parts[place : place + chosen.choice([0, 1])] = [chosen.choice(PIECES)]
        target = "/".join(parts)
    if chosen.random() < 0.3:
        target += f"?{chosen.choice(PIECES)}={chosen.choice(PIECES)}&offset={chosen.choice(PIECES)}"
    target = "/" + target.lstrip("/") if chosen.random() < 0.95 else target or "*"
    headers = [(name, chosen.choice(values)) for name, values in chosen.sample(HEADERS, chosen.choice([0, 1, 2, 5]))]
    body = chosen.randbytes(chosen.choice([0, 0, 1, 100, 5000]))
    if body or chosen.random() < 0.3:
        headers.append(("Content-Length", str(len(body))))
    return Generated(chosen.choice(METHODS), target, (*headers, ("Connection", "close")), body)

"""What strangers may send: only where a route takes it, and only for so long."""

from __future__ import annotations

import asyncio

from fastapi import Request
from gradio.route_utils import get_request_origin
from httpx import InvalidURL
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from explorer.ui.errors import RequestError

HEAD_SECONDS = 20.0
"""A request's line and headers come within this time, or the connection is closed."""
BODY_SECONDS = 60.0
"""A request's body comes within this time: three megabytes over a slow telephone take half of it."""
READS = ("GET", "HEAD", "OPTIONS")
TAKING = "/api/"
"""Where requests may have a body; no endpoint of Gradio's needs one, its uploads included."""
QUEUE = "/gradio_api/queue/"
"""Where Gradio's endpoints would be waited for."""
LONGEST_NAME = 255
"""Bytes of a file's name: a file system refuses longer ones by an error that Gradio does not expect."""


class Patience:
    """The outermost layer of the app: refuses what no route takes, ends waiting, and bears that clients go away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As every ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = _refused(scope)
        if refused is None:
            await _Exchange(receive, send).through(self._app, scope)
        else:
            await refused.response()(scope, receive, send)


def _refused(scope: Scope) -> RequestError | None:
    """Why no route takes this request, where none does."""
    path, asked = scope["path"], scope["path"][:60]
    if not path.startswith(TAKING):
        if scope["method"] not in READS:
            message = f"nothing is taken at {asked!r}: this app has no uploads"
            return RequestError(405, "server.not_taken", message, asked=asked)
        if path.startswith(QUEUE) or any(len(name.encode()) > LONGEST_NAME for name in path.split("/")):
            return RequestError(404, "server.no_file", f"there is no file {asked!r}", asked=asked)
    try:
        get_request_origin(Request(scope), "")
    except (InvalidURL, ValueError) as error:
        return RequestError(400, "server.no_address", f"expected the address of a page ({error})", asked=asked)
    return None


class _Exchange:
    """One request and its answer."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._deadline = asyncio.get_running_loop().time() + BODY_SECONDS
        self._complete = self._late = self._answered = False

    async def through(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._receive_in_time, self._send_on)
        except ClientDisconnect:
            if not self._late:
                return
        if self._late and not self._answered:
            message = f"the request was not complete after {BODY_SECONDS:.0f} seconds"
            refusal = RequestError(408, "server.too_slow", message, seconds=round(BODY_SECONDS)).response()
            await refusal(scope, self._receive, self._send)

    async def _receive_in_time(self) -> Message:
        """The next part of the body; after its end, that the client is gone, whenever that is."""
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            self._late = self._complete = True
            return {"type": "http.disconnect"}
        self._complete = not message.get("more_body", False)
        return message

    async def _send_on(self, message: Message) -> None:
        self._answered = True
        await self._send(message)


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP, which by itself waits for ever for the rest of a request's headers, or of a body nobody reads."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request is waited for."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Waits on, from when the waiting began, unless an application has the request."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

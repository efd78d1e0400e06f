"""What the server says of a request that it does not answer."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

from explorer.errors import ExplorerError


class RequestError(ExplorerError):
    """A request that cannot be answered.

    Args:
        status: the HTTP status.
        key: the message's key in the translations.
        message: the same in English.
        values: what the translation's placeholders stand for.
    """

    def __init__(self, status: int, key: str, message: str, **values: Any) -> None:
        super().__init__(message)
        self.status, self.key, self.values = status, key, values

    def response(self) -> JSONResponse:
        """The error as the page reads it."""
        return JSONResponse({"error": {"key": self.key, "values": self.values, "message": str(self)}}, self.status)

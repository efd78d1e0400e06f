"""What a family says where it cannot be built, or asked, in the way that somebody wanted."""

from __future__ import annotations

from explorer.errors import ExplorerError


class FamilyError(ExplorerError):
    """A constructor argument or input that a family cannot take."""

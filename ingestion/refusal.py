"""A delivery that cannot be accepted, and what its sender is told."""

from __future__ import annotations

from opora.errors import OporaError


class Refusal(OporaError):
    """The whole delivery goes back. ``message`` is Russian, says what to do and holds no personal value.

    ``state`` is ``unknown`` when nobody could tell which source the file belongs to, else ``returned``.
    """

    def __init__(self, message: str, *, source: str | None = None, state: str = "returned") -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.state = state

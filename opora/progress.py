"""How a room tells the person at the terminal what it is doing."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]
"""Called with one short Russian line a step; a room never prints by itself."""


def quiet(_line: str) -> None:
    """Say nothing: the default where nobody watches."""

"""Quoting for the statements of DuckDB that take no parameters (``attach``, ``copy … to``, views over files)."""

from __future__ import annotations


def literal(value: object) -> str:
    """Return the value as a text literal of SQL, quotes doubled: whatever it holds, it stays one value."""
    return "'" + str(value).replace("'", "''") + "'"

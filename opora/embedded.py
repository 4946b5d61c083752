"""DuckDB as every room that may meet a region's rows opens it: bounded in memory, spilling where the caller says.

Belongs here: opening. Does not belong here: any query. A room that reads a handful of rows may open DuckDB by itself.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

MEMORY = "OPORA_MEMORY_LIMIT"
"""The environment's bound (``4GB``, ``50%``) of what DuckDB holds in memory; what does not fit goes to disk."""
USUAL = "80%"


def memory_limit() -> str:
    """Return the bound of memory, DuckDB's own words."""
    return os.environ.get(MEMORY, USUAL)


def connect(
    spill: Path, path: Path | None = None, *, read_only: bool = False, ordered: bool = True
) -> duckdb.DuckDBPyConnection:
    """Open a database file, or one in memory, that holds no more than ``memory_limit``; the rest spills into ``spill``.

    The folder is made by DuckDB when something spills and is removed when the connection closes: it lies where people's
    pseudonyms may lie, in a candidate or in the home. ``ordered``: rows of a file keep their order where a query asks
    for none, which holds more of them in memory.
    """
    return duckdb.connect(
        str(path) if path else ":memory:",
        read_only=read_only,
        config={
            "memory_limit": memory_limit(),
            "temp_directory": str(spill),
            "preserve_insertion_order": str(ordered).lower(),
        },
    )

"""Reading the candidate's tables: every Parquet file of a folder as a DuckDB view in memory. Nothing is computed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from opora.sql import literal

BEFORE = "before_indicator_values"
"""The figures of the release before."""


class TableStore:
    """The tables of one edition, read-only; a table that the folder does not hold reads as empty.

    ``before`` is the folder of the same edition's tables in the release before.
    """

    def __init__(self, folder: Path, inputs: Path | None = None, before: Path | None = None) -> None:
        self._columns: dict[str, dict[str, str]] = {}
        self._connection = duckdb.connect()
        self._connection.execute("SET autoinstall_known_extensions=false")
        self._connection.execute("SET autoload_known_extensions=false")
        self._connection.execute("SET threads=1")
        self.paths: dict[str, Path] = {path.stem: path for path in sorted(folder.glob("*.parquet"))}
        self._inputs = {f"inputs_{p.stem}": p for p in sorted(inputs.glob("*.parquet"))} if inputs else {}
        figures = before / "indicator_values.parquet" if before else None
        if figures and figures.exists():
            self._inputs[BEFORE] = figures
        for name, path in (self.paths | self._inputs).items():
            self._connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet({literal(path)})')

    def has(self, name: str) -> bool:
        """Say whether the table stands in the folder."""
        return name in self.paths or name in self._inputs

    def columns(self, name: str) -> dict[str, str]:
        """Return column → DuckDB type in the table's order; empty when there is no such table."""
        if not self.has(name):
            return {}
        if name not in self._columns:
            rows = self._connection.execute(f'DESCRIBE "{name}"').fetchall()
            self._columns[name] = {row[0]: str(row[1]) for row in rows}
        return self._columns[name]

    def rows(self, name: str, where: str = "true", values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows as dictionaries in the file's order; empty when there is no such table."""
        if not self.has(name):
            return []
        result = self._connection.execute(f'SELECT * FROM "{name}" WHERE {where}', list(values))
        names = [item[0] for item in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query over the views and return its rows."""
        return [tuple(row) for row in self._connection.execute(sql, list(values)).fetchall()]

    def close(self) -> None:
        """Release the files."""
        self._connection.close()

"""The tables of an edition as PostgreSQL sees them: types from Parquet, words and keys from ``datapackage.json``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from opora.errors import MirrorFailed
from publication.releases import Release

# What people filter and join by; a column that begins the primary key has its index already.
INDEXED = ("figure_id", "area_code", "school_code", "academic_year")
_BATCH = 20_000
_TYPES: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "bigint"),
    (pa.types.is_floating, "double precision"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "timestamp with time zone"),
    (pa.types.is_string, "text"),
    (pa.types.is_large_string, "text"),
)


@dataclass(frozen=True)
class Column:
    """A column: its name, its PostgreSQL type, its Russian title (may be empty)."""

    name: str
    type: str
    title: str


@dataclass(frozen=True)
class MirrorTable:
    """A table of a release: what it is, its columns, key, indexed columns, file, hash of the file, number of rows."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexed: tuple[str, ...]
    path: Path
    sha256: str
    rows: int

    @property
    def shape(self) -> tuple[tuple[str, str], ...]:
        """Names and types in order: tables of one shape can take each other's rows."""
        return tuple((column.name, column.type) for column in self.columns)

    def records(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows as Python values, a batch of the file at a time."""
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(_BATCH):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def mirror_tables(release: Release, edition: str) -> list[MirrorTable]:
    """Return the tables of an edition by name; raise ``MirrorFailed`` for a type that PostgreSQL is not told of."""
    root = release.path / edition
    package = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    return [_table(root, item) for item in sorted(package["resources"], key=lambda item: str(item["name"]))]


def _table(root: Path, resource: dict[str, Any]) -> MirrorTable:
    name = str(resource["name"])
    path = root / resource["parquet"]["path"]
    with pq.ParquetFile(path) as file:
        fields, rows = file.schema_arrow, file.metadata.num_rows
    titles = {item["name"]: str(item.get("title", "")) for item in resource["schema"]["fields"]}
    key = tuple(resource["schema"].get("primaryKey", ()))
    return MirrorTable(
        name=name,
        about=str(resource["description"]),
        columns=tuple(
            Column(item.name, _type(name, item.name, item.type), titles.get(item.name, "")) for item in fields
        ),
        key=key,
        indexed=tuple(column for column in INDEXED if column in fields.names and column not in key[:1]),
        path=path,
        sha256=str(resource["parquet"]["hash"]).removeprefix("sha256:"),
        rows=rows,
    )


def _type(table: str, column: str, kind: pa.DataType) -> str:
    for is_kind, name in _TYPES:
        if is_kind(kind):
            return name
    raise MirrorFailed(f"PostgreSQL: столбец {table}.{column}: тип {kind} не переносится")

"""Schemas: the columns of a table, or of all tables of a folder, as Dagster shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from dbt_project.build.columns import BuiltTable, Origin
from dbt_project.build.lake_schema import entities
from orchestration.catalogue.words import Words, by_name

COLUMN_SCHEMA = "dagster/column_schema"
COLUMN_LINEAGE = "dagster/column_lineage"
ROW_COUNT = "dagster/row_count"
ROWS = "rows_by_table"
SHOWN_ORIGINS = 4


def table_schema(columns: Mapping[str, str], say: Callable[[str], str]) -> dg.TableSchema:
    """Return the schema of one table; ``columns`` are name → DuckDB type, ``say`` gives a column's words."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, type=kind.lower(), description=say(name) or None)
            for name, kind in columns.items()
        ]
    )


def model_metadata(name: str, table: BuiltTable, words: Words) -> dict[str, Any]:
    """Return schema and rows (not of a view) of a model or seed as it stands in the warehouse.

    A column's words end with where it comes from: the pages of the open Dagster draw no lineage of columns.
    """

    def say(column: str) -> str:
        origins = origin_words(table, column)
        return f"{words.of(name, column)}{f' ← {origins}' if origins else ''}".strip()

    rows = {} if table.rows is None else {ROW_COUNT: table.rows}
    return {COLUMN_SCHEMA: table_schema(table.columns, say)} | rows


def origin_words(table: BuiltTable, column: str) -> str:
    """Return the columns that a column is computed from: ``int_x.a, lake/contingent:headcounts.b``; the first few."""
    named = [word for origin in table.origins.get(column, ()) if (word := _origin_word(origin))]
    return ", ".join(named[:SHOWN_ORIGINS]) + (
        f" (+{len(named) - SHOWN_ORIGINS})" if named[SHOWN_ORIGINS:] else ""
    )


def _origin_word(origin: Origin) -> str:
    if origin.schema == "lake":
        entity = entities()[origin.table]
        return f"lake/{entity.source}:{entity.name}.{origin.column}"
    shown = {"main": "", "inputs": "candidate_inputs:"}
    return f"{shown[origin.schema]}{origin.table}.{origin.column}" if origin.schema in shown else ""


def source_schema(source: str) -> dg.TableSchema:
    """Return the columns of a source in the lake, ``<entity>.<column>``: its contract without personal fields."""
    columns: dict[str, str] = {}
    titles: dict[str, str] = {}
    for entity in entities().values():
        if entity.source == source:
            for name, kind in entity.columns.items():
                columns[f"{entity.name}.{name}"] = kind
                titles[f"{entity.name}.{name}"] = entity.titles.get(name, "")
    return table_schema(columns, lambda column: titles[column])


def folder_metadata(folder: Path, only: str = "*") -> dict[str, Any]:
    """Return the columns ``<table>.<column>`` of a folder's Parquet files and the rows of each table.

    ``only`` names one table; by default all of them count. Without any table there is nothing to say: an empty answer.
    """
    columns: dict[str, str] = {}
    rows: dict[str, int] = {}
    with duckdb.connect() as con:
        for path in sorted(folder.glob(f"{only}.parquet")):
            described = con.execute("describe select * from read_parquet(?)", [str(path)]).fetchall()
            columns |= {f"{path.stem}.{row[0]}": str(row[1]) for row in described}
            found = con.execute("select count(*) from read_parquet(?)", [str(path)]).fetchone()
            rows[path.stem] = int(found[0]) if found else 0
    return {
        COLUMN_SCHEMA: table_schema(columns, lambda name: by_name(*name.split(".", 1))),
        ROWS: dg.MetadataValue.json(rows),
        ROW_COUNT: sum(rows.values()),
    }

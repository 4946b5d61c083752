"""Withdrawal: a figure touched by a waived finding is never printed; it becomes ``x``.

Belongs here: ``withdraw``, which turns ``cells/`` into ``marts/``.
Does not belong here: deciding what a finding touches (``scope``), judging waivers (``quality``).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from disclosure.scope import condition
from disclosure.tables import CHANGE_COLUMNS, NOT_COMPARABLE, number_columns, write_table
from opora.candidates import Candidate
from opora.embedded import connect
from opora.files import atomic_path
from opora.home import Home
from opora.seals import seal

_WITHDRAWN = "x"
_NOT_IDENTITY = frozenset({"figure_id", "symbol", "value_kind", "change_status", "rule_version"})


def withdraw(home: Home, candidate: Candidate) -> None:
    """Write every table of ``cells/`` to ``marts/``; figures of waived findings become ``x`` without numbers.

    A withdrawn figure takes with it every area that contains its school and the change of the
    following year. A table in which nothing is withdrawn is copied byte for byte.
    """
    waived = waived_findings(candidate.findings)
    candidate.marts.mkdir(parents=True, exist_ok=True)
    ids: set[str] = set()
    paths = sorted(candidate.cells.glob("*.parquet"))
    figures = [path for path in paths if path.stem == "indicator_values"]
    for path in figures + [path for path in paths if path not in figures]:
        target = candidate.marts / path.name
        table = _withdrawn_table(path, waived, candidate.cells / "area_members.parquet", ids)
        if table is None:
            with atomic_path(target) as part:
                shutil.copyfile(path, part)
        else:
            write_table(target, table)
    seal(candidate, [candidate.marts / path.name for path in paths])


def waived_findings(path: Path) -> list[Mapping[str, Any]]:
    """Return the findings that a waiver covers; an absent file means that nothing was found."""
    if not path.exists():
        return []
    content = json.loads(path.read_text(encoding="utf-8"))
    findings = content["findings"] if isinstance(content, dict) else content
    return [finding for finding in findings if finding.get("covered_by")]


def _withdrawn_table(
    path: Path, waived: Sequence[Mapping[str, Any]], members: Path, ids: set[str]
) -> pa.Table | None:
    """Return the table after withdrawal, or ``None`` when it stays; ids of withdrawn figures join ``ids``."""
    schema = pq.read_schema(path)
    columns = frozenset(schema.names)
    if "figure_id" in columns and "symbol" not in columns:
        return _without_figures(path, ids) if number_columns(schema) else None
    touching = [finding for finding in waived if _touches(finding, path.stem, columns)]
    if not touching:
        return None
    rows, later = _rows(path, touching, columns, members)
    if not rows.any():
        return None
    table = pq.read_table(path)
    if "figure_id" in columns and path.stem == "indicator_values":
        ids.update(table.column("figure_id").filter(pa.array(rows)).to_pylist())
    table = blank(table, rows, _WITHDRAWN)
    return without_change(table, rows | later)


def _touches(finding: Mapping[str, Any], table: str, columns: frozenset[str]) -> bool:
    named = finding.get("tables") or ()
    return table in named if named else "symbol" in columns


def _without_figures(path: Path, ids: set[str]) -> pa.Table | None:
    """Drop the details of withdrawn figures (exclusions and the like); ``None`` when there are none."""
    if not ids:
        return None
    table = pq.read_table(path)
    gone = pc.is_in(table.column("figure_id"), value_set=pa.array(sorted(ids), pa.string()))
    return table.filter(pc.invert(gone)) if pc.any(gone).as_py() else None


def _rows(
    path: Path, touching: Sequence[Mapping[str, Any]], columns: frozenset[str], members: Path
) -> tuple[np.ndarray, np.ndarray]:
    """Return two masks over the table's rows: withdrawn, and following a withdrawn year."""
    count = pq.read_metadata(path).num_rows
    rows, later = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    con = connect(path.parent.parent / "spilled-withdrawal")
    try:
        con.read_parquet(str(path), file_row_number=True).create("source_rows")
        con.execute("create temp view source_table as select *, file_row_number as position from source_rows")
        if members.exists():
            con.read_parquet(str(members)).create("area_members")
        for finding in touching:
            where = condition(finding.get("scope") or {}, columns, members.exists())
            if where is None:
                continue
            query = f"select t.position from source_table t where {where.sql}"
            rows[con.execute(query, where.parameters).fetchnumpy()["position"]] = True
        if "change" in columns and "academic_year" in columns and rows.any():
            later[_following(con, rows)] = True
    finally:
        con.close()
    return rows, later


def _following(con: duckdb.DuckDBPyConnection, rows: np.ndarray) -> np.ndarray:
    """Return positions of the rows of the next academic year with the keys of the given rows."""
    con.register("withdrawn", pa.table({"position": np.flatnonzero(rows)}))
    described = con.execute("describe source_table").fetchall()
    keys = [
        name
        for name, kind, *_ in described
        if kind == "VARCHAR" and name not in _NOT_IDENTITY and name != "academic_year"
    ]
    same = " and ".join(f"b.{key} is not distinct from a.{key}" for key in keys) or "true"
    query = f"""
        select b.position from source_table b, source_table a, withdrawn w
        where a.position = w.position and {same}
          and cast(left(b.academic_year, 4) as integer) = cast(left(a.academic_year, 4) as integer) + 1
    """
    return np.asarray(con.execute(query).fetchnumpy()["position"])


def blank(table: pa.Table, rows: np.ndarray, symbol: str) -> pa.Table:
    """Return the table with the numbers of the given rows null and their symbol set."""
    mask = pa.array(rows)
    for name in number_columns(table.schema):
        table = _replaced(table, name, mask, None)
    if "symbol" in table.schema.names:
        table = _replaced(table, "symbol", mask, symbol)
    return table


def without_change(table: pa.Table, rows: np.ndarray) -> pa.Table:
    """Return the table with the change of the given rows not comparable."""
    mask = pa.array(rows)
    for name in CHANGE_COLUMNS:
        if name in table.schema.names:
            value = NOT_COMPARABLE if name == "change_status" else None
            table = _replaced(table, name, mask, value)
    return table


def _replaced(table: pa.Table, name: str, mask: pa.Array, value: str | None) -> pa.Table:
    index = table.schema.get_field_index(name)
    field = table.schema.field(index)
    column = pc.if_else(mask, pa.scalar(value, field.type), table.column(index))
    return table.set_column(index, pa.field(name, field.type), column)

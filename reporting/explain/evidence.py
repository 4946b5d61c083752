"""What stands behind one figure of a release: its row, its exclusions, deliveries and source rows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from opora.errors import UsageError
from reporting.explain.rows import FIGURE_ROWS, GRADUATES

Row = dict[str, Any]
_DOMAINS = {
    "I1": ("gia",),
    "I2": ("olympiad",),
    "I3": ("olympiad",),
    "I4": ("olympiad", "contest"),
    "I5": ("platform",),
}
_PER_CONTINGENT = {("I2", "per_100"), ("I4", "share")}


@dataclass(frozen=True)
class Evidence:
    """One figure with all that a release knows of it.

    ``rows`` are the source rows (empty in a release without ``internal/rows``); ``graduates`` the verdicts on people
    of I1 by the figure's cut-off.
    """

    figure: Row
    indicator: Row
    schools: list[str]
    exclusions: list[Row]
    deliveries: list[Row]
    rows: list[Row] = field(default_factory=list)
    graduates: list[Row] = field(default_factory=list)


def read_evidence(internal: Path, figure_id: str) -> Evidence:
    """Return the evidence of a figure, named by its id or the unambiguous beginning of one.

    ``internal`` is the folder of a release's internal edition. Raises ``UsageError`` for an unknown or ambiguous id.
    """
    with duckdb.connect() as con:
        tables = internal / "tables"
        figure = _one_figure(con, tables, figure_id)
        schools = _schools(con, tables, figure)
        known = {item["delivery_id"]: item for item in _manifest_deliveries(internal)}
        where = "where figure_id = ?"
        told = _query(
            con,
            f"select delivery_id from {_file(tables / 'figure_deliveries.parquet')} {where}",
            [figure["figure_id"]],
        )
        exclusions = _query(
            con,
            f"select reason, n from {_file(tables / 'figure_exclusions.parquet')} {where} order by 1",
            [figure["figure_id"]],
        )
        indicator = _query(
            con,
            f"select * from {_file(tables / 'dim_indicator.parquet')} where indicator_code = ?",
            [figure["indicator_code"]],
        )[0]
        rows, graduates = [], []
        if (internal / "rows" / FIGURE_ROWS).exists():
            rows = _rows(con, internal / "rows" / FIGURE_ROWS, figure, schools)
            if figure["indicator_code"] == "I1":
                graduates = _graduates(con, internal / "rows" / GRADUATES, figure, schools)
    deliveries = sorted(
        (known.get(row["delivery_id"], row) for row in told),
        key=lambda row: (row.get("source", ""), row.get("file_name", "")),
    )
    names = {row["delivery_id"]: row.get("file_name", "") for row in known.values()}
    for row in rows:
        row["file_name"] = names.get(row["delivery_id"], "")
    return Evidence(figure, indicator, schools, exclusions, deliveries, rows, graduates)


def _one_figure(con: duckdb.DuckDBPyConnection, tables: Path, figure_id: str) -> Row:
    values = _file(tables / "indicator_values.parquet")
    found = _query(
        con, f"select * from {values} where starts_with(figure_id, ?) limit 2", [figure_id.strip().lower()]
    )
    if not found:
        raise UsageError(
            f"показатель {figure_id}: такого номера в выпуске нет; номера стоят в отчёте и в таблице indicator_values"
        )
    if len(found) > 1:
        raise UsageError(
            f"показатель {figure_id}: номеров с таким началом несколько, добавьте знаков (всего их 16)"
        )
    return found[0]


def _schools(con: duckdb.DuckDBPyConnection, tables: Path, figure: Row) -> list[str]:
    """Return the schools that the figure's area adds up."""
    if figure["area_kind"] == "school":
        return [str(figure["area_code"])]
    members = _file(tables / "area_members.parquet")
    conditions = ["academic_year = ?"]
    values = [figure["academic_year"]]
    if figure["area_kind"] != "region":
        conditions += ["municipality_code = ?", "area_kind = ?", "area_code = ?"]
        values += [figure["municipality_code"], figure["area_kind"], figure["area_code"]]
    rows = _query(
        con, f"select distinct school_code from {members} where {' and '.join(conditions)} order by 1", values
    )
    return [row["school_code"] for row in rows]


def _rows(con: duckdb.DuckDBPyConnection, path: Path, figure: Row, schools: list[str]) -> list[Row]:
    """Return the source rows of the figure's numerator and denominator, those that count first."""
    year, indicator = figure["academic_year"], figure["indicator_code"]
    parts = ["list_contains(?, domain)"]
    values: list[Any] = [year, schools, list(_DOMAINS.get(indicator, ()))]
    for column in ("gia_level", "stage", "subject", "period"):
        if figure[column] not in ("z", "all", "any", "year"):
            parts.append(f"{column} in (?, 'z', 'any')" if column != "period" else "period = ?")
            values.append(figure[column])
    if figure["award"] in ("winner", "prize_winner"):
        parts.append("award = ?")
        values.append(figure["award"])
    chosen = "(" + " and ".join(parts) + ")"
    grades = _grades(figure)
    if grades:
        chosen += " or (domain = 'contingent' and list_contains(?, regexp_extract(says, 'grade=(\\d+)', 1)))"
        values.append(grades)
    return _query(
        con,
        f"select * from {_file(path)} where academic_year = ? and list_contains(?, school_code) and ({chosen}) "
        "order by exclusion_reason is not null, domain, row_kind, school_code, delivery_id, source_sheet, source_row",
        values,
    )


def _grades(figure: Row) -> list[str]:
    """Return the grades of the contingent that the figure divides by, as text."""
    if figure["denominator_kind"] == "enrolled":
        return ["9", "11"] if figure["gia_level"] == "all" else [figure["gia_level"]]
    if (figure["indicator_code"], figure["measure"]) in _PER_CONTINGENT:
        return ["8", "9", "10", "11"]
    return []


def _graduates(con: duckdb.DuckDBPyConnection, path: Path, figure: Row, schools: list[str]) -> list[Row]:
    levels = ["9", "11"] if figure["gia_level"] == "all" else [figure["gia_level"]]
    return _query(
        con,
        f"select * from {_file(path)} where academic_year = ? and cutoff = ? and list_contains(?, gia_level) "
        "and list_contains(?, school_code) order by is_passed, school_code, gia_level, person",
        [figure["academic_year"], figure["cutoff"], levels, schools],
    )


def _manifest_deliveries(internal: Path) -> list[Row]:
    manifest = internal / "manifest.json"
    return list(json.loads(manifest.read_text(encoding="utf-8"))["deliveries"]) if manifest.exists() else []


def _file(path: Path) -> str:
    return "read_parquet('" + str(path).replace("'", "''") + "')"


def _query(con: duckdb.DuckDBPyConnection, query: str, values: list[Any]) -> list[Row]:
    cursor = con.execute(query, values)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

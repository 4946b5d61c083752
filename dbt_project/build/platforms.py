"""The check that every platform of the reports has its class before anything runs: without one nobody knows whether
it counts in I5."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dbt_project.build.rules import merged
from opora.errors import UsageError
from opora.home import Home


def check_platforms(home: Home, inputs: Path) -> None:
    """Raise ``UsageError`` naming each platform that reports in a year without a row in the seed ``platforms``."""
    rows = merged(home, "platforms")
    unknown = [
        (platform, year)
        for platform, year in _reporting(home, inputs)
        if not any(
            row["platform_code"] == platform
            and row["first_academic_year"] <= year
            and (not row["last_academic_year"] or year <= row["last_academic_year"])
            for row in rows
        )
    ]
    if unknown:
        named = "; ".join(f"«{platform}» ({year})" for platform, year in unknown)
        raise UsageError(
            f"платформы без класса: {named}. Добавьте строки в rules/platforms.csv: класс (journal, lms, content, "
            "messenger), утверждена ли платформа и с какого учебного года"
        )


_ENTITIES = (("platform_persons", "usage"), ("platform_events", "actions"), ("platform_aggregate", "months"))


def _reporting(home: Home, inputs: Path) -> list[tuple[str, str]]:
    """Return the platforms that report, with the academic year, over every form of report."""
    with duckdb.connect() as con:
        return sorted(
            {pair for source, entity in _ENTITIES for pair in _platforms(con, home, inputs, source, entity)}
        )


def _platforms(
    con: duckdb.DuckDBPyConnection, home: Home, inputs: Path, source: str, entity: str
) -> list[tuple[str, str]]:
    readings = con.execute(
        "select distinct academic_year, reading_id from read_parquet(?) where source = ? and entity = ?",
        [str(inputs / "effective.parquet"), source, entity],
    ).fetchall()
    folder = home.lake / source / entity
    paths = [str(folder / f"academic_year={year}" / f"{reading}.parquet") for year, reading in readings]
    if not paths:
        return []
    found = con.execute(
        "select distinct platform_code, academic_year from read_parquet(?, hive_partitioning=true, "
        "hive_types={'academic_year': varchar}) where platform_code is not null order by all",
        [paths],
    ).fetchall()
    return [(str(platform), str(year)) for platform, year in found]

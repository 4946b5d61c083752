"""The demo on both engines: every mart and every year part row for row, every value, every type."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.spark.conftest import Built

pytestmark = pytest.mark.spark


def differences(one: Path, other: Path) -> list[str]:
    """Return what differs between two Parquet files: columns, types, then rows that only one of them has."""
    with duckdb.connect() as con:
        columns = [
            con.execute("describe select * from read_parquet(?)", [str(path)]).fetchall()
            for path in (one, other)
        ]
        if columns[0] != columns[1]:
            return [f"columns {set(map(str, columns[0])) ^ set(map(str, columns[1]))}"]
        found = []
        for path, against, name in ((one, other, "first"), (other, one, "second")):
            rows = con.execute(
                "select * from read_parquet(?) except all select * from read_parquet(?)",
                [str(path), str(against)],
            ).fetchall()
            found += [f"only in the {name}: {row}" for row in rows[:3]]
            found += [f"… {len(rows)} such rows"] if len(rows) > 3 else []
        return found


def test_the_comparison_can_fail(tmp_path: Path) -> None:
    rows = {"a": "(1, 0.1::double), (1, 0.1), (2, null)", "b": "(1, 0.1::double), (2, null), (2, null)"}
    for name, values in rows.items():
        duckdb.connect().execute(
            f"copy (select * from (values {values}) t(x, y)) to '{tmp_path / name}.parquet'"
        )
    found = differences(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert found == ["only in the first: (1, 0.1)", "only in the second: (2, None)"]
    assert differences(tmp_path / "a.parquet", tmp_path / "a.parquet") == []


def test_every_mart_is_equal_row_for_row(by_duckdb: Built, by_spark: Built) -> None:
    mine, theirs = by_duckdb.marts(), by_spark.marts()
    assert list(mine) == list(theirs)
    assert len(mine) > 15
    assert by_duckdb.report.tables == by_spark.report.tables
    assert sum(by_spark.report.tables.values()) > 10_000
    faults = {name: differences(path, theirs[name]) for name, path in mine.items()}
    assert not {name: found for name, found in faults.items() if found}


def test_every_year_part_is_equal_row_for_row(by_duckdb: Built, by_spark: Built) -> None:
    """Keys differ, because an engine stands in them; rows do not."""
    theirs = {(part.domain, part.academic_year): part for part in by_spark.report.built}
    assert len(theirs) == len(by_duckdb.report.built) > 4
    faults = {}
    for part in by_duckdb.report.built:
        other = theirs[(part.domain, part.academic_year)]
        assert other.key != part.key
        for path in sorted(part.folder(by_duckdb.home).glob("*.parquet")):
            found = differences(path, other.folder(by_spark.home) / path.name)
            if found:
                faults[f"{part.domain} {part.academic_year} {path.stem}"] = found
    assert not faults


def test_what_is_explained_stands_in_the_candidate(by_duckdb: Built, by_spark: Built) -> None:
    """Explanation, catalogue and passports read the candidate's DuckDB file: it has every model and seed."""
    mine, theirs = by_duckdb.report.models, by_spark.report.models
    assert set(mine) == set(theirs)
    # What is a view for DuckDB, and so not counted, lands from Spark as a table.
    counted = {name: table.rows for name, table in mine.items() if table.rows is not None}
    assert counted == {name: theirs[name].rows for name in counted}
    with duckdb.connect(str(by_duckdb.candidate.warehouse), read_only=True) as con:
        views = con.execute("select view_name from duckdb_views() where schema_name = 'main'").fetchall()
    assert set(mine) - set(counted) == {name for (name,) in views} & set(mine)
    origins = {name: table.origins for name, table in mine.items() if table.origins != theirs[name].origins}
    assert not origins

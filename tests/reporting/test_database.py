"""``opora.duckdb``: macros against statsmodels and hand-made rows, objects in their order, missing tables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import marts_fixture
import marts_tables
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from opora.candidates import Candidate
from reporting.database.write import _read, objects, write_database
from reporting.tables import TableStore

CASES = [(0, 7), (7, 7), (1, 12), (24, 31), (1077, 1165), (499, 1000)]


def _open(candidate: Candidate) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(candidate.internal / "opora.duckdb"), read_only=True)


@pytest.mark.parametrize(("k", "n"), CASES)
def test_share_macros_against_statsmodels(candidate: Candidate, k: int, n: int) -> None:
    with _open(candidate) as con:
        got = con.execute(
            "select share_pct($k, $n), wilson_low($k, $n), wilson_high($k, $n)", {"k": k, "n": n}
        )
        low, high = proportion_confint(k, n, method="wilson")
        assert got.fetchone() == pytest.approx((100 * k / n, 100 * low, 100 * high), abs=1e-9)


@pytest.mark.parametrize(("before", "now"), [((24, 31), (30, 33)), ((0, 12), (3, 14)), ((90, 90), (80, 88))])
def test_change_macros_against_statsmodels(
    candidate: Candidate, before: tuple[int, int], now: tuple[int, int]
) -> None:
    low, high = confint_proportions_2indep(*now, *before, compare="diff", method="newcomb")
    with _open(candidate) as con:
        got = con.execute("select change_low($1, $2, $3, $4), change_high($1, $2, $3, $4)", [*now, *before])
        assert got.fetchone() == pytest.approx((100 * low, 100 * high), abs=1e-9)


def test_macros_of_nobody_and_of_nonsense_are_empty(candidate: Candidate) -> None:
    with _open(candidate) as con:
        for k, n in ((0, 0), (None, 5), (1, None), (6, 5), (-1, 5)):
            got = con.execute("select wilson_low($1::int, $2::int), wilson_high($1::int, $2::int)", [k, n])
            assert got.fetchone() == (None, None), (k, n)


def test_table_macros_equal_the_rows_they_name(candidate: Candidate, tmp_path: Path) -> None:
    figures = f"'{candidate.marts}/indicator_values.parquet'"
    for name in ("indicator_values", "dim_school"):
        (tmp_path / f"{name}.parquet").write_bytes((candidate.marts / f"{name}.parquet").read_bytes())
    for name, columns in (
        ("figure_exclusions", {"figure_id": "VARCHAR", "reason": "VARCHAR", "n": "BIGINT"}),
        ("figure_deliveries", {"figure_id": "VARCHAR", "delivery_id": "VARCHAR"}),
    ):
        marts_tables.write_table(tmp_path / f"{name}.parquet", columns, [dict.fromkeys(columns)])
    words = {"indicator_code": "VARCHAR", "title": "VARCHAR", "unit": "VARCHAR"}
    marts_tables.write_table(tmp_path / "dim_indicator.parquet", words, [dict.fromkeys(words, "I1")])
    store = TableStore(tmp_path)
    write_database(store, tmp_path / "all.duckdb")
    store.close()
    with duckdb.connect(str(tmp_path / "all.duckdb"), read_only=True) as con:
        code, year = con.execute(
            f"select min(area_code), max(academic_year) from {figures} where area_kind = 'school'"
        ).fetchall()[0]
        for macro, where in (
            (f"school_figures('{code}')", f"area_kind = 'school' and area_code = '{code}'"),
            ("series('I1', 'group', 'shnor')", "indicator_code = 'I1' and area_code = 'shnor'"),
            (
                f"changes('{year}')",
                f"area_kind = 'school' and academic_year = '{year}' and change is not null",
            ),
        ):
            ours = con.execute(f"select figure_id from {macro} order by 1").fetchall()
            true = con.execute(
                f"select figure_id from {figures} where is_official and {where} order by 1"
            ).fetchall()
            assert ours == true and ours, macro
        assert con.execute("select latest_year()").fetchone() == (year,)
        ((one, numerator),) = con.execute(f"select figure_id, numerator from {figures} limit 1").fetchall()
        assert con.execute(f"select numerator from why('{one}')").fetchall() == [(numerator,)]


def test_objects_whose_tables_a_release_lacks_are_left_out(candidate: Candidate, tmp_path: Path) -> None:
    name = "indicator_values.parquet"
    (tmp_path / name).write_bytes((candidate.marts / name).read_bytes())
    store = TableStore(tmp_path)
    write_database(store, tmp_path / "small.duckdb")
    store.close()
    with duckdb.connect(str(tmp_path / "small.duckdb"), read_only=True) as con:
        views = {
            row[0]
            for row in con.execute("select view_name from duckdb_views() where not internal").fetchall()
        }
        assert views == set()
        assert con.execute("select latest_year()").fetchone() is not None


def test_objects_come_after_what_they_read_and_broken_files_are_refused(tmp_path: Path) -> None:
    seen: set[str] = set()
    known = {item.name for item in objects()}
    for item in objects():
        assert item.needs & known <= seen
        seen.add(item.name)
    broken = tmp_path / "v_wrong.sql"
    broken.write_text("-- Вид\ncreate view v_other as select 1;\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"v_wrong\.sql"):
        _read(broken)


def test_opens_under_another_name(candidate: Candidate) -> None:
    """An analyst may attach several releases side by side: views keep to their own file."""
    with duckdb.connect() as con:
        con.execute(f"attach '{candidate.internal / 'opora.duckdb'}' as before (read_only)")
        assert (
            con.execute("select count(*) from before.v_official").fetchone()
            == con.execute("select count(*) from before.indicator_values where is_official").fetchone()
        )
        assert con.execute("select distinct academic_year from before.v_latest").fetchall() == [
            (marts_fixture.YEARS[-1],)
        ]

"""The real regional return: what its readers measured in it by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion.ledger import current_readings
from ingestion.run import ingest
from opora.config import Config, Municipality
from opora.home import Home

FILE = (
    Path(__file__).resolve().parents[3] / "shared" / "data" / "zabaykalsky_krai_ege_by_school_2022_2024.xlsx"
)
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the folder with real files is not on this machine")


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Home:
    config = Config(region=Municipality(code="76", name="Забайкальский край"), register="propose")
    home = Home.create(tmp_path_factory.mktemp("region") / "home", config)
    shutil.copyfile(FILE, home.inbox / FILE.name)
    report = ingest(home)
    assert report.returned == []
    return home


def test_golden_facts(region: Home) -> None:
    rows = (
        duckdb.connect()
        .sql(f"""
        select academic_year, record_kind, count(distinct source_row), count(distinct municipality_name),
            sum(participants) filter (subject_code = 1), sum(below_minimum) filter (subject_code = 1)
        from read_parquet('{region.lake}/gia_school_return/subject_counts/*/*.parquet', hive_partitioning = true)
        group by all order by 1""")
        .fetchall()
    )
    assert rows[:2] == [
        ("2021-2022", "results", 371, 36, 5211, 64),
        ("2022-2023", "results", 373, 36, 4955, 7),
    ]
    assert rows[2][:2] == ("2023-2024", "registrations")


def test_every_row_is_accounted_for(region: Home) -> None:
    (record,) = current_readings(region)
    rows = {sheet["sheet"]: sheet["rows"] for sheet in record["sheets"]}
    assert rows["2022"] == {
        "read": 379,
        "landed": 371,
        "quarantined": 0,
        "title": 2,
        "blank": 3,
        "header": 2,
        "total": 1,
    }
    assert rows["2023"]["landed"] == 373
    # 369 schools, 68 of them without a single application.
    assert (rows["2024"]["landed"], rows["2024"]["nobody"]) == (301, 68)
    assert record["quarantine"] == []


def test_totals_that_do_not_reconcile(region: Home) -> None:
    (record,) = current_readings(region)
    sums = [(m["sheet"], m["cell"], m["subject_code"], m["field"], m["stated"], m["computed"])
            for m in record["total_mismatches"] if m["kind"] == "sum"]  # fmt: skip
    assert sums == [("2023", "AG381", 7, "hundred", 0.0, 3.0), ("2022", "AU379", 10, "high_80_99", 0.0, 1.0)]
    history = next(m for m in record["total_mismatches"] if m["cell"] == "AH381")
    assert (history["kind"], history["stated"]) == ("mean", 9.74)
    assert 49.9 < history["computed"] < 50.0


def test_faults_of_content_are_there_for_the_gate(region: Home) -> None:
    lake = f"read_parquet('{region.lake}/gia_school_return/subject_counts/*/*.parquet', hive_partitioning = true)"
    impossible = (
        duckdb.connect()
        .sql(f"""
        select academic_year, subject_code, count(*) from {lake}
        where coalesce(below_minimum, 0) + coalesce(high_80_99, 0) + coalesce(hundred, 0) > coalesce(participants, 0)
        group by all having count(*) > 5 order by all""")
        .fetchall()
    )
    assert impossible == [("2022-2023", 4, 117)]
    more = (
        duckdb.connect()
        .sql(f"""
        select subject_code, count(*) from {lake}
        where academic_year = '2021-2022' and participants > graduates and subject_code in (1, 22)
        group by all order by 1""")
        .fetchall()
    )
    assert more == [(1, 5), (22, 17)]

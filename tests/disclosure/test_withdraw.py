"""Withdrawal of waived figures: what goes, what stays, what stays byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from disclosure_cases import MUNICIPALITY, figure, members, new_home, read, write

from disclosure.withdraw import withdraw

YEARS = ("2023-2024", "2024-2025", "2025-2026")
OTHER = "71000002"


def cells() -> list[dict[str, Any]]:
    rows = []
    for year in YEARS:
        for school in ("000001", "000002"):
            rows.append(figure("school", school, 40, 50, academic_year=year))
        rows.append(figure("group", "supported", 40, 50, academic_year=year))
        rows.append(figure("group", "other", 40, 50, academic_year=year))
        rows.append(figure("municipality", MUNICIPALITY, 80, 100, academic_year=year))
        rows.append(figure("school", "000009", 9, 90, academic_year=year, municipality_code=OTHER))
        rows.append(figure("group", "supported", 9, 90, academic_year=year, municipality_code=OTHER))
        rows.append(figure("region", "z", 89, 190, academic_year=year, municipality_code="z"))
        keys = {"indicator_code": "I2", "measure": "pupils", "stage": "any", "academic_year": year}
        rows.append(figure("school", "000001", 7, subject="russian", **keys))
        rows.append(figure("school", "000001", 9, subject="any", **keys))
    return rows


@pytest.fixture
def place(tmp_path: Path) -> Any:
    home, candidate = new_home(tmp_path)
    write(candidate.cells, "indicator_values", cells())
    write(candidate.cells, "dim_school", [{"school_code": "000001", "places": 500}], None)
    listed = [
        row for year in YEARS for row in members({"000001": ["supported"], "000002": ["other"]}, year=year)
    ]
    write(candidate.cells, "area_members", listed, None)
    return home, candidate


def waive(candidate: Any, **scope: Any) -> None:
    finding = {"rule": "r", "severity": "blocker", "scope": scope, "covered_by": "w.yaml"}
    open_one = {**finding, "scope": {}, "covered_by": None}
    candidate.findings.write_text(json.dumps([finding, open_one]), encoding="utf-8")


def gone(candidate: Any) -> set[tuple[str, ...]]:
    rows = read(candidate.marts / "indicator_values.parquet")
    for row in rows:
        if row["symbol"] == "x":
            assert (
                row["numerator"]
                is row["denominator"]
                is row["value"]
                is row["ci_low"]
                is row["change"]
                is None
            )
            assert row["n_pending"] is None and row["change_status"] == "not_comparable"
        else:
            assert row["numerator"] is not None
    return {
        (
            row["academic_year"],
            row["municipality_code"],
            row["area_code"],
            row["indicator_code"],
            row["subject"],
        )
        for row in rows
        if row["symbol"] == "x"
    }


def test_nothing_waived_is_a_copy_byte_for_byte(place: Any) -> None:
    home, candidate = place
    withdraw(home, candidate)
    for path in candidate.cells.glob("*.parquet"):
        assert (candidate.marts / path.name).read_bytes() == path.read_bytes()


def test_a_school_takes_its_areas_and_the_change_of_the_next_year(place: Any) -> None:
    home, candidate = place
    waive(
        candidate,
        academic_year="2024-2025",
        source="gia_protocol",
        gia_level="9",
        municipality_code=MUNICIPALITY,
        school_code="000001",
    )
    withdraw(home, candidate)
    year = "2024-2025"
    assert gone(candidate) == {
        (year, MUNICIPALITY, "000001", "I1", "z"),
        (year, MUNICIPALITY, "supported", "I1", "z"),
        (year, MUNICIPALITY, MUNICIPALITY, "I1", "z"),
        (year, "z", "z", "I1", "z"),
    }
    rows = read(candidate.marts / "indicator_values.parquet")
    unchanged = {
        (row["academic_year"], row["municipality_code"], row["area_code"]): row["change"]
        for row in rows
        if row["indicator_code"] == "I1"
    }
    assert unchanged["2025-2026", MUNICIPALITY, "000001"] is None
    assert unchanged["2025-2026", MUNICIPALITY, "supported"] is None
    assert unchanged["2025-2026", MUNICIPALITY, "000002"] == 1.5
    assert unchanged["2023-2024", MUNICIPALITY, "000001"] == 1.5
    assert unchanged["2025-2026", OTHER, "supported"] == 1.5
    following = [row for row in rows if row["academic_year"] == "2025-2026" and row["area_code"] == "000001"]
    assert following[0]["value"] == 80.0  # the next year's own figure stands


def test_an_optional_subject_at_level_11_does_not_touch_the_share_who_passed(place: Any) -> None:
    home, candidate = place
    waive(candidate, academic_year="2024-2025", source="gia_school_return", gia_level="11", subject_code="4")
    withdraw(home, candidate)
    assert gone(candidate) == set()


def test_an_olympiad_subject_takes_its_totals(place: Any) -> None:
    home, candidate = place
    waive(candidate, academic_year="2023-2024", source="vsosh_school_stage", subject_code="1")
    withdraw(home, candidate)
    assert gone(candidate) == {
        ("2023-2024", MUNICIPALITY, "000001", "I2", "russian"),
        ("2023-2024", MUNICIPALITY, "000001", "I2", "any"),
    }


def test_without_membership_every_group_of_the_municipality_goes(place: Any) -> None:
    home, candidate = place
    (candidate.cells / "area_members.parquet").unlink()
    waive(candidate, academic_year="2024-2025", school_code="000002", indicator_code="I1")
    withdraw(home, candidate)
    codes = {(where[1], where[2]) for where in gone(candidate)}
    assert codes == {
        (MUNICIPALITY, "000002"),
        (MUNICIPALITY, "supported"),
        (MUNICIPALITY, "other"),
        (MUNICIPALITY, MUNICIPALITY),
        ("z", "z"),
    }


def test_details_of_a_withdrawn_figure_go_and_named_tables_limit(place: Any) -> None:
    home, candidate = place
    ids = [row["figure_id"] for row in cells() if row["academic_year"] == "2024-2025"]
    write(
        candidate.cells, "figure_exclusions", [{"figure_id": i, "reason": "spo", "n": 3} for i in ids], None
    )
    subjects = [
        {
            "academic_year": "2024-2025",
            "school_code": "000001",
            "subject_code": code,
            "failed": 1,
            "symbol": None,
        }
        for code in ("1", "4")
    ]
    schema = pa.schema(
        [(name, pa.string()) for name in ("academic_year", "school_code", "subject_code")]
        + [("failed", pa.int64()), ("symbol", pa.string())]
    )
    write(candidate.cells, "subject_results", subjects, schema)
    waive(candidate, academic_year="2024-2025", school_code="000001", source="gia_protocol", subject_code="4")
    withdraw(home, candidate)
    kept = {row["figure_id"] for row in read(candidate.marts / "figure_exclusions.parquet")}
    expected = {
        row["figure_id"]
        for row in cells()
        if row["academic_year"] == "2024-2025"
        and not (
            row["area_code"] in ("000001", "supported", MUNICIPALITY, "z")
            and row["indicator_code"] == "I1"
            and row["municipality_code"] in (MUNICIPALITY, "z")
        )
    }
    assert kept == expected
    results = {row["subject_code"]: row for row in read(candidate.marts / "subject_results.parquet")}
    assert (results["4"]["failed"], results["4"]["symbol"]) == (None, "x")
    assert (results["1"]["failed"], results["1"]["symbol"]) == (1, None)

    finding = json.loads(candidate.findings.read_text())[0] | {"tables": ["subject_results"]}
    candidate.findings.write_text(json.dumps({"findings": [finding]}), encoding="utf-8")
    withdraw(home, candidate)
    assert gone(candidate) == set()

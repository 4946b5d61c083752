"""Areas: which schools are active, in which groups they stand, and homes without a register or with several bodies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from opora.config import Config, Municipality
from tests.dbt_project.figure_table import FigureTable
from tests.dbt_project.lake_fixture import LakeFixture
from tests.dbt_project.town import LAST, MATHEMATICS, RUSSIAN, THIS, TOWN, A, B, C, D, book, protocol, school


def members(tables: dict[str, pd.DataFrame], year: str, area: str) -> list[str]:
    found = tables["area_members"].query("academic_year == @year and area_code == @area")
    return sorted(found["school_code"])


@pytest.mark.parametrize(
    ("year", "area", "schools"),
    [
        (LAST, TOWN, [A, B, C]),
        (THIS, TOWN, [A, B, D]),  # C closed on 31 August, D opened on 1 September
        (LAST, "shnor", [C]),
        (THIS, "shnor", [A]),
        (LAST, "shnsu", [A]),
        (THIS, "shnsu", [A]),
        (LAST, "supported", []),
        (THIS, "supported", [A]),
        (THIS, "partner", [B]),
        (LAST, "other", [A, B, C]),
        (THIS, "other", [D]),
    ],
)
def test_members_of_areas(tables: dict[str, pd.DataFrame], year: str, area: str, schools: list[str]) -> None:
    assert members(tables, year, area) == schools


def test_inactive_schools_and_empty_groups_have_no_figures(tables: dict[str, pd.DataFrame]) -> None:
    areas = tables["indicator_values"].groupby("academic_year")["area_code"].agg(set)
    assert areas[LAST] == {A, B, C, TOWN, "shnor", "shnsu", "other"}
    assert areas[THIS] == {A, B, D, TOWN, "shnor", "shnsu", "supported", "partner", "other"}


def test_dimensions(tables: dict[str, pd.DataFrame]) -> None:
    schools = tables["dim_school"].set_index("school_code")
    assert schools.loc[D, "predecessor_code"] == C
    assert not schools["is_provisional"].any()
    years = tables["dim_academic_year"].set_index("academic_year")
    assert list(years.index) == [LAST, THIS]
    assert str(years.loc[THIS, "last_day"])[:10] == "2025-08-31"
    pairs = tables["bridge_partnership"]
    assert pairs[["academic_year", "supported_school_code", "partner_school_code"]].values.tolist() == [
        [THIS, A, B]
    ]
    assert tables["dim_indicator"]["indicator_code"].tolist() == ["I1", "I2", "I3", "I4", "I5"]


def two_towns() -> dict[str, list[dict[str, object]]]:
    """Return rows of two towns; the second one delivered no municipal stage."""
    other = {"municipality_code": "72000000", "municipality_name": "Другой город"}
    stage = [book(code, number, subject, 9, 9, 5.0, school_name=None)
             for number, (code, subject) in enumerate(
                 [(A, RUSSIAN), (A, MATHEMATICS), (B, RUSSIAN), (B, MATHEMATICS)])]  # fmt: skip
    return {
        "school_register__schools": [school(A), school(B, **other)],
        "vsosh_school_stage__results": stage,
        "vsosh_municipal_protocol__results": [
            protocol(A, 0, RUSSIAN, 9, 5.0),
            protocol(A, 1, MATHEMATICS, 9, 5.0),
        ],
    }


def test_a_region_adds_up_municipalities_that_all_delivered(tmp_path: Path) -> None:
    config = Config(region=Municipality(code="75", name="Край"))
    built = LakeFixture(tmp_path, two_towns(), config=config).tables()
    figures = FigureTable(built["indicator_values"])
    whole = figures.row(THIS, "75", "I2", "pupils", stage="school", subject="any")
    assert (whole["area_kind"], whole["municipality_code"], whole["numerator"]) == ("region", "z", 4)
    assert figures.row(THIS, "75", "I2", "pupils", stage="any", subject="any")["symbol"] == "x"
    assert figures.number(THIS, TOWN, "I2", "pupils", stage="any", subject="any") == 2
    assert figures.row(THIS, "72000000", "I2", "pupils", stage="any", subject="any")["symbol"] == "x"
    assert len(built["indicator_values"].query("area_code == 'other'")["municipality_code"].unique()) == 2


def test_a_home_without_a_register_takes_proposed_schools(tmp_path: Path) -> None:
    rows = two_towns()
    del rows["school_register__schools"]
    for row in rows["vsosh_school_stage__results"] + rows["vsosh_municipal_protocol__results"]:
        row["school_name"] = f"Школа {row.pop('school_code')}"
    named = [
        {"municipality_name": None, "school_name": f"Школа {code}", "school_code": f"P0000{number}"}
        | {"municipality_code": TOWN, "is_confirmed": False}
        for number, code in enumerate([A, B], start=1)
    ]
    register = [
        {"school_code": row["school_code"], "school_name": row["school_name"], "municipality_code": TOWN}
        for row in named
    ]
    inputs = {"school_map": named, "proposed_register": register}
    built = LakeFixture(tmp_path, rows, inputs=inputs).tables()
    assert built["dim_school"]["is_provisional"].tolist() == [True, True]
    figures = FigureTable(built["indicator_values"])
    assert figures.number(THIS, "P00001", "I2", "pupils", stage="any", subject="any") == 2
    assert figures.number(THIS, TOWN, "I2", "pupils", stage="school", subject="any") == 4


def test_the_newest_register_describes_every_year(tmp_path: Path) -> None:
    older = school(A, academic_year=LAST, short_name="старое", as_of=date(2023, 9, 1))
    rows = {
        "school_register__schools": [older, school(A, short_name="новое", as_of=date(2024, 9, 1))],
        "vsosh_school_stage__results": [book(A, 1, RUSSIAN, 9, 9, 5.0, LAST)],
    }
    built = LakeFixture(tmp_path, rows).tables()
    assert built["dim_school"]["short_name"].tolist() == ["новое"]
    assert set(built["indicator_values"]["academic_year"]) == {LAST}  # a register alone opens no year

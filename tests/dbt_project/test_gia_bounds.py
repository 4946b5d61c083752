"""I1 of level 11 from a regional return only: intervals that hold for every way the people may overlap."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from opora.config import Config
from tests.dbt_project.cases import YEAR, headcount, listed, result, school
from tests.dbt_project.lake_fixture import LakeFixture

# What a graduate can do in Russian, base and profile mathematics: not seen (ГВЭ), failed, passed. Who passed one
# level of mathematics does not sit the other.
PATHS = [
    path for path in product(("unseen", "failed", "passed"), repeat=3) if path[1:] != ("passed", "passed")
]


def _returned(code: str, graduates: list[tuple[str, ...]], others: int = 0) -> list[dict[str, object]]:
    """Return the school's rows of the return; ``others`` past graduates fail Russian."""
    rows = []
    for position, subject in enumerate((1, 22, 2)):
        seen = [path[position] for path in graduates if path[position] != "unseen"]
        seen += ["failed"] * (others if subject == 1 else 0)
        rows.append(
            {
                "academic_year": YEAR, "gia_level": 11, "record_kind": "results", "school_code": code,
                "school_name": code, "subject_code": subject, "graduates": len(graduates),
                "participants": len(seen), "below_minimum": seen.count("failed"),
            }
        )  # fmt: skip
    return rows


def _passed(path: tuple[str, ...], unseen_pass: bool) -> bool:
    good = {"passed", "unseen"} if unseen_pass else {"passed"}
    if path[1] == path[2] == "unseen":
        return path[0] in good and unseen_pass
    return path[0] in good and "passed" in path[1:]


@pytest.fixture(scope="module")
def invented() -> dict[str, tuple[list[tuple[str, ...]], int]]:
    """Schools by code: the paths of their graduates, and the number of past graduates among the participants."""
    random = Random(3)
    schools = {}
    for number in range(300):
        bad = random.choice((0.0, 0.03, 0.3))
        weights = [
            {"unseen": bad / 2, "failed": bad / 2, "passed": 1 - bad}[path[0]]
            * (1.0 if sorted(path[1:]) == ["passed", "unseen"] else bad / 3)
            for path in PATHS
        ]
        graduates = random.choices(PATHS, weights, k=random.choice((1, 2, 5, 12, 30)))
        # People from outside can be told from graduates only where every graduate is seen.
        all_seen = all(path[0] != "unseen" for path in graduates)
        schools[f"73{number:04d}"] = (graduates, random.choice((0, 0, 1)) if all_seen else 0)
    return schools


@pytest.fixture(scope="module")
def tables(
    invented: dict[str, tuple[list[tuple[str, ...]], int]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, pd.DataFrame]:
    rows = {
        "school_register__schools": [
            *(school(code, municipality="73000000") for code in invented),
            school("740001", municipality="74000000"),
        ],
        "gia_school_return__subject_counts": [
            row for code, (graduates, others) in invented.items() for row in _returned(code, graduates, others)
        ],
        # A second municipality with people: the return is not needed there.
        "gia_admission__admissions": [listed(1, "740001", level=11), listed(2, "740001", level=11)],
        "gia_protocol__results": [
            result(1, "740001", 1, 70, level=11), result(1, "740001", 22, 4, level=11),
            result(2, "740001", 1, 20, level=11), result(2, "740001", 2, 40, level=11),
        ],
        "contingent__headcounts": [headcount("740001", 11, 3, arrivals=1, departures=2)],
    }  # fmt: skip
    rows["gia_school_return__subject_counts"] += _returned("740001", [("passed", "passed", "unseen")])
    config = Config.model_validate({"region": {"code": "75", "name": "Край"}})
    return LakeFixture(tmp_path_factory.mktemp("bounds"), rows, config=config).tables()


def _i1(tables: dict[str, pd.DataFrame], **keys: str) -> pd.DataFrame:
    values = tables["indicator_values"]
    wanted = {
        "indicator_code": "I1",
        "gia_level": "11",
        "cutoff": "main",
        "denominator_kind": "admitted",
    } | keys
    for column, value in wanted.items():
        values = values[values[column] == value]
    return values


def test_interval_holds_the_truth_of_every_school(
    invented: dict[str, tuple[list[tuple[str, ...]], int]], tables: dict[str, pd.DataFrame]
) -> None:
    found = _i1(tables, area_kind="school", municipality_code="73000000").set_index("area_code")
    assert set(found.index) == set(invented)
    for code, (graduates, others) in invented.items():
        row = found.loc[code]
        assert (row.value_kind, row.denominator) == ("interval", len(graduates))
        assert pd.isna(row.numerator) and pd.isna(row["value"]) and pd.isna(row.symbol)
        for unseen_pass in (False, True):
            truth = 100 * sum(_passed(path, unseen_pass) for path in graduates) / len(graduates)
            assert row.value_low - 1e-9 <= truth <= row.value_high + 1e-9, (code, graduates)
        plain = all(path[0] == "passed" and sorted(path[1:]) == ["passed", "unseen"] for path in graduates)
        if plain and not others:
            assert row.value_low == row.value_high == 100
    width = found.value_high - found.value_low
    assert (width == 0).sum() > 50 and width.max() > 30


def test_municipality_sums_its_schools(
    invented: dict[str, tuple[list[tuple[str, ...]], int]], tables: dict[str, pd.DataFrame]
) -> None:
    schools = _i1(tables, area_kind="school", municipality_code="73000000")
    town = _i1(tables, area_kind="municipality", municipality_code="73000000").iloc[0]
    total = sum(len(graduates) for graduates, _ in invented.values())
    assert town.denominator == total
    assert town.value_low == pytest.approx((schools.value_low * schools.denominator).sum() / total)
    assert town.value_high == pytest.approx((schools.value_high * schools.denominator).sum() / total)


def test_only_level_11_main_admitted_has_an_interval(tables: dict[str, pd.DataFrame]) -> None:
    values = tables["indicator_values"].query("indicator_code == 'I1' and municipality_code == '73000000'")
    rest = values.query("not (gia_level == '11' and cutoff == 'main' and denominator_kind == 'admitted')")
    assert set(rest.symbol) == {"x"} and rest.value_low.isna().all() and rest.denominator.isna().all()


def test_people_outrank_the_return(tables: dict[str, pd.DataFrame]) -> None:
    row = _i1(tables, area_kind="school", municipality_code="74000000").iloc[0]
    assert (row.value_kind, row.numerator, row.denominator, row["value"]) == ("point", 1, 2, 50.0)
    enrolled = _i1(
        tables, area_kind="school", municipality_code="74000000", denominator_kind="enrolled"
    ).iloc[0]
    assert (enrolled.numerator, enrolled.denominator) == (1, 2)  # 3 + 1 - 2
    subjects = tables["subject_results"].query("municipality_code == '74000000'")
    assert set(subjects.basis) == {"persons"}


def test_a_region_of_both_has_no_figure_but_the_municipalities(tables: dict[str, pd.DataFrame]) -> None:
    region = _i1(tables, area_kind="region").iloc[0]
    assert (region.area_code, region.municipality_code, region.symbol) == ("75", "z", "x")


@pytest.mark.slow
def test_a_row_without_graduates_leaves_no_figure(tmp_path: Path) -> None:
    rows = _returned("730001", [("passed", "passed", "unseen")])
    for row in rows:
        row["graduates"] = None
    tables = LakeFixture(
        tmp_path, {"school_register__schools": [school("730001")], "gia_school_return__subject_counts": rows}
    ).tables()
    assert set(_i1(tables).symbol) == {"x"}
    results = tables["subject_results"].query("area_kind == 'school'").set_index("subject_code")
    assert results.loc[22, "participants"] == 1 and set(results.basis) == {"return"}
    assert 2 not in results.index  # nobody sat profile mathematics: no row


def test_2020_is_unavailable_and_2021_a_break(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, object]]] = {
        "school_register__schools": [school("720101")],
        "gia_admission__admissions": [],
        "gia_protocol__results": [],
    }
    for year in ("2019-2020", "2020-2021"):
        rows["gia_admission__admissions"] += [
            listed(1, "720101", level=11, year=year),
            listed(2, "720101", level=11, year=year, exam_form="gve"),
            listed(3, "720101", year=year, subjects_chosen="12,8"),
        ]
        rows["gia_protocol__results"] += [
            result(1, "720101", 1, 50, level=11, year=year),
            result(2, "720101", 51, 3, level=11, year=year) | {"test_mark": None, "mark": 3},
            result(3, "720101", 1, 3, year=year),
            result(3, "720101", 2, 3, year=year, exam_date=date(int(year[5:]), 5, 28)),
        ]
    figures = LakeFixture(tmp_path, rows).tables()["indicator_values"].query("indicator_code == 'I1'")
    figures = figures.query("area_kind == 'school' and cutoff == 'main' and denominator_kind == 'admitted'")
    assert set(figures.query("academic_year == '2019-2020'").symbol) == {"x"}
    broken = figures.query("academic_year == '2020-2021'").set_index("gia_level")
    # Level 11: Russian alone by ЕГЭ; one ГВЭ of two is not enough. Level 9: chosen subjects are not required.
    assert (broken.loc["11", "numerator"], broken.loc["11", "denominator"]) == (1, 2)
    assert (broken.loc["9", "numerator"], broken.loc["9", "denominator"]) == (1, 1)
    assert broken.series_break.all()

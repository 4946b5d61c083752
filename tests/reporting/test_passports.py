"""Passports are the registry's: what the dictionary and the report print is what the calculation reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dbt_project.build.project import seeds
from reporting.content.methodology import passport_items, passport_title
from reporting.content.model import Definitions
from reporting.dictionary.page import _passports
from reporting.tables import TableStore
from reporting.vocabulary import HEADLINES, INDICATORS, MEASURES, USAGE
from tests.dbt_project.cases import listed, result, school
from tests.dbt_project.lake_fixture import LakeFixture

HALF_YEARS = seeds()["half_years"].rows()
MONTHS_IN_WORDS = {"2": "двух месяцах", "3": "трёх месяцах"}


def test_headings_are_the_titles_of_the_registry() -> None:
    titles = {row["indicator_code"]: row["title"] for row in seeds()["indicators"].rows()}
    assert {code: HEADLINES[code].title for code in INDICATORS} == titles


def test_every_measure_of_the_registry_has_a_word() -> None:
    assert {row["measure"] for row in seeds()["indicator_variants"].rows()} == set(MEASURES)


def test_words_of_levels_agree_with_the_thresholds() -> None:
    (months,) = {row["minimum_months"] for row in HALF_YEARS}
    assert MONTHS_IN_WORDS[months] in USAGE["L2"]
    assert {row["minimum_week_share"] for row in HALF_YEARS} == {
        "0.5"
    } and "половине учебных недель" in USAGE["L3"]


def test_words_of_passports_hold_no_threshold() -> None:
    """A number that a seed may change is said by the seed: words of the registry would go on saying the old one."""
    for row in seeds()["indicators"].rows():
        for column in ("definition", "formula"):
            assert not any(
                word in row[column]
                for word in ("двух месяц", "трёх месяц", "половине", "27", "31 дек", "31 мая")
            )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[LakeFixture, Path]:
    """A warehouse whose home asks for five months in the first half-year and has its own mark for a pass."""
    rows = {
        "school_register__schools": [school("720101")],
        "gia_admission__admissions": [listed(1, "720101")],
        "gia_protocol__results": [result(1, "720101", 1, 4)],
    }
    fixture = LakeFixture(tmp_path_factory.mktemp("passports"), rows)
    fixture.home.rules.mkdir(exist_ok=True)
    header = ",".join(seeds()["half_years"].columns)
    own = HALF_YEARS[0] | {"minimum_months": "5", "document": "приказ центра"}
    (fixture.home.rules / "half_years.csv").write_text(
        f"{header}\n{','.join(own.values())}\n", encoding="utf-8"
    )
    candidate, _ = fixture.build()
    return fixture, candidate.cells


def test_passports_of_the_dictionary_are_the_rows_of_the_registry(built: tuple[LakeFixture, Path]) -> None:
    store = TableStore(built[1])
    rows: dict[str, dict[str, Any]] = {row["indicator_code"]: row for row in store.rows("dim_indicator")}
    assert tuple(sorted(rows)) == INDICATORS
    words = {row["indicator_code"]: row for row in seeds()["indicators"].rows()}
    for code, block in zip(INDICATORS, _passports(store).blocks, strict=True):
        assert isinstance(block, Definitions)
        assert block.items == passport_items(rows[code]) and block.title == passport_title(rows[code], code)
        for column in ("title", "definition", "formula", "source", "periodicity", "limits", "document"):
            assert rows[code][column] == words[code][column]
        printed = dict(block.items)
        assert {"Определение", "Формула", "Источник", "Периодичность", "Меры", "Ограничения", "Разрывы ряда",
                "Основание"} <= set(printed)  # fmt: skip


def test_thresholds_and_breaks_follow_the_rules_that_run(built: tuple[LakeFixture, Path]) -> None:
    rows = {row["indicator_code"]: row for row in TableStore(built[1]).rows("dim_indicator")}
    assert "H1 кончается 31.12: L2 — месяцев с действиями от 5" in rows["I5"]["rules"]
    assert (
        "H2 кончается 31.5: L2 — месяцев с действиями от 2, L3 — учебных недель от 50 %"
        in rows["I5"]["rules"]
    )
    approved = [
        row["title"]
        for row in seeds()["platforms"].rows()
        if row["is_approved"] == "true" and row["platform_class"] != "journal"
    ]
    assert all(title in rows["I5"]["rules"] for title in approved) and "журнал" not in rows["I5"]["rules"]
    assert "ЕГЭ, 11 класс, балл от 27: Математика (профильная)" in rows["I1"]["rules"]
    assert "ОГЭ, 9 класс, отметка от 3: " in rows["I1"]["rules"] and rows["I1"]["rules_year"] == "2024-2025"
    assert "основной — по 31.8, с сентябрём — по 10.10" in rows["I1"]["rules"]
    for row in seeds()["series_breaks"].rows():
        assert f"{row['academic_year']} — {row['reason']}" in rows[row["indicator_code"]]["breaks"]
    assert rows["I2"]["rules"] is None and rows["I2"]["breaks"] == "нет"
    printed = dict(passport_items(rows["I5"]))
    assert any(title.startswith("Пороги") for title in printed)

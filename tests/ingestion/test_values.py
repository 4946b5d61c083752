"""Cells to values: every spelling of FORMATS' common traps, with answers written by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ingestion import vocabulary
from ingestion.contract import load_all
from ingestion.values import (
    converter,
    grade_of,
    to_academic_year,
    to_boolean,
    to_class,
    to_date,
    to_grade,
    to_integer,
    to_number,
)
from ingestion.words import fold, fold_without_parentheses


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Код\u00a0ОО", "код оо"),
        ("  КОД  оо ", "код оо"),
        ("Школа-партнёр (код)", "школа партнер код"),
        ("«Наименование» ОО", "наименование оо"),
        ("Kод OO", "код оо"),  # Latin K and O
        ("№ п/п", "№ п п"),
        ("% выполнения", "% выполнения"),
        ("E-mail", "e mail"),
        ("Наименование\nОО", "наименование оо"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_parentheses_are_remarks() -> None:
    assert fold_without_parentheses("Образовательная организация (школа)") == "образовательная организация"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("03.06.2025", date(2025, 6, 3)),
        ("2025.06.03", date(2025, 6, 3)),
        ("2025-06-03", date(2025, 6, 3)),
        ("3.6.25", date(2025, 6, 3)),
        ("03.06.2025 г.", date(2025, 6, 3)),
        ("03.06.2025 10:00:00", date(2025, 6, 3)),
        ("20 сентября 2024 года", date(2024, 9, 20)),
        (45817.0, date(2025, 6, 9)),
        ("45817", date(2025, 6, 9)),
        (datetime(2025, 6, 3, 9, 30), date(2025, 6, 3)),
    ],
)
def test_dates(cell: object, day: date) -> None:
    assert to_date(cell) == (day, None)


@pytest.mark.parametrize("cell", ["31.02.2025", "вчера", 7.0, "2025", True])
def test_no_dates(cell: object) -> None:
    assert to_date(cell) == (None, "not_a_date")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12,5", 12.5),
        ("1 234,5", 1234.5),
        ("1\u00a0234", 1234.0),
        ("78,8%", 78.8),
        (" 7 ", 7.0),
        ("−3", -3.0),
        (0.0, 0.0),
    ],
)
def test_numbers(cell: object, number: float) -> None:
    assert to_number(cell) == (number, None)


@pytest.mark.parametrize("cell", ["Не явился", "100(+2)", "1-4", True])
def test_no_numbers(cell: object) -> None:
    assert to_number(cell) == (None, "not_a_number")


def test_blank_is_nothing_and_never_zero() -> None:
    for cell in ("", "-", "—", None, "\u00a0"):
        assert to_number(cell) == (None, None)
    assert to_integer(5.5) == (None, "not_an_integer")


@pytest.mark.parametrize("cell", ["9А", "9а", "9 А", "9-А", "9А ", '9 "А"', "9 «а»", "9A", "9А класс"])
def test_class(cell: str) -> None:
    assert to_class(cell) == ("9А", None)


def test_grades() -> None:
    assert to_class(9.0) == ("9", None)
    assert [grade_of(label) for label in ("9А", "11", "12Б", None, "ПКР")] == [9, 11, None, None, None]
    assert to_grade("10-Б") == (10, None)
    assert to_grade("подготовительный") == (None, "not_a_grade")


def test_academic_year() -> None:
    for text in ("2024-2025", "2024/2025", "2024–25", "2024 - 2025"):
        assert to_academic_year(text) == ("2024-2025", None)
    assert to_academic_year("2024-2026") == (None, "not_an_academic_year")


def test_yes_and_no() -> None:
    assert [to_boolean(cell)[0] for cell in ("Да", "нет", "+", "-", 1.0, 0.0, "не допущен", "Допущена", True)] == [
        True, False, True, False, True, False, False, True, True,
    ]  # fmt: skip
    assert to_boolean("возможно") == (None, "not_yes_or_no")


def _field(source: str, entity: str, name: str):
    return load_all()[source].entity(entity).by_name[name]


def test_school_code_gets_its_leading_zero_back() -> None:
    convert = converter(_field("gia_protocol", "results", "school_code"))
    assert convert(72121.0) == ("072121", None)
    assert convert("072121") == ("072121", None)
    assert convert("школа 5") == (None, "not_a_school_code")


def test_a_number_out_of_bounds_keeps_its_value_and_its_rule() -> None:
    convert = converter(_field("gia_protocol", "results", "test_mark"))
    assert convert(117.0) == (117.0, "out_of_range")


def test_subjects() -> None:
    subjects = vocabulary.subjects()
    names = ("Русский язык", "математика (профильная)", "Математика базовая", "22")
    assert [subjects.code(text) for text in names] == [1, 2, 22, 22]
    assert subjects.code("Информатика и ИКТ (КЕГЭ)") == 5
    assert subjects.code("Русский язык (ГВЭ)") == 51
    assert subjects.inside("в 2025 - 2026 учебном году по русскому языку") == 1
    assert subjects.inside("Предмет: Русский язык, Математика") is None
    assert subjects.code("Кулинария") is None


def test_statuses() -> None:
    words = vocabulary.enumerations()["result_status"]
    assert words.find("Неявка по уважительной причине") == "absent_excused"
    assert words.find("неявка без уважительной причины") == "absent"
    assert words.find("не преодолел минимальный порог") == "valid"
    assert words.find("УДАЛЁН") == "removed"
    assert vocabulary.enumerations()["award_status"].find("ПРИЗЕР") == "prize_winner"
    assert vocabulary.enumerations()["award_status"].find("призер/призёр") == "prize_winner"

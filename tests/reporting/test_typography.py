"""Russian typography: expected texts are written out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from reporting import typography as ty

N = "\u00a0"


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0, 0, "0"),
        (1234567, 0, f"1{N}234{N}567"),
        (87.25, 1, "87,3"),  # half up, not to even
        (2.675, 2, "2,68"),  # by the decimal a person sees, not by the binary below it
        (-0.04, 1, "0,0"),  # never «−0,0»
        (-5.25, 1, "\u22125,3"),
        (999.96, 1, f"1{N}000,0"),
    ],
)
def test_number(value: float, digits: int, expected: str) -> None:
    assert ty.number(value, digits) == expected


def test_signed_percent_points() -> None:
    assert ty.signed(2.34, 1) == "+2,3"
    assert ty.signed(0.04, 1) == "0,0"
    assert ty.percent(100) == f"100,0{N}%"
    assert ty.points(-12.61) == f"\u221212,6{N}п.п."


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, "школ"), (1, "школа"), (2, "школы"), (4, "школы"), (5, "школ"), (11, "школ"), (12, "школ"), (14, "школ"),
        (21, "школа"), (22, "школы"), (111, "школ"), (112, "школ"), (121, "школа"), (1001, "школа"),
    ],
)  # fmt: skip
def test_plural(n: int, expected: str) -> None:
    assert ty.plural(n, "школа", "школы", "школ") == expected


def test_dates_and_years() -> None:
    assert ty.long_date(date(2024, 9, 20)) == f"20{N}сентября{N}2024{N}г."
    assert ty.short_date(date(2025, 1, 5)) == "05.01.2025"
    assert ty.academic_year("2024-2025") == "2024/25"
    assert ty.academic_year("1999-2000") == "1999/00"
    assert ty.academic_year_long("2024-2025") == f"2024–2025{N}учебный год"
    assert ty.academic_years_span("2020-2021", "2024-2025") == "2020/21–2024/25"


def test_ranges() -> None:
    assert ty.bounds(84.14, 90, "pct") == f"84,1–90,0{N}%"
    assert ty.bounds(90, 90, "pct") == f"90,0{N}%"
    assert ty.change_bounds(-1.2, 4.5, "pct") == f"\u22121,2{N}…{N}+4,5{N}п.п."
    assert ty.bounds(3, 7, "count") == "3–7"


def test_one_sided_bounds() -> None:
    assert ty.bound(85.0, 100.0, "pct") == f"≥{N}85,0{N}%"
    assert ty.bound(0.0, 12.0, "pct") == f"≤{N}12,0{N}%"
    assert ty.bound(85.0, None, "pct") == f"≥{N}85,0{N}%"
    assert ty.bound(40.0, 60.0, "pct") == f"40,0–60,0{N}%"


def test_glue_binds_short_words_and_units() -> None:
    assert ty.glue("в школе и в классе") == f"в{N}школе и{N}в{N}классе"
    assert ty.glue("95 % интервал") == f"95{N}% интервал"
    assert ty.glue("ШНОР — школы") == f"ШНОР{N}— школы"


def test_join_words() -> None:
    assert ty.join_words(["а", "б", "в"]) == f"а, б и{N}в"
    assert ty.join_words(["а"]) == "а"
    assert ty.join_words([]) == ""


def test_every_symbol_has_meaning_and_word() -> None:
    assert set(ty.SYMBOL_MEANING) == set(ty.SYMBOL_WORDS) == {"z", "x", "c", "low", "u"}

"""Small rows that several tests build on: a school, a graduate in a list, a result in a protocol, a headcount."""

from __future__ import annotations

from datetime import date
from typing import Any

YEAR = "2024-2025"
Row = dict[str, Any]


def school(code: str, year: str = YEAR, municipality: str = "71000000", **more: Any) -> Row:
    """Return a row of the register, active since 2000."""
    return {
        "academic_year": year, "school_code": code, "school_name": f"Школа {code}", "municipality_code": municipality,
        "municipality_name": f"МО {municipality}", "school_kind": "secondary", "valid_from": date(2000, 1, 1), **more,
    }  # fmt: skip


def listed(person: int, code: str, level: int = 9, year: str = YEAR, **more: Any) -> Row:
    """Return an admitted current-year graduate."""
    return {
        "academic_year": year, "person": person, "school_code": code, "gia_level": level, "is_admitted": True,
        "exam_form": "oge" if level == 9 else "ege", **more,
    }  # fmt: skip


def result(
    person: int, code: str, subject: int, mark: float | None, level: int = 9, year: str = YEAR, **more: Any
) -> Row:
    """Return a row of a protocol; ``mark`` is the test mark in ЕГЭ (save base mathematics), else the mark 2–5."""
    is_test = level == 11 and subject < 22
    return {
        "academic_year": year, "person": person, "school_code": code, "gia_level": level, "subject_code": subject,
        "exam_date": date(int(year[5:]), 6, 3), "test_mark" if is_test else "mark": mark, **more,
    }  # fmt: skip


def headcount(code: str, grade: int, pupils: int, year: str = YEAR, **more: Any) -> Row:
    """Return pupils of a grade on 20 September."""
    return {
        "academic_year": year, "school_code": code, "grade": grade, "pupils": pupils, "part": "main",
        "count_date": date(int(year[:4]), 9, 20), **more,
    }  # fmt: skip

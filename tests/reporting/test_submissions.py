"""The board of submissions in section 4: schools counted by hand, debts named inside only, nothing without a board."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reporting.content import quality, submissions
from reporting.content.facts import Edition, Facts, School
from reporting.content.model import Paragraph, Table


def _row(year: str, school: str, source: str, state: str) -> dict[str, Any]:
    due = date(int(year[:4]), 9, 25)
    return {"academic_year": year, "school_code": school, "source": source, "state": state, "due_on": due}


BOARD = [
    _row("2023-2024", "765001", "contingent", "missing"),
    _row("2024-2025", "765001", "contingent", "accepted"),
    _row("2024-2025", "765002", "contingent", "corrected"),
    _row("2024-2025", "765003", "contingent", "returned"),
    _row("2024-2025", "765004", "contingent", "missing"),
    _row("2023-2024", "765001", "teaching_staff", "accepted"),
]


def _facts(edition: Edition, board: list[dict[str, Any]]) -> Facts:
    codes = ("765001", "765002", "765003", "765004")
    schools = {code: School(code, f"Школа {code[-1]}", None) for code in codes}
    return Facts(edition=edition, code="76500001", name="Округ", figures={}, years=["2023-2024", "2024-2025"],
                 schools=schools, deliveries=[], readings=[], findings=[], passports={}, partnerships=[],
                 memberships={}, signals={}, extra={"submission_board": board})  # fmt: skip


def _cells(table: Table) -> list[tuple[str, ...]]:
    return [tuple(str(cell).replace("\u00a0", " ") for cell in row.cells) for row in table.rows]


@pytest.mark.parametrize("edition", ["public", "internal"])
def test_the_newest_year_of_each_source_is_counted(edition: Edition) -> None:
    board = submissions.blocks(_facts(edition, BOARD))[0]
    assert isinstance(board, Table)
    numbers = {(row[1][:4], row[2], row[3:]) for row in _cells(board)}
    assert numbers == {
        ("2024", "25.09.2024", ("4", "1", "1", "1", "1")),
        ("2023", "25.09.2023", ("1", "1", "0", "0", "0")),
    }


def test_debts_are_named_inside_newest_first() -> None:
    debts = submissions.blocks(_facts("internal", BOARD))[1]
    assert isinstance(debts, Table)
    named = [(row[0], row[3], row[4]) for row in _cells(debts)]
    assert named == [
        ("Школа 3", "25.09.2024", "возвращено на исправление"),
        ("Школа 4", "25.09.2024", "нет"),
        ("Школа 1", "25.09.2023", "нет"),
    ]


def test_the_public_edition_names_no_debtor() -> None:
    assert len(submissions.blocks(_facts("public", BOARD))) == 1


def test_no_debt_is_said_and_no_board_is_silent() -> None:
    said = submissions.blocks(_facts("public", BOARD[-1:]))[1]
    assert isinstance(said, Paragraph) and "Задолженности нет" in str(said.runs)
    assert submissions.blocks(_facts("internal", [])) == ()


def test_it_stands_in_section_four() -> None:
    section = quality.build(_facts("internal", BOARD))
    assert {"submissions", "owed"} <= {block.id for block in section.blocks if isinstance(block, Table)}

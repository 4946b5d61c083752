"""The list of pupils who fell by September: internal only, by number and place of the row, never by name."""

from __future__ import annotations

from datetime import date
from typing import Any

from reporting.content import falls, quality
from reporting.content.facts import Edition, Facts, School
from reporting.content.model import Table


def _row(number: int, code: int, name: str, outcome: str, mark: float | None) -> dict[str, Any]:
    row = {"academic_year": "2024-2025", "school_code": "765001", "gia_level": "9", "person_number": number}
    row |= {"subject_code": code, "subject_name": name, "mark_before": 3.0, "outcome_after": outcome}
    return row | {
        "mark_after": mark, "exam_date": date(2025, 9, 5), "delivery_id": "d1", "source_sheet": "Лист1",
        "source_row": 10 + number,
    }  # fmt: skip


ROWS = [
    _row(2, 1, "Русский язык", "not_taken", None),
    _row(1, 2, "Математика", "failed", 2.0),
    _row(1, 1, "Русский язык", "failed", 2.0),
]


def _facts(edition: Edition, rows: list[dict[str, Any]]) -> Facts:
    return Facts(edition=edition, code="76500001", name="Округ", figures={}, years=["2024-2025"],
                 schools={"765001": School("765001", "Школа 1", None)},
                 deliveries=[{"delivery_id": "d1", "file_name": "осень.xlsx"}], readings=[], findings=[], passports={},
                 partnerships=[], memberships={}, signals={}, extra={"september_falls": rows})  # fmt: skip


def test_pupils_are_listed_inside_with_the_place_of_the_row() -> None:
    table = falls.build(_facts("internal", ROWS))
    assert table is not None and "2 ученика" in table.caption.replace("\u00a0", " ")
    lines = [tuple(str(cell).replace("\u00a0", " ") for cell in row.cells) for row in table.rows]
    assert [line[3:] for line in lines] == [
        ("№ 1", "Русский язык", "3", "ниже минимума, 2, 05.09.2025", "осень.xlsx, лист «Лист1», строка 11"),
        ("№ 1", "Математика", "3", "ниже минимума, 2, 05.09.2025", "осень.xlsx, лист «Лист1», строка 11"),
        (
            "№ 2",
            "Русский язык",
            "3",
            "не явился, удалён или аннулирован, 05.09.2025",
            "осень.xlsx, лист «Лист1», строка 12",
        ),
    ]


def test_the_section_holds_the_list_in_the_internal_edition_only() -> None:
    def listed(edition: Edition, rows: list[dict[str, Any]]) -> bool:
        blocks = quality.build(_facts(edition, rows)).blocks
        return any(isinstance(block, Table) and block.id == "september-falls" for block in blocks)

    assert listed("internal", ROWS)
    assert not listed("public", ROWS) and not listed("internal", [])

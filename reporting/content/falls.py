"""The list of pupils who passed in the main period and no longer with September. Internal edition only.

A pupil is a number of the list and the place of the row: the name stands in the delivery, never here.
"""

from __future__ import annotations

from typing import Any

from reporting import typography as ty
from reporting.content.facts import Facts
from reporting.content.model import Column, Row, Table

MAX_LISTED = 200
_OUTCOMES = {
    "failed": "ниже минимума",
    "not_taken": "не явился, удалён или аннулирован",
    "pending": "ожидается",
}


def build(facts: Facts) -> Table | None:
    """Return the list of the latest years first; None in the public edition and where nobody fell."""
    if facts.edition != "internal":
        return None
    rows = sorted(
        facts.extra.get("september_falls", []),
        key=lambda row: (-int(row["academic_year"][:4]), row["person_number"], row["subject_code"]),
    )
    if not rows:
        return None
    files = {str(item["delivery_id"]): str(item.get("file_name") or "") for item in facts.deliveries}
    pupils = len({(row["academic_year"], row["person_number"]) for row in rows})
    note = (
        "Имя ученика — в названной строке поставки; номер действует в пределах учебного года этого перечня."
    )
    if len(rows) > MAX_LISTED:
        note += (
            f" Показаны первые {MAX_LISTED} из {ty.count(len(rows))}; все стоят в таблице september_falls."
        )
    return Table(
        "september-falls",
        f"Сдали в основной период и перестали быть сдавшими с сентябрём: "
        f"{ty.counted(pupils, 'ученик', 'ученика', 'учеников')}",
        (
            Column("Учебный год"),
            Column("Школа"),
            Column("Класс", True),
            Column("Ученик"),
            Column("Предмет"),
            Column("Было"),
            Column("Стало"),
            Column("Где"),
        ),
        tuple(_line(facts, row, files) for row in rows[:MAX_LISTED]),
        note,
    )


def _line(facts: Facts, row: dict[str, Any], files: dict[str, str]) -> Row:
    school = facts.schools.get(str(row["school_code"]))
    after = [_OUTCOMES.get(str(row["outcome_after"]), str(row["outcome_after"]))]
    if row["mark_after"] is not None:
        after.append(ty.number(row["mark_after"]))
    if row["exam_date"] is not None:
        after.append(ty.short_date(row["exam_date"]))
    place = [
        files.get(str(row["delivery_id"]), ""),
        f"лист «{row['source_sheet']}»" if row["source_sheet"] else "",
        f"строка {row['source_row']}" if row["source_row"] is not None else "",
    ]
    return Row(
        (
            ty.academic_year(row["academic_year"]),
            school.name if school else str(row["school_code"]),
            str(row["gia_level"]),
            f"№{ty.NBSP}{row['person_number']}",
            str(row["subject_name"] or row["subject_code"]),
            ty.number(row["mark_before"]) if row["mark_before"] is not None else ty.EN_DASH,
            ", ".join(after),
            ", ".join(part for part in place if part),
        )
    )

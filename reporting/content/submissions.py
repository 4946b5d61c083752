"""The board of submissions: which schools delivered what by which day, and what is still owed.

The public edition counts schools by state; who owes what is named in the internal edition only.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from reporting import typography as ty
from reporting.content.facts import Facts
from reporting.content.model import Block, Column, Paragraph, Row, Table
from reporting.vocabulary import SOURCES

STATES = {"accepted": "принято", "corrected": "исправлено", "returned": "возвращено", "missing": "нет"}
OWED = ("missing", "returned")
_WHAT = {"missing": "нет", "returned": "возвращено на исправление"}


def blocks(facts: Facts) -> tuple[Block, ...]:
    """Return the board of the newest year of each source and, internally, every debt; nothing without a board."""
    rows = facts.extra.get("submission_board", [])
    if not rows:
        return ()
    debts = [row for row in rows if row["state"] in OWED]
    made: list[Block] = [_board(rows)]
    if not debts:
        made.append(Paragraph(("Задолженности нет: всё, что школы должны были сдать, принято.",)))
    elif facts.edition == "internal":
        made.append(_debts(facts, debts))
    return tuple(made)


def _source(row: dict[str, Any]) -> str:
    return SOURCES.get(str(row["source"]), str(row["source"]))


def _board(rows: list[dict[str, Any]]) -> Table:
    newest: dict[str, str] = {}
    for row in rows:
        name, year = _source(row), str(row["academic_year"])
        newest[name] = max(newest.get(name, year), year)
    body = []
    for name, year in sorted(newest.items()):
        own = [row for row in rows if _source(row) == name and str(row["academic_year"]) == year]
        count = Counter(str(row["state"]) for row in own)
        due = min((row["due_on"] for row in own if row["due_on"]), default=None)
        numbers = (ty.count(count[state]) for state in STATES)
        body.append(
            Row(
                (
                    name,
                    ty.academic_year(year),
                    ty.short_date(due) if due else ty.EN_DASH,
                    ty.count(len(own)),
                    *numbers,
                )
            )
        )
    return Table(
        "submissions",
        "Доска сдачи: школы по состоянию поставок, последний год каждого источника",
        (
            Column("Источник"),
            Column("Учебный год"),
            Column("Срок", True),
            Column("Должны сдать", True),
            *(Column(word, True, "Школы") for word in STATES.values()),
        ),
        tuple(body),
        "Исправлено — более поздняя поставка заменила прежнюю. Возвращено — строки файла школы отосланы "
        "на исправление и ещё не исправлены. Школа без поставки не считается нулём.",
    )


def _debts(facts: Facts, debts: list[dict[str, Any]]) -> Table:
    def place(row: dict[str, Any]) -> tuple[int, str, str]:
        return (-int(str(row["academic_year"])[:4]), _source(row), facts.school_name(str(row["school_code"])))

    body = tuple(
        Row(
            (
                facts.school_name(str(row["school_code"])),
                _source(row),
                ty.academic_year(str(row["academic_year"])),
                ty.short_date(row["due_on"]) if row["due_on"] else ty.EN_DASH,
                _WHAT[str(row["state"])],
            )
        )
        for row in sorted(debts, key=place)
    )
    return Table(
        "owed",
        "Кто ещё не сдал, за какой период",
        (
            Column("Школа"),
            Column("Источник"),
            Column("Учебный год"),
            Column("Срок", True),
            Column("Состояние"),
        ),
        body,
    )

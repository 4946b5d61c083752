"""Management decisions of this cycle, and what came of those of the one before."""

from __future__ import annotations

from typing import Any

from reporting import typography as ty
from reporting.content import words
from reporting.content.facts import Facts
from reporting.content.model import Cell, Column, Paragraph, Row, Section, Table
from reporting.content.network.vocabulary import DECISION_KINDS, outcome


def _of_year(facts: Facts, year: str | None) -> list[dict[str, Any]]:
    found = [row for row in facts.extra.get("management_decisions", []) if row["academic_year"] == year]
    return sorted(found, key=lambda row: (row["decision_date"], row["decision_number"]))


def this_cycle(facts: Facts) -> Section | None:
    """Return the decisions of the latest year; None when the register of decisions was never delivered."""
    if not facts.extra.get("management_decisions"):
        return None
    rows = tuple(
        Row(
            (
                str(row["decision_number"]),
                ty.short_date(row["decision_date"]),
                DECISION_KINDS[str(row["decision_kind"])],
                str(row["decision_title"]),
                str(row["addressee"]),
                ty.short_date(row["due_on"]),
                str(row["indicator_code"] or ty.EN_DASH),
                str(row["finding"] or ty.EN_DASH),
            )
        )
        for row in _of_year(facts, facts.latest)
    )
    title = "Управленческие решения"
    if not rows:
        text = f"За {ty.academic_year_long(facts.latest)} решения в реестр не внесены."
        return Section("decisions", title, (Paragraph((ty.glue(text),)),))
    columns = ("№", "Дата", "Вид", "Решение", "Кому", "Срок", "Показатель", "Основание")
    table = Table(
        "decisions-table",
        f"Решения за {ty.academic_year(facts.latest)}",
        tuple(Column(name) for name in columns),
        rows,
    )
    return Section("decisions", title, (table,))


def _indicator(facts: Facts, code: str | None) -> tuple[Cell, Cell]:
    """Return the change of the linked indicator of the municipality, and its status."""
    figure = facts.main(code, facts.latest) if code else None
    if figure is None:
        return ty.EN_DASH, ty.EN_DASH
    return words.change_ref(facts, figure), words.status_of(figure) or ty.EN_DASH


def last_cycle(facts: Facts) -> Section | None:
    """Return what came of the decisions of the year before; None without such decisions."""
    rows = []
    for row in _of_year(facts, facts.previous):
        change, status = _indicator(facts, row["indicator_code"])
        rows.append(
            Row(
                (
                    str(row["decision_number"]),
                    str(row["decision_title"]),
                    ty.short_date(row["due_on"]),
                    outcome(str(row["outcome_state"])),
                    str(row["outcome"] or ty.EN_DASH),
                    ty.short_date(row["outcome_checked_on"]) if row["outcome_checked_on"] else ty.EN_DASH,
                    str(row["indicator_code"] or ty.EN_DASH),
                    change,
                    status,
                )
            )
        )
    if not rows:
        return None
    previous = ty.academic_year(str(facts.previous))
    table = Table(
        "outcomes",
        f"Меры за {previous} и что с ними стало",
        (
            Column("№"),
            Column("Решение"),
            Column("Срок"),
            Column("Итог"),
            Column("Что сделано"),
            Column("Проверено"),
            Column("Показатель", group="Связанный показатель, все школы"),
            Column("Изменение", True, "Связанный показатель, все школы"),
            Column("Статус", group="Связанный показатель, все школы"),
        ),
        tuple(rows),
        ty.glue(
            "Изменение показателя стоит рядом с мерой, но не доказывает, что его вызвала она: связь, не причина. "
            "Ответ о действии поддержки — в разделе об эффекте."
        ),
    )
    return Section("outcomes-section", "Эффективность мер прошлого цикла", (table,))

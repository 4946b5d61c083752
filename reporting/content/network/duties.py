"""The matrix of a partner's duties in the latest half-year."""

from __future__ import annotations

from typing import Any

from reporting import typography as ty
from reporting.content.model import Cell, Column, Row, Section, Table
from reporting.content.network.facts import NetworkFacts
from reporting.content.network.numbers import duty_ref
from reporting.content.network.vocabulary import DUTIES, FORMAL, HALVES, duty_state, told


def cell(network: NetworkFacts, row: dict[str, Any] | None) -> Cell:
    """Return a duty as icon and «done of minimum»."""
    if row is None:
        return ty.EN_DASH
    numbers = (
        f"{ty.count(row['done'])} из{ty.NBSP}{ty.count(row['minimum'])}"
        if row["minimum"]
        else ty.count(row["done"])
    )
    formal = f" (формально{ty.NBSP}— {row['formal']})" if row["formal"] else ""
    return (duty_state(str(row["state"]), is_compact=True), " ", duty_ref(network, row, numbers), formal)


def matrix(network: NetworkFacts) -> Table:
    """Return pairs × duties: done events against the agreement's minimum."""
    rows = []
    for pair in network.pairs:
        own = {str(row["duty_code"]): row for row in network.duties(network.half, pair.pair_id)}
        rows.append(
            Row(
                (
                    f"{network.label(pair.supported)} — {network.label(pair.partner)}",
                    *(cell(network, own.get(code)) for code in DUTIES),
                )
            )
        )
    year, half = network.half
    return Table(
        "network-duties",
        f"Обязанности школ-партнёров, {HALVES[half]} {ty.academic_year(year)}",
        (Column("Пара"), *(Column(title) for title in DUTIES.values())),
        tuple(rows),
        ty.glue(
            "Сколько мероприятий состоялось из минимума соглашения за полугодие. ✓ — выполнено, ! — просрочено, "
            "○ — намечено, – — не намечено. Программа перехода с автором из школы-партнёра — участие в программе."
        ),
    )


def formal_table(network: NetworkFacts) -> Table | None:
    """Return the events of the latest half-year that are marked as formal, None without any."""
    year, half = network.half
    seen: dict[tuple[str, str], Row] = {}
    for row in network.rows("roadmap_events"):
        if (row["academic_year"], row["half"]) == (year, half) and row["is_formal"]:
            key = (str(row["pair_id"]), str(row["event_key"]))
            seen.setdefault(
                key,
                Row(
                    (
                        str(row["pair_id"]),
                        str(row["event_title"]),
                        ty.short_date(row["held_on"]) if row["held_on"] else ty.EN_DASH,
                        told(row["formal_reasons"], FORMAL),
                    )
                ),
            )
    if not seen:
        return None
    return Table(
        "network-formal",
        "Мероприятия с отметкой «формально»",
        (Column("Соглашение"), Column("Мероприятие"), Column("Проведено"), Column("Почему")),
        tuple(row for _, row in sorted(seen.items())),
    )


def section(network: NetworkFacts) -> Section:
    """Return the subsection of duties."""
    formal = formal_table(network)
    return Section(
        "network-duty-matrix", "Обязанности школ-партнёров", (matrix(network), *([formal] if formal else []))
    )

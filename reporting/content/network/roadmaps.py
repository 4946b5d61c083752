"""Roadmaps: what was due, what was done in time, what is overdue; the first plan beside the current one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reporting import typography as ty
from reporting.charts import network_specs
from reporting.content.model import Block, Chart, Column, Inline, Row, Section, Table
from reporting.content.network.facts import NetworkFacts, Pair
from reporting.content.network.numbers import plan_ref
from reporting.content.network.vocabulary import DUTIES, EVENT_STATES

LISTED = 20


def _pair(network: NetworkFacts, pair: Pair) -> str:
    return f"{network.label(pair.supported)} — {network.label(pair.partner)}"


def tally(network: NetworkFacts, pair_id: str, version: str) -> Counter[str]:
    """Count the items of a pair's plan of the latest academic year by state."""
    return Counter(str(row["state"]) for row in network.plan(network.half[0], version, pair_id))


def table(network: NetworkFacts) -> Table:
    """Return progress by pair: the current plan by state, and the first plan's share beside it."""
    rows = []
    for pair in network.pairs:
        current, first = tally(network, pair.pair_id, "current"), tally(network, pair.pair_id, "baseline")
        total = sum(first.values())
        kept: Inline = ty.EN_DASH
        if total:
            text = f"{first['done_on_time']} из{ty.NBSP}{total}"
            kept = plan_ref(network, pair.pair_id, "done_on_time", "baseline", text)
        counts = (
            plan_ref(network, pair.pair_id, state, "current", ty.count(current[state]))
            for state in EVENT_STATES
        )
        rows.append(Row((_pair(network, pair), *counts, kept)))
    return Table(
        "network-roadmaps",
        f"Дорожные карты, {ty.academic_year(network.half[0])}",
        (
            Column("Пара"),
            *(Column(word, True, "Действующая карта, мероприятий") for word in EVENT_STATES.values()),
            Column("Первая карта: в срок", True),
        ),
        tuple(rows),
        ty.glue(
            "Действующая карта — последняя утверждённая, со сроками, перенесёнными приказом; первая не меняется. "
            "Внеплановые мероприятия сюда не входят."
        ),
    )


def chart(network: NetworkFacts) -> Chart | None:
    """Return the bars of the current plans, None when no pair has a plan this year."""
    rows: list[dict[str, Any]] = []
    said = []
    for pair in network.pairs:
        states = tally(network, pair.pair_id, "current")
        for order, state in enumerate(EVENT_STATES):
            if states[state]:
                rows.append(
                    {
                        "pair": _pair(network, pair),
                        "state": state,
                        "events": states[state],
                        "label": str(states[state]),
                        "order": order,
                    }
                )
        if states:
            parts = ", ".join(
                f"{word} — {states[state]}" for state, word in EVENT_STATES.items() if states[state]
            )
            said.append(f"{_pair(network, pair)}: {parts}")
    if not rows:
        return None
    return Chart(
        "network-progress",
        "Как выполняются дорожные карты?",
        network_specs.progress(rows, [_pair(network, pair) for pair in network.pairs], EVENT_STATES),
        f"Мероприятия действующих карт за {ty.academic_year(network.half[0])}. {'; '.join(said)}.",
    )


def overdue(network: NetworkFacts) -> Table | None:
    """Return the overdue events of the current plans, the oldest first; None without any."""
    names = {pair.pair_id: _pair(network, pair) for pair in network.pairs}
    late = sorted(
        (row for row in network.plan(network.half[0], "current") if row["state"] == "overdue"),
        key=lambda row: (row["due_on"], row["pair_id"], row["event_key"]),
    )
    if not late:
        return None
    why = {
        "no_evidence": "нет подтверждения",
        "no_supported": "нет участников поддерживаемой школы",
        "no_partner": "нет участников партнёра",
    }
    rows = tuple(
        Row(
            (
                names.get(str(row["pair_id"]), str(row["pair_id"])),
                str(row["event_title"]),
                DUTIES.get(str(row["duty_code"]), str(row["duty_code"])),
                ty.short_date(row["due_on"]),
                ", ".join(why.get(code, code) for code in (row["why_not_done"] or "").split(",") if code)
                or "не проведено",
            )
        )
        for row in late[:LISTED]
    )
    rest = len(late) - LISTED
    note = (
        f"И ещё {ty.counted(rest, 'мероприятие', 'мероприятия', 'мероприятий')}: таблица roadmap_events."
        if rest > 0
        else ""
    )
    return Table(
        "network-overdue",
        "Просроченные мероприятия",
        (
            Column("Пара"),
            Column("Мероприятие"),
            Column("Обязанность"),
            Column("Срок"),
            Column("Почему не засчитано"),
        ),
        rows,
        note,
    )


def section(network: NetworkFacts) -> Section:
    """Return the subsection of roadmaps."""
    blocks: list[Block] = [
        block for block in (chart(network), table(network), overdue(network)) if block is not None
    ]
    return Section("network-plans", "Дорожные карты", tuple(blocks))

"""The panel of the five criteria by half-year. No composite: five numbers that answer five questions."""

from __future__ import annotations

from reporting import typography as ty
from reporting.content.model import Cell, Column, Paragraph, Row, Section, Strong, Table
from reporting.content.network.facts import NetworkFacts
from reporting.content.network.numbers import criterion_ref
from reporting.content.network.vocabulary import COMPONENTS, CRITERIA, HALVES, component_name

HALVES_SHOWN = 4
_ORDER = {
    "C1": ("presence", "awareness"),
    "C2": ("active", "growth", "retention", "newcomers", "school_initiated", "initiator_diversity"),
    "C3": ("leaders", "effective_leaders", "bus_factor", "schools_with_leader", "levels"),
    "C4": ("effective_types", "richness", "rarefied"),
    "C5": ("done_on_time", "done", "formal"),
}


def table(network: NetworkFacts) -> Table:
    """Return the network's figures of the last half-years; official components are in bold."""
    shown = network.halves[-HALVES_SHOWN:]
    rows: list[Row] = []
    for code, title in CRITERIA.items():
        rows.append(Row((f"{code}. {title}",), "group"))
        for component in _ORDER[code]:
            for plan in ("z", "baseline", "current"):
                if (component, plan) not in COMPONENTS:
                    continue
                name = component_name(component, plan)
                found = [network.criterion(half, "z", component, plan) for half in shown]
                is_official = any(row and row["is_official"] for row in found)
                head: Cell = Strong(name) if is_official else name
                rows.append(Row((head, *(criterion_ref(network, row) for row in found))))
    return Table(
        "network-criteria",
        "Пять критериев сетевого взаимодействия, вся сеть",
        (
            Column("Критерий и составляющая"),
            *(Column(HALVES[half], True, ty.academic_year(year)) for year, half in shown),
        ),
        tuple(rows),
        ty.glue(
            "Полужирным — официальная составляющая. Сводного балла нет: каждый критерий отвечает на свой вопрос."
        ),
    )


def section(network: NetworkFacts) -> Section:
    """Return the subsection of criteria."""
    note = Paragraph(
        (
            ty.glue(
                "Мероприятие считается состоявшимся, если оно подтверждено и в нём участвовали обе стороны пары. "
                "Активный — кто участвовал дважды или выступал, вёл, консультировал."
            ),
        ),
        "note",
    )
    return Section("network-panel", "Критерии взаимодействия", (table(network), note))

"""Printed numbers of the network: text, id and what a reader sees on hover; and their list for the appendix."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from reporting import typography as ty
from reporting.content.facts import Facts
from reporting.content.model import FigureRef, Inline, Row
from reporting.content.network.facts import NetworkFacts
from reporting.content.network.vocabulary import COMPONENTS
from reporting.network_figures import TABLES, YEAR, NetworkFigure, numbers, of_criterion, of_duty


def value_text(row: dict[str, Any], unit: str) -> str:
    """Print one figure of the criteria: a number in its unit, or its symbol."""
    value = row["value"]
    if value is None:
        return str(row["symbol"] or "x")
    if unit == "pct":
        return ty.percent(value)
    if unit == "pp":
        return f"{ty.signed(value, 1)}{ty.NBSP}%"
    return ty.count(value) if unit == "count" else ty.number(value, 2)


def ref(
    network: NetworkFacts, figure: NetworkFigure, text: str, symbol: str | None = None, parts: str = ""
) -> FigureRef:
    """Return a number of the network as a printed reference; ``parts`` says «3 из 8»."""
    told = [
        figure.name,
        area(network, figure.pair_id),
        figure.when,
        parts,
        ty.SYMBOL_MEANING.get(symbol or "", ""),
    ]
    told.append(f"показатель {figure.figure_id}")
    return FigureRef(text, figure.figure_id, None, "count", symbol, "; ".join(one for one in told if one))


def criterion_ref(network: NetworkFacts, row: dict[str, Any] | None, text: str = "") -> Inline:
    """Return a figure of the criteria as a printed reference; a dash where there is no row."""
    if row is None:
        return ty.EN_DASH
    unit = COMPONENTS[str(row["component"]), str(row["plan_version"])][1]
    parts = ""
    if row["numerator"] is not None and row["denominator"] is not None and row["value"] is not None:
        parts = f"{ty.count(row['numerator'])} из {ty.count(row['denominator'])}"
    symbol = row["symbol"] if row["value"] is None else None
    return ref(network, of_criterion(row), text or value_text(row, unit), symbol, parts)


def duty_ref(network: NetworkFacts, row: dict[str, Any], text: str) -> FigureRef:
    """Return «done of minimum» of a duty as a printed reference."""
    return ref(network, of_duty(row), text)


def plan_ref(network: NetworkFacts, pair_id: str, state: str, plan: str, text: str) -> FigureRef:
    """Return a number of items of a pair's plan of the latest year as a printed reference."""
    year, code = network.half[0], network.facts.code
    return ref(network, NetworkFigure("plan", year, YEAR, code, pair_id, state, plan), text)


def area(network: NetworkFacts, pair_id: str) -> str:
    """Return whose figure it is: the whole network or a pair with its agreement."""
    for pair in network.pairs:
        if pair.pair_id == pair_id:
            return f"{network.label(pair.supported)} — {network.label(pair.partner)} (соглашение {pair_id})"
    return _agreement(pair_id)


def _agreement(pair_id: str) -> str:
    return "вся сеть" if pair_id == "z" else f"соглашение {pair_id}"


def listed(facts: Facts, printed: set[str]) -> list[Row]:
    """Return the rows of the list of figures for those of the network that are printed, pairs by their agreements."""
    network = NetworkFacts(facts)
    if not network:
        return []
    lines: dict[str, dict[str, list[NetworkFigure]]] = defaultdict(lambda: defaultdict(list))
    for figure, _ in numbers({name: facts.extra.get(name, []) for name in TABLES}):
        if figure.figure_id in printed:
            lines[figure.pair_id][figure.name].append(figure)
    rows: list[Row] = []
    for pair_id in sorted(lines, key=lambda one: (one != "z", one)):
        rows.append(Row((f"Сеть: {_agreement(pair_id)}", ""), "group"))
        for name, figures in lines[pair_id].items():
            by_time = sorted(figures, key=lambda figure: (figure.academic_year, figure.half), reverse=True)
            told = "; ".join(f"{one.when}{ty.NBSP}— {one.figure_id}" for one in by_time)
            rows.append(Row((name, told)))
    return rows

"""Pairs and their stages: who supports whom, where the pair stands, what the next gate lacks."""

from __future__ import annotations

from typing import Any

from reporting import typography as ty
from reporting.charts import network_specs
from reporting.content.model import Cell, Chart, Column, Inline, Paragraph, Row, Section, Status, Table
from reporting.content.network.facts import NetworkFacts, Pair
from reporting.content.network.numbers import criterion_ref
from reporting.content.network.vocabulary import HALVES, MISSING, STAGES, told


def standing(pair: Pair) -> str:
    """Return where a pair stands in words."""
    if pair.state == "completed":
        return "Путь завершён"
    if pair.state == "ended":
        return f"{STAGES[pair.stage]}; соглашение окончено"
    return STAGES[pair.stage]


def lacking(pair: Pair) -> str:
    """Return what the pair's next gate lacks; empty when it lacks nothing or the way is over."""
    return told(pair.spell.get("missing"), MISSING) if pair.state == "current" else ""


def official_share(network: NetworkFacts, pair_id: str) -> Inline:
    """Return the official C5 of the latest half-year: «75,0 % (6 из 8)», or its symbol."""
    row = network.criterion(network.half, pair_id, "done_on_time", "baseline")
    if row is None or row["value"] is None:
        return criterion_ref(network, row)
    parts = f"{ty.count(row['numerator'])} из{ty.NBSP}{ty.count(row['denominator'])}"
    return criterion_ref(network, row, f"{ty.percent(row['value'])} ({parts})")


def table(network: NetworkFacts) -> Table:
    """Return the table of pairs."""
    rows = []
    for pair in network.pairs:
        days = ty.counted(int(pair.spell["dwell_days"]), "день", "дня", "дней")
        stuck = (" ", Status("bad", "застряла", "!")) if pair.is_stuck else ()
        where: Cell = (standing(pair), *stuck)
        rows.append(
            Row(
                (
                    network.school(pair.supported),
                    network.school(pair.partner),
                    pair.pair_id,
                    where,
                    ty.short_date(pair.spell["entered_on"]),
                    days,
                    ty.glue(lacking(pair)) or ty.EN_DASH,
                    official_share(network, pair.pair_id),
                )
            )
        )
    year, half = network.half
    return Table(
        "network-pairs",
        "Пары школ и стадии взаимодействия",
        (
            Column("Поддерживаемая школа"),
            Column("Школа-партнёр"),
            Column("Соглашение"),
            Column("Стадия"),
            Column("С какого дня"),
            Column("На стадии", True),
            Column("Чего не хватает для перехода"),
            Column("Выполнено в срок", True),
        ),
        tuple(rows),
        ty.glue(
            f"Выполнено в срок — критерий C5 по первой утверждённой карте за {HALVES[half]} "
            f"{ty.academic_year(year)}. Застряла — дольше 180 дней на стадии."
        ),
    )


def graph(network: NetworkFacts) -> Chart:
    """Return the pairs as a graph; its table is the table of pairs."""
    supported: list[dict[str, Any]] = []
    places: dict[str, float] = {}
    for pair in network.pairs:  # ordered by partner, so that lines seldom cross
        if pair.supported not in places:
            places[pair.supported] = float(len(supported))
            supported.append({"name": network.label(pair.supported), "y": places[pair.supported]})
    of_partner: dict[str, list[float]] = {}
    for pair in network.pairs:
        of_partner.setdefault(pair.partner, []).append(places[pair.supported])
    middle = {code: sum(rows) / len(rows) for code, rows in of_partner.items()}
    partners = [{"name": network.label(code), "y": y} for code, y in middle.items()]
    links = [
        {
            "y": middle[pair.partner],
            "y2": places[pair.supported],
            "is_stuck": pair.is_stuck,
            "label": ("завершён" if pair.state == "completed" else f"стадия {pair.stage}")
            + (", застряла" if pair.is_stuck else ""),
        }
        for pair in network.pairs
    ]
    said = "; ".join(
        f"{network.label(pair.partner)} → {network.label(pair.supported)}: {standing(pair).lower()}"
        + (", застряла" if pair.is_stuck else "")
        for pair in network.pairs
    )
    return Chart(
        "network-graph",
        "Кто кого поддерживает и на какой стадии пара?",
        network_specs.pairs(partners, supported, links),
        f"Школы-партнёры слева, поддерживаемые школы справа. {said}.",
        "Сплошная линия — пара движется, пунктир — застряла на стадии.",
    )


def lead(network: NetworkFacts) -> Paragraph:
    """Return the network in one sentence."""
    pairs = network.pairs
    stuck = sum(pair.is_stuck for pair in pairs)
    parts = [f"В сети {ty.counted(len(pairs), 'пара', 'пары', 'пар')} школ"]
    for stage, word in ((1, "знакомятся"), (2, "ведут совместную работу"), (3, "подводят итоги")):
        count = sum(pair.stage == stage and pair.state == "current" for pair in pairs)
        if count:
            parts.append(f"{word}{ty.NBSP}— {count}")
    if done := sum(pair.state == "completed" for pair in pairs):
        parts.append(f"прошли путь до конца{ty.NBSP}— {done}")
    text = f"{parts[0]}: {', '.join(parts[1:])}" if len(parts) > 1 else parts[0]
    if stuck:
        text += f"; застряли на стадии{ty.NBSP}— {stuck}"
    if network.as_of:
        text += f". Данные на {ty.long_date(network.as_of)}"
    return Paragraph((ty.glue(text) if network.as_of else ty.glue(text + "."),), "lead")


def section(network: NetworkFacts) -> Section:
    """Return the subsection of pairs and stages."""
    return Section("network-stages", "Пары и стадии", (graph(network), table(network)))

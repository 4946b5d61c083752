"""The network on a school's page: where its pair stands, what comes next, what to do."""

from __future__ import annotations

from reporting import typography as ty
from reporting.content.facts import Facts
from reporting.content.model import Paragraph, Strong
from reporting.content.network import advice
from reporting.content.network.facts import NetworkFacts, Pair
from reporting.content.network.pairs import lacking, official_share, standing
from reporting.vocabulary import GROUPS

#: A page is one sheet: the nearest events and the most pressing steps; the report lists all.
NEXT_EVENTS = 2
NEXT_STEPS = 3


def _coming(network: NetworkFacts, pair: Pair) -> str:
    ahead = sorted(
        (row for row in network.plan(network.half[0], "current", pair.pair_id) if row["state"] == "planned"),
        key=lambda row: (row["due_on"], row["event_key"]),
    )
    return "; ".join(
        f"{row['event_title']}, до {ty.short_date(row['due_on'])}" for row in ahead[:NEXT_EVENTS]
    )


def _of_pair(network: NetworkFacts, pair: Pair, other: str) -> list[Paragraph]:
    stuck = ", застряла" if pair.is_stuck else ""
    need = f"; для перехода нужно: {lacking(pair)}" if lacking(pair) else ""
    share = official_share(network, pair.pair_id)
    where = ty.glue(f"{standing(pair)}{stuck}{need}; в срок за полугодие выполнено")
    lines = [Paragraph((Strong(f"Пара со школой «{other}»: "), f"{where}{ty.NBSP}", share))]
    if coming := _coming(network, pair):
        lines.append(Paragraph((Strong("Впереди: "), ty.glue(coming))))
    return lines


def unserved(facts: Facts, code: str) -> list[Paragraph]:
    """Say of a school of the lists that no agreement serves it, and what to do; nothing of any other school."""
    groups = facts.memberships.get((facts.latest, code), set())
    listed = [GROUPS[group] for group in ("shnor", "shnsu") if group in groups]
    if not listed or groups & {"supported", "partner"}:
        return []
    told = f"школа в перечне {ty.join_words(listed)}, соглашения о поддержке нет"
    todo = (
        "центру — подобрать школу-партнёра или записать, почему поддержка не нужна; школе — назвать трудности"
    )
    return [
        Paragraph((ty.glue(ty.sentence(told)) + ".",)),
        Paragraph((Strong("Что дальше: "), ty.glue(todo) + ".")),
    ]


def lines(facts: Facts, code: str) -> list[Paragraph]:
    """Return what the network says of a school; nothing when it is in no pair of the latest half-year."""
    network = NetworkFacts(facts)
    own = [pair for pair in network.pairs if code in (pair.supported, pair.partner)] if network else []
    items: list[Paragraph] = []
    for pair in own:
        other = pair.partner if code == pair.supported else pair.supported
        items += _of_pair(network, pair, network.label(other))
    names = {advice.pair_name(network, pair) for pair in own if pair.supported == code}
    todo = [item.what for item in advice.collect(facts) if item.who in names][:NEXT_STEPS]
    if todo:
        items.append(Paragraph((Strong("Что дальше: "), ty.glue("; ".join(todo) + "."))))
    return items

"""Section 8: advice by addressee. Every line follows from one rule over the tables; the rules stand here.

Days of grace are counted from the day that the network's registers describe, never from the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from reporting import typography as ty
from reporting.content.facts import Facts
from reporting.content.model import Column, Paragraph, Row, Section, Table
from reporting.content.network.facts import NetworkFacts, Pair
from reporting.content.network.pairs import lacking
from reporting.content.network.vocabulary import DUTIES
from reporting.vocabulary import HEADLINES, INDICATORS

SOON, LATER = timedelta(days=30), timedelta(days=90)
ENDING = timedelta(days=120)
FULFILMENT_PCT = 80.0
AWARENESS_PCT = 70.0
CENTRE = "Центр, ведущий сеть"


@dataclass(frozen=True)
class Advice:
    """One piece of advice: to whom, what, why, by which day. ``rank`` orders addressees: the least first."""

    rank: int
    who: str
    what: str
    due: date


def pair_name(network: NetworkFacts, pair: Pair) -> str:
    """Return how a pair is addressed."""
    return f"Пара: {network.label(pair.supported)} — {network.label(pair.partner)}"


def outside_the_network(facts: Facts, network: NetworkFacts, today: date) -> Iterator[Advice]:
    """A school below the outer funnel limit that nobody supports: consider support."""
    served = {code for pair in network.pairs for code in (pair.supported, pair.partner)}
    for code in facts.school_codes:
        if code in served:
            continue
        low = [
            indicator
            for indicator in INDICATORS
            for figure in facts.officials(indicator, facts.latest, "school", code)[:1]
            if (signal := facts.signals.get(figure.figure_id)) and signal.get("flag") == "below998"
        ]
        if low:
            name = facts.school_label(code)
            text = f"рассмотреть поддержку школы «{name}»: ниже границы разброса по {', '.join(low)}"
            yield Advice(1, CENTRE, text, today + LATER)


def declines(facts: Facts, network: NetworkFacts, today: date) -> Iterator[Advice]:
    """A supported school whose official indicator fell beyond noise: put it into the roadmap."""
    for pair in network.pairs:
        for indicator in INDICATORS:
            figure = facts.official(indicator, facts.latest, "school", pair.supported)
            if figure and figure.is_shown and figure.change_status == "decline":
                short = HEADLINES[indicator].short
                text = f"разобрать снижение {indicator} («{short}») и внести меры в дорожную карту"
                yield Advice(2, pair_name(network, pair), text, today + SOON)


def stuck(_facts: Facts, network: NetworkFacts, today: date) -> Iterator[Advice]:
    """A stuck pair: what its gate lacks."""
    for pair in network.pairs:
        if pair.is_stuck:
            need = lacking(pair) or "решение о переходе"
            yield Advice(
                2, pair_name(network, pair), f"выйти из стадии {pair.stage}: нужно — {need}", today + SOON
            )


def without_plan(_facts: Facts, network: NetworkFacts, today: date) -> Iterator[Advice]:
    """A pair without a roadmap for the year: approve one."""
    for pair in network.pairs:
        row = network.criterion(network.half, pair.pair_id, "done_on_time", "baseline")
        if row and row["symbol"] == "x" and pair.state == "current":
            yield Advice(2, pair_name(network, pair), "утвердить дорожную карту на учебный год", today + SOON)


def fulfilment(_facts: Facts, network: NetworkFacts, today: date) -> Iterator[Advice]:
    """Less than 80 % done in time by the first plan."""
    for pair in network.pairs:
        row = network.criterion(network.half, pair.pair_id, "done_on_time", "baseline")
        if row and row["value"] is not None and row["value"] < FULFILMENT_PCT:
            share = f"{ty.count(row['numerator'])} из {ty.count(row['denominator'])}"
            text = f"провести просроченное и пересмотреть сроки: в срок выполнено {share}"
            yield Advice(3, pair_name(network, pair), text, today + SOON)


def duties(_facts: Facts, network: NetworkFacts, today: date) -> Iterator[Advice]:
    """Duties of the latest half-year below the agreement's minimum."""
    for pair in network.pairs:
        short = [row for row in network.duties(network.half, pair.pair_id) if not row["meets_minimum"]]
        if short:
            told = ", ".join(
                f"{DUTIES[str(row['duty_code'])].lower()} ({row['done']} из {row['minimum']})"
                for row in sorted(short, key=lambda row: str(row["duty_code"]))
            )
            yield Advice(3, pair_name(network, pair), f"добрать минимум соглашения: {told}", today + LATER)


def formal(_facts: Facts, network: NetworkFacts, today: date) -> Iterator[Advice]:
    """Events that are marked as formal: prove them or take them back."""
    for pair in network.pairs:
        row = network.criterion(network.half, pair.pair_id, "formal")
        if row and row["numerator"]:
            n = ty.counted(int(row["numerator"]), "мероприятие", "мероприятия", "мероприятий")
            yield Advice(
                4,
                pair_name(network, pair),
                f"подтвердить или снять {n} с отметкой «формально»",
                today + SOON,
            )


def awareness(_facts: Facts, network: NetworkFacts, today: date) -> Iterator[Advice]:
    """Members who do not know the goal."""
    row = network.criterion(network.half, "z", "awareness")
    if row and row["value"] is not None and row["value"] < AWARENESS_PCT:
        yield Advice(
            4,
            CENTRE,
            f"обсудить цель сети с участниками: верно назвали {ty.percent(row['value'])}",
            today + LATER,
        )


def unchecked(facts: Facts, _network: NetworkFacts, today: date) -> Iterator[Advice]:
    """Decisions whose term has passed and whose outcome nobody has looked at."""
    late = sorted(
        str(row["decision_number"])
        for row in facts.extra.get("management_decisions", [])
        if row["outcome_state"] == "not_checked"
    )
    if late:
        yield Advice(4, CENTRE, f"проверить и записать итог решений: № {', № '.join(late)}", today + SOON)


def ending(_facts: Facts, network: NetworkFacts, today: date) -> Iterator[Advice]:
    """Agreements that end within four months: renew or sum up."""
    ends = {
        str(row["agreement_number"]): row["valid_to"]
        for row in network.facts.partnerships
        if row.get("valid_to") and today <= row["valid_to"] <= today + ENDING
    }
    near = sorted(pair.pair_id for pair in network.pairs if pair.pair_id in ends)
    if near:
        text = f"продлить соглашения или подвести итог: {', '.join(near)}"
        yield Advice(4, CENTRE, text, max(today, min(ends[number] for number in near)))


RULES: tuple[Callable[[Facts, NetworkFacts, date], Iterator[Advice]], ...] = (
    outside_the_network, declines, stuck, without_plan, fulfilment, duties, formal, awareness, unchecked, ending,
)  # fmt: skip


def collect(facts: Facts) -> list[Advice]:
    """Return all advice, the most pressing addressee first; equal ranks in the order of the rules."""
    network = NetworkFacts(facts)
    if not network or network.as_of is None:
        return []
    today = network.as_of
    return sorted(
        (item for rule in RULES for item in rule(facts, network, today)), key=lambda item: item.rank
    )


def build(facts: Facts) -> Section | None:
    """Return «Адресные рекомендации»; None where there is no network to advise."""
    if not NetworkFacts(facts):
        return None
    found: dict[str, list[Advice]] = {}
    for item in collect(facts):
        found.setdefault(item.who, []).append(item)
    title = "Адресные рекомендации"
    if not found:
        return Section(
            "advice", title, (Paragraph(("Правила рекомендаций не нашли ничего, что требует действий.",)),)
        )
    rows = tuple(
        Row(
            (
                who,
                ty.glue(ty.sentence("; ".join(item.what for item in items)) + "."),
                ty.short_date(min(item.due for item in items)),
            )
        )
        for who, items in found.items()
    )
    note = (
        "Каждая строка следует из правила по данным отчёта; решение остаётся за людьми. "
        "Сроки отсчитаны от даты, на которую сданы реестры сети."
    )
    table = Table(
        "advice-table",
        "Кому, что и к какому сроку",
        (Column("Кому"), Column("Что"), Column("Срок")),
        rows,
        ty.glue(note),
    )
    return Section("advice", title, (table,))

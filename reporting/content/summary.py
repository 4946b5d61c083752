"""«Главное за минуту»: five official indicators, what needs attention, the quality of data in one line."""

from __future__ import annotations

from reporting import typography as ty
from reporting.content import effect, words
from reporting.content.facts import Facts, Figure
from reporting.content.model import (
    Block,
    Card,
    Cards,
    FigureRef,
    Inline,
    Link,
    Notice,
    Paragraph,
    Section,
    Strong,
)
from reporting.content.network import section as network
from reporting.content.quality import quality_line
from reporting.vocabulary import GROUPS, HALVES, HEADLINES, INDICATORS, LEVELS


def _paragraph(*runs: Inline) -> Paragraph:
    return Paragraph(tuple(runs))


def _card_caption(facts: Facts, figure: Figure) -> str:
    if not figure.is_shown:
        return ty.SYMBOL_MEANING.get(figure.symbol or "x", "")
    parts: list[str] = []
    noun = HEADLINES[figure.indicator_code].noun
    if figure.numerator is not None and figure.denominator is not None:
        total = ty.counted(int(figure.denominator), noun[0], noun[2], noun[2])
        parts.append(f"{ty.count(figure.numerator)} из {total}")
    if figure.indicator_code == "I5":
        parts.append(HALVES.get(figure.period, ""))
    if figure.value_kind == "interval":
        parts.append("данные позволяют указать только границы")
    return ", ".join(part for part in parts if part)


def _last_known(facts: Facts, indicator: str) -> Figure | None:
    for year in reversed(facts.years):
        figure = facts.main(indicator, year)
        if figure and figure.is_shown:
            return figure
    return None


def _details(facts: Facts, indicator: str, figure: Figure) -> tuple[Paragraph, ...]:
    """Return the lines under the value: I1 by level, I2 and I3 by what stands beside them."""
    lines: list[Paragraph] = []
    if indicator == "I1":
        for item in facts.officials("I1", figure.academic_year, *facts.own_area)[1:]:
            lines.append(_paragraph(f"{LEVELS[item.gia_level]}: ", words.printed(facts, item)))
    if not figure.is_shown and (last := _last_known(facts, indicator)):
        year = ty.academic_year(last.academic_year)
        lines.append(_paragraph(f"последнее известное, {year}: ", words.printed(facts, last)))
    return tuple(lines)


def card(facts: Facts, indicator: str, area: tuple[str, str], year: str) -> Card | None:
    """Return the card of one official indicator of an area, None when the tables have no row for it."""
    figure = facts.official(indicator, year, *area)
    if figure is None:
        return None
    value = words.printed(facts, figure)
    if not isinstance(value, FigureRef):
        return None
    if not figure.is_shown and figure.symbol in ty.SYMBOL_WORDS:
        value = FigureRef(
            ty.SYMBOL_WORDS[figure.symbol], value.figure_id, None, value.unit, value.symbol, value.hint
        )
    change: tuple[Inline, ...] = ()
    if figure.change is not None:
        change = (words.change_ref(facts, figure),)
    return Card(
        code=indicator,
        title=HEADLINES[indicator].title,
        value=value,
        caption=_card_caption(facts, figure),
        change=change,
        status=words.status_of(figure) if figure.is_shown else None,
        details=_details(facts, indicator, figure) if area == facts.own_area else (),
    )


def _attention(facts: Facts) -> list[Paragraph]:
    """Return what a director should look at first, in words; every number in it is a figure of the tables."""
    items: list[Paragraph] = []
    for indicator in INDICATORS:
        head = HEADLINES[indicator]
        figure = facts.main(indicator, facts.latest)
        if figure and figure.change_status == "decline" and figure.is_shown:
            items.append(
                _paragraph(
                    Strong(f"{indicator}. {head.short}: "), "снижение, ", words.change_ref(facts, figure)
                )
            )
        if figure and figure.symbol == "x":
            items.append(_paragraph(Strong(f"{indicator}. {head.short}: "), "нет данных за последний год"))
        for group in facts.groups:
            item = facts.official(indicator, facts.latest, "group", group)
            if item and item.change_status == "decline" and item.is_shown:
                items.append(
                    _paragraph(
                        Strong(f"{GROUPS[group]}: "),
                        f"снижение по показателю {indicator} «{head.short}», ",
                        words.change_ref(facts, item),
                    )
                )
    items += _schools_in_decline(facts)
    return items + _schools_below_limits(facts)


def _schools_in_decline(facts: Facts) -> list[Paragraph]:
    items: list[Paragraph] = []
    for code in facts.school_codes:
        found = [
            figure
            for indicator in INDICATORS
            if (figure := facts.official(indicator, facts.latest, "school", code))
            and figure.change_status == "decline"
            and figure.is_shown
        ]
        if not found:
            continue
        runs: list[Inline] = [Link(facts.school_name(code), f"schools/{code}.html"), ": снижение, "]
        for place, figure in enumerate(found):
            short = (
                HEADLINES[figure.indicator_code].short.lower().replace("гиа", "ГИА").replace("всош", "ВсОШ")
            )
            runs += [
                "; " if place else "",
                f"{figure.indicator_code} ({short}) ",
                words.change_ref(facts, figure),
            ]
        items.append(_paragraph(*runs))
    return items


def _schools_below_limits(facts: Facts) -> list[Paragraph]:
    """Return schools whose official share lies below the outer funnel limit, by ``indicator_signals``."""
    items: list[Paragraph] = []
    for code in facts.school_codes:
        found = [
            figure
            for indicator in INDICATORS
            for figure in facts.officials(indicator, facts.latest, "school", code)[:1]
            if (signal := facts.signals.get(figure.figure_id)) and signal.get("flag") == "below998"
        ]
        if not found:
            continue
        runs: list[Inline] = [
            Link(facts.school_name(code), f"schools/{code}.html"),
            ": ниже границы разброса, ",
        ]
        for place, figure in enumerate(found):
            runs += ["; " if place else "", f"{figure.indicator_code} ", words.printed(facts, figure)]
        items.append(_paragraph(*runs))
    return items


def build(facts: Facts) -> Section:
    """Return the summary section."""
    cards = [found for code in INDICATORS if (found := card(facts, code, facts.own_area, facts.latest))]
    year = ty.academic_year_long(facts.latest)
    blocks: list[Block] = [
        Paragraph((f"Пять официальных показателей за {year} и их изменение к прошлому году.",), "lead"),
        Cards(tuple(cards)),
    ]
    attention = _attention(facts)
    if attention:
        blocks.append(Notice("Требует внимания", tuple(attention), "attention"))
    else:
        blocks.append(
            Notice(
                "Требует внимания",
                (
                    _paragraph(
                        "Снижения, которое вышло бы за пределы обычных колебаний, нет ни по одному показателю."
                    ),
                ),
            )
        )
    if verdict := effect.answer(facts):
        blocks.append(verdict)
    if line := network.summary_line(facts):
        blocks.append(line)
    blocks.append(quality_line(facts))
    return Section("summary", "Главное за минуту", tuple(blocks))

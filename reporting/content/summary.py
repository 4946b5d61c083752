"""«Главное за минуту»: does support help, which schools need it, five official indicators, the data's quality."""

from __future__ import annotations

from reporting import typography as ty
from reporting.content import effect, needs, words
from reporting.content.facts import Facts, Figure
from reporting.content.model import (
    Block,
    Card,
    Cards,
    FigureRef,
    Inline,
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
    """Return declines and gaps of the municipality and of groups, in words; every number is a figure of the tables."""
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
    return items


def build(facts: Facts) -> Section:
    """Return the summary section."""
    cards = [found for code in INDICATORS if (found := card(facts, code, facts.own_area, facts.latest))]
    year = ty.academic_year_long(facts.latest)
    # The two questions of a director come first, each with its answer; the figures behind them follow.
    answers = (effect.answer(facts), needs.answer(facts))
    blocks: list[Block] = [answer for answer in answers if answer]
    blocks += [
        Paragraph((f"Пять официальных показателей за {year} и их изменение к прошлому году.",), "lead"),
        Cards(tuple(cards)),
    ]
    if attention := _attention(facts):
        blocks.append(
            Notice(
                "Показатели муниципалитета и групп, которые требуют внимания", tuple(attention), "attention"
            )
        )
    else:
        calm = "Ни по муниципалитету, ни по группам школ нет снижения, которое вышло бы за пределы обычных колебаний."
        blocks.append(_paragraph(ty.glue(calm)))
    if line := network.summary_line(facts):
        blocks.append(line)
    blocks.append(quality_line(facts))
    return Section("summary", "Главное за минуту", tuple(blocks))

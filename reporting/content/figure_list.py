"""The appendix «Перечень показателей»: the number of every printed figure, so that paper can be asked «why» too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from reporting import typography as ty
from reporting.content import words
from reporting.content.facts import Facts, Figure
from reporting.content.model import Column, FigureRef, Row, Section, Table
from reporting.content.network import numbers as network
from reporting.vocabulary import HEADLINES, MEASURES

_NOTE = (
    "По номеру команда opora explain показывает числитель, знаменатель, правило, поставки и исходные строки, "
    "из которых получено число."
)


def build(facts: Facts, sections: Iterable[Section]) -> Section:
    """Return the appendix for what the sections print: by area and figure, the numbers by academic year."""
    printed = set(printed_ids(tuple(sections)))
    lines: dict[tuple[tuple[int, str], str, str], list[Figure]] = defaultdict(list)
    for figure in facts.figures.values():
        if figure.figure_id in printed:
            lines[_area(facts, figure), figure.indicator_code, _words(figure)].append(figure)
    rows: list[Row] = []
    before: tuple[int, str] | None = None
    for (area, _, text), figures in sorted(lines.items(), key=lambda item: item[0]):
        if area != before:
            rows.append(Row((area[1], ""), "group"))
            before = area
        by_year = sorted(figures, key=lambda figure: figure.academic_year, reverse=True)
        numbers = "; ".join(
            f"{ty.academic_year(one.academic_year)}{ty.NBSP}— {one.figure_id}" for one in by_year
        )
        rows.append(Row((text, numbers)))
    rows += network.listed(facts, printed)
    table = Table(
        "figure-ids",
        "Показатели, напечатанные в отчёте, и их номера",
        (Column("Показатель и разрез"), Column("Номера по учебным годам")),
        tuple(rows),
        _NOTE,
    )
    return Section("figures", "Перечень показателей", (table,))


def printed_ids(part: Any) -> Iterator[str]:
    """Yield the ids of the figures that a part of a document prints, however deep they stand."""
    if isinstance(part, FigureRef):
        yield part.figure_id
    elif isinstance(part, tuple):
        for item in part:
            yield from printed_ids(item)
    elif is_dataclass(part):
        for item in fields(part):
            yield from printed_ids(getattr(part, item.name))


def _area(facts: Facts, figure: Figure) -> tuple[int, str]:
    """Return the place of an area in the list and its name: the whole first, then groups, then schools by name."""
    order = {"region": 0, "municipality": 0, "group": 1}
    return order.get(figure.area_kind, 2), words.area_name(facts, figure.area_kind, figure.area_code)


def _words(figure: Figure) -> str:
    headline = HEADLINES[figure.indicator_code].short if figure.indicator_code in HEADLINES else ""
    parts = [f"{figure.indicator_code}. {headline}", MEASURES.get(figure.measure, figure.measure)]
    return "; ".join(part for part in (*parts, words.variant_words(figure)) if part)

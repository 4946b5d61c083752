"""The first page of a region's home: official indicators of every municipality and the way to its report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from opora.config import Organisation
from reporting import typography as ty
from reporting.content import words
from reporting.content.facts import Edition, Facts
from reporting.content.model import Cell, Column, Document, Link, Paragraph, Row, Section, Table
from reporting.vocabulary import HEADLINES, INDICATORS


def row_of(facts: Facts) -> Row:
    """Return the row of one municipality: its latest official indicators."""
    cells: list[Cell] = [
        Link(facts.name, f"municipalities/{facts.code}/report.html"),
        ty.academic_year(facts.latest),
    ]
    for indicator in INDICATORS:
        figure = facts.main(indicator, facts.latest)
        cells += [words.printed(facts, figure), words.change_with_mark(facts, figure)]
    return Row(tuple(cells))


def build(
    rows: Sequence[Row], name: str, organisation: Organisation, edition: Edition, as_of: date | None
) -> Document:
    """Return the region's index page from the rows of its municipalities."""
    columns = [Column("Муниципалитет"), Column("Год")]
    for indicator in INDICATORS:
        group = f"{indicator}. {HEADLINES[indicator].short}"
        columns += [Column("Значение", True, group), Column("Изменение", True, group)]
    table = Table(
        "municipalities",
        "Официальные показатели по муниципалитетам",
        tuple(columns),
        tuple(rows),
        "Порядок — по алфавиту: это не рейтинг. z — неприменимо, x — нет данных, c — скрыто, "
        "точка — показатель не входит "
        "в выпуск. Значки: ▲ рост, ▼ снижение, ≈ в пределах колебаний, ∅ несопоставимо.",
    )
    told = f"В выпуске {ty.counted(len(rows), 'муниципалитет', 'муниципалитета', 'муниципалитетов')}."
    return Document(
        title="Межшкольная поддержка: муниципалитеты",
        subtitle=name,
        organisation=organisation.name,
        edition=edition,
        as_of=as_of,
        sections=(Section("list", "Отчёты муниципалитетов", (Paragraph((told,)), table)),),
        links=(Link("Словарь данных", "dictionary.html"),),
    )

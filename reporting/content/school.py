"""A page per school, one sheet of A4: its five indicators against its own past and comparable schools, its pair."""

from __future__ import annotations

from opora.config import Organisation
from reporting import typography as ty
from reporting.content import visuals, words
from reporting.content.facts import Facts
from reporting.content.model import (
    Block,
    Bullets,
    Cards,
    ChartGrid,
    Column,
    Document,
    Inline,
    Link,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)
from reporting.content.network.school import lines as network_lines
from reporting.content.network.school import unserved
from reporting.content.summary import card
from reporting.vocabulary import GROUPS, HEADLINES, INDICATORS

CHARTED = ("I1", "I4", "I5")


def groups_of(facts: Facts, code: str) -> list[str]:
    """Return the groups of a school in the latest year, in the fixed order."""
    own = facts.memberships.get((facts.latest, code), set())
    return [group for group in GROUPS if group in own]


def _comparable(facts: Facts, code: str) -> str | None:
    """Return the group to compare with: the school's status first, then its part in partnerships."""
    return next((group for group in groups_of(facts, code) if group in facts.groups), None)


def _history(facts: Facts, code: str) -> Table:
    years = facts.years[-5:]
    group = _comparable(facts, code)
    rows: list[Row] = []
    for indicator in INDICATORS:
        figures = [facts.official(indicator, year, "school", code) for year in years]
        if not any(figures):
            continue
        cells: list[Inline] = [f"{indicator}. {HEADLINES[indicator].short}"]
        cells += [words.printed(facts, figure) for figure in figures]
        if group:
            cells.append(words.printed(facts, facts.official(indicator, facts.latest, "group", group)))
        cells.append(words.printed(facts, facts.main(indicator, facts.latest)))
        rows.append(Row(tuple(cells)))
    columns = [Column("Показатель"), *(Column(ty.academic_year(year), True) for year in years)]
    note = ""
    if group:
        columns.append(Column(GROUPS[group], True))
        note = f"«{GROUPS[group]}» и «Все школы» — за {ty.academic_year(facts.latest)}. "
    columns.append(Column("Все школы", True))
    note += "Числа участников и призёров группы и муниципалитета — общие, а не на школу."
    return Table("history", "Показатели школы по годам", tuple(columns), tuple(rows), ty.glue(note))


def _pair(facts: Facts, code: str) -> Block | None:
    """Return who supports the school or whom it supports, by the agreements of the latest year; None without one."""
    items: list[Paragraph] = []
    for row in facts.partnerships:
        if row.get("academic_year") not in (facts.latest, None):
            continue
        supported, partner = str(row["supported_school_code"]), str(row["partner_school_code"])
        if code not in (supported, partner):
            continue
        other = partner if code == supported else supported
        what = "получает поддержку школы " if code == supported else "поддерживает школу "
        runs: list[Inline] = [what, Link(facts.school_name(other), f"{other}.html")]
        if other not in facts.school_codes:
            runs[-1] = facts.school_name(other)
        if row.get("agreement_number"):
            runs.append(f", соглашение № {row['agreement_number']}".replace("№ ", "№" + ty.NBSP))
        if row.get("valid_to"):
            runs.append(f", действует по {ty.long_date(row['valid_to'])}")
        items.append(Paragraph(tuple(runs)))
    items += network_lines(facts, code)
    if not items:
        items += unserved(facts, code)
    return Bullets(tuple(items), "Взаимодействие") if items else None


def _standing(facts: Facts, code: str) -> Paragraph | None:
    names = [GROUPS[group] for group in groups_of(facts, code)]
    return Paragraph((Strong("Группы: "), ", ".join(names))) if names else None


def build(facts: Facts, code: str, organisation: Organisation, root: str = "../") -> Document:
    """Return the page of one school; ``root`` is the way from the page to the edition's root."""
    area = ("school", code)
    cards = [found for indicator in INDICATORS if (found := card(facts, indicator, area, facts.latest))]
    blocks: list[Block] = []
    if standing := _standing(facts, code):
        blocks.append(standing)
    blocks.append(Cards(tuple(cards)))
    blocks.append(_history(facts, code))
    charts = tuple(
        chart for item in CHARTED if (chart := visuals.dynamics(facts, item, *area, prefix="own")) is not None
    )
    if charts:
        blocks.append(ChartGrid(charts))
        blocks.append(
            Paragraph(
                (
                    "Полоса — 95\u00a0% интервал: чем меньше школа, тем он шире. "
                    "Изменение внутри него может быть случайным.",
                ),
                "note",
            )
        )
    if pair := _pair(facts, code):
        blocks.append(pair)
    return Document(
        title=facts.school_name(code),
        subtitle=f"{facts.name}, {ty.academic_year_long(facts.latest)}",
        organisation=organisation.name,
        edition=facts.edition,
        as_of=facts.as_of,
        sections=(Section("profile", "Показатели школы", tuple(blocks)),),
        links=(
            Link("Все школы", "index.html"),
            Link("Отчёт муниципалитета", "../report.html"),
            Link("Словарь данных", f"{root}dictionary.html"),
        ),
    )


def index(facts: Facts, organisation: Organisation) -> Document:
    """Return the list of schools with a search box: name, groups and what declined."""
    rows: list[Row] = []
    for code in facts.school_codes:
        marks = [
            (indicator, status)
            for indicator in INDICATORS
            if (figure := facts.official(indicator, facts.latest, "school", code))
            and figure.is_shown
            and (status := words.status_of(figure))
            and status.code in ("growth", "decline")
        ]
        told: list[Inline] = []
        for indicator, status in marks:
            told += ["" if not told else "; ", f"{indicator} ", status]
        rows.append(
            Row(
                (
                    Link(facts.school_name(code), f"{code}.html"),
                    code,
                    ", ".join(GROUPS[group] for group in groups_of(facts, code)) or ty.EN_DASH,
                    tuple(told) or ty.EN_DASH,
                )
            )
        )
    table = Table(
        "schools",
        f"Школы, {ty.academic_year(facts.latest)}",
        (Column("Школа"), Column("Код"), Column("Группы"), Column("Изменения больше колебаний")),
        tuple(rows),
    )
    return Document(
        title="Школы",
        subtitle=f"{facts.name}, {ty.academic_year_long(facts.latest)}",
        organisation=organisation.name,
        edition=facts.edition,
        as_of=facts.as_of,
        sections=(Section("list", "Страницы школ", (table,)),),
        links=(Link("Отчёт муниципалитета", "../report.html"),),
    )

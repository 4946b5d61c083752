"""Results: official indicators by year, by group and by school; further cuts of each indicator."""

from __future__ import annotations

from collections.abc import Sequence

from reporting import typography as ty
from reporting.content import visuals, words
from reporting.content.facts import Facts, Figure
from reporting.content.model import (
    Block,
    Cell,
    ChartGrid,
    Column,
    Inline,
    Link,
    Paragraph,
    Row,
    Section,
    Table,
)
from reporting.vocabulary import (
    AWARDS,
    CUTOFFS,
    DENOMINATORS,
    GROUP_MEANING,
    GROUPS,
    HALVES,
    HEADLINES,
    INDICATORS,
    LEVELS,
    MEASURES,
    STAGES,
    SUBJECTS,
)

YEARS_SHOWN = 5
_USAGE_SHORT = {
    "L0": "зарегистрированы",
    "L1": "входили",
    "L2": "работают (официальный)",
    "L3": "работают постоянно",
}


def _years(facts: Facts) -> list[str]:
    return facts.years[-YEARS_SHOWN:]


def _status_cell(figure: Figure | None) -> Inline:
    return words.status_of(figure) or ty.EN_DASH


def by_year(facts: Facts) -> Table:
    """Return the municipality's official indicators by year with the last change and its status."""
    years = _years(facts)
    rows: list[Row] = []
    for indicator in INDICATORS:
        head = HEADLINES[indicator]
        figures = [facts.main(indicator, year) for year in years]
        if not any(figures):
            continue
        last = figures[-1]
        rows.append(
            Row(
                (
                    f"{indicator}. {head.title}",
                    *(words.printed(facts, figure) for figure in figures),
                    words.change_ref(facts, last),
                    _status_cell(last),
                )
            )
        )
    columns = (
        Column("Показатель"),
        *(Column(ty.academic_year(year), True) for year in years),
        Column("Изменение", True),
        Column("Статус"),
    )
    return Table("by-year", "Официальные показатели по годам, все школы", columns, tuple(rows))


def by_group(facts: Facts) -> Table | None:
    """Return the latest official indicators by group: value and change."""
    groups = facts.groups
    if not groups:
        return None
    rows: list[Row] = []
    for indicator in INDICATORS:
        head = HEADLINES[indicator]
        rows.append(Row((f"{indicator}. {head.title}",), "group"))
        for group in groups:
            figure = facts.official(indicator, facts.latest, "group", group)
            before = facts.official(indicator, facts.previous, "group", group) if facts.previous else None
            if figure is None:
                continue
            rows.append(
                Row(
                    (
                        GROUPS[group],
                        words.printed(facts, before),
                        words.printed(facts, figure),
                        words.change_ref(facts, figure),
                        _status_cell(figure),
                    )
                )
            )
    columns = (
        Column("Группа школ"),
        Column(ty.academic_year(facts.previous) if facts.previous else "Прошлый год", True),
        Column(ty.academic_year(facts.latest), True),
        Column("Изменение", True),
        Column("Статус"),
    )
    meaning = "; ".join(f"{GROUPS[g]} — {GROUP_MEANING[g]}" for g in groups)
    return Table("by-group", "Показатели по группам школ", columns, tuple(rows), ty.glue(meaning + "."))


def by_school(facts: Facts, codes: Sequence[str], table_id: str, caption: str) -> Table | None:
    """Return schools × five indicators for the latest year: value, change and its status."""
    rows: list[Row] = []
    for code in codes:
        cells: list[Cell] = [Link(facts.school_name(code), f"schools/{code}.html")]
        for indicator in INDICATORS:
            figure = facts.official(indicator, facts.latest, "school", code)
            cells += [words.printed(facts, figure), words.change_with_mark(facts, figure)]
        rows.append(Row(tuple(cells)))
    if not rows:
        return None
    columns = [Column("Школа")]
    for indicator in INDICATORS:
        name = f"{indicator}. {HEADLINES[indicator].short}"
        columns += [Column("Значение", True, name), Column("Изменение", True, name)]
    return Table(table_id, caption, tuple(columns), tuple(rows))


def _school_tables(facts: Facts) -> list[Block]:
    """Return school tables: ШНОР, ШНСУ and the rest apart when membership is known, else one table."""
    year = ty.academic_year(facts.latest)
    codes = facts.school_codes
    if not codes:
        return []
    shnor = [c for c in codes if "shnor" in facts.memberships.get((facts.latest, c), set())]
    shnsu = [c for c in codes if "shnsu" in facts.memberships.get((facts.latest, c), set())]
    rest = [c for c in codes if c not in shnor and c not in shnsu]
    if not shnor and not shnsu:
        parts = [("schools-all", f"Школы, {year}", codes)]
    else:
        parts = [
            ("schools-shnor", f"ШНОР: школы с низкими образовательными результатами, {year}", shnor),
            ("schools-shnsu", f"ШНСУ: школы в неблагоприятных социальных условиях, {year}", shnsu),
            ("schools-rest", f"Остальные школы, {year}", rest),
        ]
    tables = [by_school(facts, members, table_id, caption) for table_id, caption, members in parts]
    return [table for table in tables if table is not None]


def _variant_label(figure: Figure) -> str:
    """Return the label of a cut inside its own indicator, naming only the keys that vary there."""
    match figure.indicator_code:
        case "I1":
            parts = [
                LEVELS.get(figure.gia_level),
                CUTOFFS.get(figure.cutoff),
                DENOMINATORS.get(figure.denominator_kind),
            ]
        case "I2":
            parts = [MEASURES.get(figure.measure), STAGES.get(figure.stage), SUBJECTS.get(figure.subject)]
        case "I3":
            parts = [MEASURES.get(figure.measure), AWARDS.get(figure.award), SUBJECTS.get(figure.subject)]
        case "I5":
            usage = _USAGE_SHORT.get(figure.usage_level)
            parts = [MEASURES.get(figure.measure), usage, HALVES.get(figure.period)]
        case _:
            parts = [MEASURES.get(figure.measure)]
    return ty.sentence(", ".join(part for part in parts if part))


_RANK = {
    code: place
    for place, code in enumerate(
        [
            "share",
            "pupils",
            "participations",
            "per_100",
            "share_of_participants",
            "diplomas",
            "older_grade",
            "teachers",
            "all",
            "9",
            "11",
            "main",
            "september",
            "admitted",
            "enrolled",
            "any",
            "school",
            "municipal",
            "russian",
            "mathematics",
            "winner",
            "prize_winner",
            "L2",
            "L1",
            "L0",
            "L3",
            "year",
            "H1",
            "H2",
            "z",
        ]
    )
}


def cuts(facts: Facts, indicator: str) -> Table | None:
    """Return every cut of one indicator for the municipality by year; None when only the headline exists."""
    years = _years(facts)
    variants = sorted(
        {
            f.variant
            for f in facts.figures.values()
            if f.indicator_code == indicator and f.area_kind == facts.own_area[0]
        },
        key=lambda variant: [_RANK.get(part, 99) for part in variant],
    )
    if len(variants) < 2:
        return None
    rows: list[Row] = []
    for variant in variants:
        figures = [facts.figure(year, *facts.own_area, variant) for year in years]
        sample = next(figure for figure in figures if figure is not None) if any(figures) else None
        if sample is None or not any(f and (f.is_shown or f.symbol == "c") for f in figures):
            continue
        label = _variant_label(sample) + (
            " — официальный" if sample.is_official and indicator != "I5" else ""
        )
        rows.append(
            Row(
                (ty.glue(label), *(words.printed(facts, f) for f in figures)),
                "total" if sample.is_official else "body",
            )
        )
    if len(rows) < 2:
        return None
    columns = (Column("Разрез"), *(Column(ty.academic_year(year), True) for year in years))
    head = HEADLINES[indicator]
    return Table(f"cuts-{indicator.lower()}", f"{indicator}. {head.title}: все разрезы", columns, tuple(rows))


def build(facts: Facts) -> Section:
    """Return the section «Результаты»."""
    blocks: list[Block] = [by_year(facts)]
    comparisons = [visuals.group_comparison(facts, code) for code in ("I1", "I4", "I5")]
    shown = tuple(chart for chart in comparisons if chart is not None)
    group_blocks: list[Block] = [table for table in (by_group(facts),) if table is not None]
    if shown:
        group_blocks.append(ChartGrid(shown))
        group_blocks.append(
            Paragraph(
                (
                    "Закрашенная точка — последний год, пустая — предыдущий, отрезок — 95\u00a0% интервал. "
                    "Если отрезки групп перекрываются, различие может быть случайным.",
                ),
                "note",
            )
        )
    subsections = [Section("groups", "По группам школ", tuple(group_blocks))] if group_blocks else []
    schools = _school_tables(facts)
    if schools:
        chart = visuals.school_statuses(facts)
        subsections.append(Section("schools", "По школам", (*([chart] if chart else []), *schools)))
    return Section("results", "Результаты", tuple(blocks), tuple(subsections))


def all_cuts(facts: Facts) -> Section | None:
    """Return the appendix with every cut of every indicator for the municipality, None when there is none."""
    tables = tuple(table for code in INDICATORS if (table := cuts(facts, code)) is not None)
    return Section("cuts", "Показатели во всех разрезах", tables) if tables else None

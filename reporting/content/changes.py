"""The appendix «Что изменилось с прошлого выпуска»: official figures that the last release printed otherwise."""

from __future__ import annotations

from collections import Counter

from reporting import typography as ty
from reporting.content import words
from reporting.content.facts import Facts, Figure
from reporting.content.model import Block, Bullets, Column, Paragraph, Row, Section, Table
from reporting.vocabulary import HEADLINES

_MOST_ROWS = 200
_AREAS = {"municipality": 0, "group": 1, "school": 2}


def _is_other(before: Figure, after: Figure) -> bool:
    """Say whether a reader would see another number, out of another whole, or another symbol."""
    return words.value_text(before) != words.value_text(after) or (
        (before.numerator, before.denominator) != (after.numerator, after.denominator)
    )


def _told(figure: Figure) -> str:
    text = words.value_text(figure)
    if figure.is_shown and figure.numerator is not None and figure.denominator is not None:
        text += f" ({ty.count(figure.numerator)} из {ty.count(figure.denominator)})"
    return ty.glue(text)


def _by_year(title: str, figures: list[Figure]) -> list[Paragraph]:
    years = sorted(Counter(figure.academic_year for figure in figures).items())
    listed = "; ".join(f"{ty.academic_year(year)}{ty.NBSP}— {ty.count(n)}" for year, n in years)
    return [Paragraph((f"{title}: {listed}.",))] if years else []


def build(facts: Facts) -> Section:
    """Return the appendix; a sentence where this is the first release or nothing differs."""
    title = "Что изменилось с прошлого выпуска"
    if facts.before is None:
        return Section("changes", title, (Paragraph((ty.glue("Это первый выпуск: сравнивать не с чем."),)),))
    now = {figure.figure_id: figure for figure in facts.figures.values() if figure.is_official}
    before = {figure.figure_id: figure for figure in facts.before if figure.is_official}
    other = [
        (before[code], figure)
        for code, figure in now.items()
        if code in before and _is_other(before[code], figure)
    ]
    other.sort(key=lambda pair: (_AREAS.get(pair[1].area_kind, 9), pair[1].area_code))
    other.sort(key=lambda pair: pair[1].academic_year, reverse=True)
    appeared = _by_year(
        "Появились официальные показатели", [f for code, f in now.items() if code not in before]
    )
    gone = _by_year(
        "Больше нет официальных показателей", [f for code, f in before.items() if code not in now]
    )
    blocks: list[Block] = [Bullets((*appeared, *gone))] if appeared or gone else []
    if other:
        blocks.append(_table(facts, other))
    if not blocks:
        blocks.append(Paragraph((ty.glue("Официальные показатели не изменились."),)))
    return Section("changes", title, tuple(blocks))


def _table(facts: Facts, pairs: list[tuple[Figure, Figure]]) -> Table:
    rows = tuple(
        Row(
            (
                words.area_name(facts, after.area_kind, after.area_code),
                ty.academic_year(after.academic_year),
                f"{after.indicator_code}. {HEADLINES[after.indicator_code].short}",
                words.variant_words(after) or ty.EN_DASH,
                # What is hidden or withdrawn now is not printed once more by the way of its history.
                _told(before) if after.is_shown or facts.edition == "internal" else "было показано",
                _told(after),
            )
        )
        for before, after in pairs[:_MOST_ROWS]
    )
    columns = (
        Column("Охват"), Column("Учебный год"), Column("Показатель"), Column("Разрез"), Column("Было", True),
        Column("Стало", True),
    )  # fmt: skip
    note = "Какие поставки и правила стоят за каждым изменением, говорит файл CHANGES.md выпуска."
    if len(pairs) > _MOST_ROWS:
        note = f"Показаны первые {_MOST_ROWS} из {ty.count(len(pairs))}. {note}"
    return Table("changes-table", "Официальные показатели, которые исправлены", columns, rows, ty.glue(note))

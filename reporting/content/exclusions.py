"""The appendix «Исключения»: what the official figures of the year left out and why, and what is still open."""

from __future__ import annotations

from reporting import typography as ty
from reporting.content import words
from reporting.content.facts import Facts, Figure
from reporting.content.model import Block, Column, Paragraph, Row, Section, Table
from reporting.vocabulary import EXCLUSION_REASONS, HEADLINES, INDICATORS

_OPEN = (("ожидают результата", "n_pending"), ("спорные совпадения людей", "n_ambiguous"))


def _figures(facts: Facts) -> list[Figure]:
    return [f for code in INDICATORS for f in facts.officials(code, facts.latest, *facts.own_area)]


def _rows(facts: Facts, figure: Figure) -> list[Row]:
    left_out = {
        str(row["reason"]): int(row["n"])
        for row in facts.extra.get("figure_exclusions", [])
        if row["figure_id"] == figure.figure_id and row["n"]
    }
    named = [(EXCLUSION_REASONS.get(reason, reason), n) for reason, n in sorted(left_out.items())]
    named += [(word, n) for word, name in _OPEN if (n := getattr(figure, name))]
    title = f"{figure.indicator_code}. {HEADLINES[figure.indicator_code].short}"
    detail = words.variant_words(figure) or ty.EN_DASH
    return [Row((title, detail, ty.glue(ty.sentence(word)), ty.count(n))) for word, n in named]


def build(facts: Facts) -> Section:
    """Return the appendix; a table where anything was left out, else a sentence."""
    rows = tuple(row for figure in _figures(facts) for row in _rows(facts, figure))
    note = (
        "Исключённая строка прочитана и сосчитана, но по правилу не участвует в показателе. По группам и школам те же "
        "сведения стоят в таблице figure_exclusions; правила — в паспортах показателей."
    )
    year = ty.academic_year(facts.latest)
    if facts.edition == "public":
        text = (
            "Сколько строк исключено и по каким причинам, говорит внутренняя редакция: по этим числам можно узнать "
            "о конкретных людях. Правила исключения стоят в паспортах показателей."
        )
        return Section("exclusions-section", "Исключения", (Paragraph((ty.glue(text),)),))
    blocks: tuple[Block, ...] = (Paragraph((ty.glue(f"За {year} год ни одна строка не исключена."),)),)
    if rows:
        columns = (Column("Показатель"), Column("Разрез"), Column("Причина"), Column("Сколько", True))
        caption = f"Что не вошло в официальные показатели муниципалитета за {year}"
        blocks = (Table("exclusions", caption, columns, rows, ty.glue(note)),)
    return Section("exclusions-section", "Исключения", blocks)

"""Analysis: dynamics, scatter of schools, supported schools and the verdict on the effect of support."""

from __future__ import annotations

from typing import Any

from reporting import typography as ty
from reporting.content import visuals
from reporting.content.facts import Facts
from reporting.content.model import Block, ChartGrid, Column, Inline, Paragraph, Row, Section, Strong, Table
from reporting.vocabulary import HEADLINES, INDICATORS


def _effect_row(row: dict[str, Any]) -> Row:
    estimate, low, high = row.get("estimate_pp"), row.get("ci_low"), row.get("ci_high")
    interval = ty.change_bounds(low, high, "pct") if low is not None and high is not None else ty.EN_DASH
    outcome = str(row.get("outcome") or "")
    head = HEADLINES.get(outcome[:2])
    return Row(
        (
            f"{head.code}. {head.short}" if head else outcome,
            str(row.get("cohort") or ""),
            ty.points(estimate) if estimate is not None else ty.EN_DASH,
            interval,
            ty.points(abs(row["mde"])).lstrip("+") if row.get("mde") is not None else ty.EN_DASH,
            f"{row.get('n_treated') or 0} / {row.get('n_control') or 0}",
            ty.glue(str(row.get("verdict") or row.get("reason") or "")),
        )
    )


def effect(facts: Facts) -> Section | None:
    """Return «Помогает ли поддержка?» from ``support_effect``, None while that table is absent or empty."""
    rows = [
        row
        for row in facts.extra.get("support_effect", [])
        if row.get("municipality_code", facts.code) == facts.code
    ]
    if not rows:
        return None
    first = rows[0]
    verdict: list[Inline] = [Strong("Вывод: "), ty.glue(str(first.get("verdict") or "оценить нельзя"))]
    if first.get("reason"):
        verdict += [". ", ty.sentence(ty.glue(str(first["reason"])))]
    columns = (
        Column("Показатель"),
        Column("Когорта"),
        Column("Оценка", True),
        Column("95\u00a0% интервал", True),
        Column("Обнаружимо от", True),
        Column("Школ: с поддержкой / без", True),
        Column("Вывод"),
    )
    table = Table(
        "effect-table",
        "Эффект поддержки",
        columns,
        tuple(_effect_row(row) for row in rows),
        "Сравниваются изменения в поддерживаемых школах с изменениями в остальных; годы, по которым школы отбирали, "
        "исключены, потому что после плохого года результат обычно возвращается к среднему и без поддержки.",
    )
    return Section("effect", "Помогает ли поддержка?", (Paragraph((*verdict, "."), "lead"), table))


def build(facts: Facts) -> Section | None:
    """Return the section «Анализ», None when there is nothing to draw."""
    subsections: list[Section] = []
    dynamics = tuple(
        chart for code in INDICATORS if (chart := visuals.dynamics(facts, code, *facts.own_area)) is not None
    )
    if dynamics:
        note = (
            "Полоса вокруг линии — 95\u00a0% интервал: изменения внутри него могут быть случайными. "
            "Линия прерывается там, "
            "где правила менялись или данных нет."
        )
        blocks: tuple[Block, ...] = (ChartGrid(dynamics), Paragraph((note,), "note"))
        subsections.append(Section("dynamics", "Динамика", blocks))
    funnels: tuple[Block, ...] = tuple(
        chart for code in ("I1", "I4", "I5") if (chart := visuals.funnel(facts, code)) is not None
    )
    if funnels:
        subsections.append(Section("funnel", "Разброс школ", funnels))
    supported = visuals.supported_dumbbell(facts)
    if supported:
        subsections.append(Section("supported", "Школы, получающие поддержку", (supported,)))
    verdict = effect(facts)
    if verdict:
        subsections.append(verdict)
    return Section("analysis", "Анализ", (), tuple(subsections)) if subsections else None

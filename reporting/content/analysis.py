"""Analysis: dynamics, scatter of schools, supported schools and the verdict on the effect of support."""

from __future__ import annotations

from reporting.content import effect, visuals
from reporting.content.facts import Facts
from reporting.content.model import Block, ChartGrid, Paragraph, Section
from reporting.vocabulary import INDICATORS


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
    verdict = effect.build(facts)
    if verdict:
        subsections.append(verdict)
    return Section("analysis", "Анализ", (), tuple(subsections)) if subsections else None

"""The appendix «Журнал исправлений»: what later deliveries changed, by source and year. Internal edition only."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reporting import typography as ty
from reporting.content.facts import Facts
from reporting.content.model import Column, Paragraph, Row, Section, Table
from reporting.vocabulary import SOURCES

_KINDS = {"changed": "изменено значений", "added": "добавлено строк", "removed": "убрано строк"}
_REASONS = {
    "appeal": "апелляция",
    "final_after_preliminary": "итоговый протокол",
    "later_delivery": "поставка с более поздней датой",
    "withdrawn": "поставка отозвана",
}
Key = tuple[str, str, str]


def _tally(rows: list[dict[str, Any]]) -> dict[Key, Counter[str]]:
    found: dict[Key, Counter[str]] = {}
    for row in rows:
        key = (str(row["source"]), str(row["academic_year"]), str(row["reason"]))
        found.setdefault(key, Counter())[str(row["kind"])] += 1
    return found


def build(facts: Facts) -> Section | None:
    """Return the appendix, None in the public edition and where nothing was ever corrected."""
    rows = facts.extra.get("corrections_log", [])
    if not rows:
        return None
    table = Table(
        "corrections",
        "Что изменили поздние поставки",
        (
            Column("Источник"),
            Column("Учебный год"),
            Column("Причина"),
            *(Column(word, True) for word in _KINDS.values()),
        ),
        tuple(
            Row(
                (
                    SOURCES.get(source, source),
                    ty.academic_year(year),
                    _REASONS.get(reason, reason),
                    *(ty.count(kinds[kind]) for kind in _KINDS),
                )
            )
            for (source, year, reason), kinds in sorted(_tally(rows).items())
        ),
    )
    note = (
        "Каждое изменение — строка таблицы corrections_log: что, с какого значения на какое, какой поставкой."
    )
    return Section("corrections-section", "Журнал исправлений", (table, Paragraph((ty.glue(note),), "note")))

"""Total rows that ingestion read, compared with the rows above them, and dropped: what did not agree.

They stand in ``lake/readings/<reading>.json`` under ``total_mismatches``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quality.context import Context


@dataclass(frozen=True)
class StatedTotal:
    """One cell of a total row that differs from what the rows above it give."""

    reading_id: str
    source: str
    entity: str
    academic_year: str
    file_name: str | None
    sheet: str | None
    row: int | None
    field: str
    subject_code: int | None
    gia_level: int | None
    stated: float | None
    computed: float | None

    @property
    def scope(self) -> dict[str, object]:
        """Key columns of the figures that this total is about."""
        return {
            "source": self.source,
            "academic_year": self.academic_year,
            "gia_level": self.gia_level,
            "subject_code": self.subject_code,
        }

    @property
    def stated_words(self) -> str:
        return _words(self.stated)

    @property
    def computed_words(self) -> str:
        return _words(self.computed)


def stated_totals(context: Context) -> list[StatedTotal]:
    """Return every mismatch of every effective reading, in a stable order."""
    readings = context.rows(
        f"""SELECT effective.reading_id, effective.source, effective.entity,
            min(effective.academic_year) AS academic_year, any_value(readings.file_name) AS file_name
        FROM {context.inputs("effective")} AS effective
        LEFT JOIN {context.inputs("readings")} AS readings USING (reading_id) GROUP BY 1, 2, 3 ORDER BY ALL"""
    )
    totals: dict[tuple[Any, ...], StatedTotal] = {}
    for reading in readings:
        for entry in context.reading_records[reading["reading_id"]].get("total_mismatches") or []:
            if entry.get("entity") in (None, reading["entity"]):
                total = _total(context, reading, entry)
                place = (total.reading_id, total.sheet, total.row, total.field, total.subject_code)
                totals.setdefault(place, total)
    return list(totals.values())


def _total(context: Context, reading: dict[str, Any], entry: dict[str, Any]) -> StatedTotal:
    facts = context.reading_records[reading["reading_id"]].get("facts") or {}
    level = entry.get("gia_level", facts.get("gia_level"))
    return StatedTotal(
        reading_id=reading["reading_id"],
        source=reading["source"],
        entity=reading["entity"],
        academic_year=entry.get("academic_year") or reading["academic_year"],
        file_name=reading["file_name"],
        sheet=entry.get("sheet"),
        row=entry.get("row"),
        field=entry["field"],
        subject_code=entry.get("subject_code"),
        gia_level=int(level) if level else None,
        stated=entry.get("stated"),
        computed=entry.get("computed"),
    )


def _words(value: float | None) -> str:
    if value is None:
        return "ничего"
    return str(int(value)) if float(value).is_integer() else f"{value:.2f}".replace(".", ",")

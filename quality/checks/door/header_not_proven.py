"""Rows come only from a sheet whose header was proved by its words: a column read by its place may be any other."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from quality.check import Check, Outcome
from quality.context import Context

_NAMED_BY_STRUCTURE = frozenset({".xml", ".parquet"})
"""Formats that name every value themselves: they have no header row."""


def run(context: Context) -> Outcome:
    """Judge every sheet of every effective reading that brought rows: its layout, and the header that proved it."""
    files = context.rows(
        f"SELECT reading_id, source, academic_year, file_name FROM {context.inputs('readings')} ORDER BY ALL"
    )
    known = {row["reading_id"]: row for row in files}
    seen, findings = 0, []
    for reading, record in context.reading_records.items():
        place = known.get(reading, {})
        name = str(record.get("file_name") or place.get("file_name") or "")
        for sheet in record.get("sheets", ()):
            seen += 1
            if not _is_proved(sheet, name):
                findings.append(
                    CHECK.finding(
                        f"строки взяты с листа, заголовок которого не подтверждён словами: {_landed(sheet)}",
                        scope={key: place.get(key) for key in ("source", "academic_year")},
                        file=name,
                        sheet=sheet.get("sheet"),
                        count=_landed(sheet),
                    )
                )
    return Outcome(seen, tuple(findings))


def _is_proved(sheet: dict[str, Any], file_name: str) -> bool:
    if not _landed(sheet):
        return True
    if not sheet.get("layout") or not sheet.get("entity"):
        return False
    return PurePath(file_name).suffix.lower() in _NAMED_BY_STRUCTURE or sheet["rows"].get("header", 0) > 0


def _landed(sheet: dict[str, Any]) -> int:
    return int(sheet.get("rows", {}).get("landed", 0))


CHECK = Check(
    rule="header_not_proven",
    stage="door",
    severity="blocker",
    title="заголовок каждого прочитанного листа подтверждён словами",
    guidance="Верните файл отправителю или опишите его форму (opora layout propose ФАЙЛ) и положите снова.",
    owner="data engineer",
    tables=(),
    run=run,
)

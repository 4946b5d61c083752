"""Facts that a document states about itself: the title block, the footer, the name of a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from ingestion import vocabulary
from ingestion.contract import Entity
from ingestion.facts import Facts
from ingestion.layout import SheetLayout, TitleFact
from ingestion.readers.sheet import Row, Sheet
from ingestion.values import as_text, converter, is_empty, to_date
from ingestion.words import fold

_ACADEMIC_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-–—/]\s*(20\d\d)\s*(?:уч|г)")
_EXAM_YEAR = re.compile(r"^\D*(20\d\d)\D*$")


def document_facts(sheet: Sheet, rows: Iterable[int], entity: Entity, layout: SheetLayout) -> Facts:
    """Return facts found in the given rows (title block and footer) and in the sheet's name."""
    facts: Facts = {}
    if layout.sheet_is_exam_year and (year := exam_year(sheet.name)):
        facts["academic_year"] = year
    for at in rows:
        row = sheet.rows[at]
        for column, cell in enumerate(row):
            if not isinstance(cell, str) or is_empty(cell):
                continue
            match = _ACADEMIC_YEAR.search(cell)
            if match and int(match[2]) == int(match[1]) + 1:
                facts.setdefault("academic_year", f"{match[1]}-{match[2]}")
            for rule in layout.title:
                value = _stated(rule, cell, row, column, entity)
                if value is not None:
                    facts.setdefault(rule.field, value)
    return facts


def exam_year(name: str | None) -> str | None:
    """Return the academic year whose exams a sheet named by a calendar year holds (``2022`` → 2021-2022)."""
    match = _EXAM_YEAR.match(name or "")
    return f"{int(match[1]) - 1}-{match[1]}" if match else None


def _stated(rule: TitleFact, cell: str, row: Row, column: int, entity: Entity) -> Any:
    if rule.label:
        label = fold(rule.label)
        if not fold(cell).startswith(label):
            return None
        text: Any = _after(cell, len(label.split()))
        if not text:
            text = next((other for other in row[column + 1 :] if not is_empty(other)), "")
    else:
        match = re.search(rule.pattern or "", cell, re.IGNORECASE)
        if not match:
            return None
        text = match[1] if match.groups() else match[0]
        if rule.value is not None:
            return rule.value
    return _convert(rule.field, text, entity)


def _after(cell: str, words: int) -> str:
    """Return what follows the first words of a cell."""
    found = list(re.finditer(r"[\w%№]+", cell))
    return cell[found[words - 1].end() :].strip(" :.-–—\u00a0") if len(found) > words else ""


def _convert(name: str, cell: Any, entity: Entity) -> Any:
    if name == "subject_code":
        return vocabulary.subjects().inside(as_text(cell))
    if name == "as_of":
        day = to_date(cell)[0]
        return day if isinstance(day, date) else None
    value, rule = converter(entity.by_name[name])(cell)
    return None if rule else value

"""One file to one reading: recognised, extracted, accounted for. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ingestion.accounting import AccountingError
from ingestion.contract import SOURCES, Entity
from ingestion.document import document_facts
from ingestion.extract import Fault, Records, extract
from ingestion.facts import (
    DEFAULT_SENDER,
    OLYMPIAD_STAGE,
    SIDECAR_FIELDS,
    Facts,
    merge,
    path_facts,
    period_days,
    read_sidecar,
)
from ingestion.layout import own_version
from ingestion.nesting import nested_columns
from ingestion.readers.open import read_book
from ingestion.readers.sheet import column_letter
from ingestion.recognise import Recognition, SheetMatch, recognise
from ingestion.refusal import Refusal
from ingestion.rules import told
from ingestion.sheet_rows import RowKinds, classify
from ingestion.totals import Mismatch, reconcile
from ingestion.values import converter
from opora.files import canonical_json, sha256_text, sha256_tree
from opora.years import AcademicYear

_ROOM = Path(__file__).resolve().parent
_EXAMPLES = {
    "academic_year": "2024-2025", "gia_level": "9", "subject": "Русский язык", "state": "final", "stage": "main",
    "platform": "resh", "period": "2025-01", "count_date": "2024-09-20", "exam_date": "2025-06-03",
    OLYMPIAD_STAGE: "municipal", "record_kind": "results", "grade_kind": "performance", "exam_form": "oge",
}  # fmt: skip
_KEYS = {field: key for key, field in SIDECAR_FIELDS.items()} | {
    "period_start": "period",
    "period_end": "period",
    OLYMPIAD_STAGE: "stage",
}


@dataclass
class SheetReading:
    """One data sheet as read."""

    match: SheetMatch
    kinds: RowKinds
    records: Records
    as_of: dict[str, date]
    year: str
    mismatches: list[Mismatch]
    facts: Facts
    nesting: list[dict[str, Any]]

    @property
    def name(self) -> str | None:
        return self.match.sheet.name

    def counts(self) -> dict[str, int]:
        """Return rows of the sheet by kind; they add up to ``read`` or the run fails."""
        return dict(self._counts)

    @cached_property
    def _counts(self) -> dict[str, int]:
        counts = Counter(kind for kind in self.kinds.kinds if kind != "data")
        data = {at + 1 for at in self.kinds.data}
        quarantined = len(self.records.quarantined & data)
        nobody = len(self.records.nobody & data)
        landed = len(data) - quarantined - nobody
        if landed != len(set(self.records.rows)):
            raise AccountingError(f"{landed} rows should land, {len(set(self.records.rows))} did")
        result = {"read": len(self.match.sheet.rows), "landed": landed, "quarantined": quarantined, **counts}
        if nobody:
            result["nobody"] = nobody
        if result["read"] != sum(value for key, value in result.items() if key != "read"):
            raise AccountingError(str(result))
        return result

    def told_faults(self) -> list[dict[str, Any]]:
        """Return faults for the record and the sender: place, rule, what to do; never a value."""
        return [self._told(fault) for fault in self.records.faults]

    def told_flags(self) -> list[dict[str, Any]]:
        """Return the same for cells of landed rows that a person should look at."""
        return [self._told(fault) for fault in self.records.flagged]

    def about(self) -> dict[str, Any]:
        """Return what the sheet is about, for findings: entity, year, level."""
        return {
            "entity": self.match.entity.name, "academic_year": self.year, "gia_level": self.facts.get("gia_level"),
        }  # fmt: skip

    def _told(self, fault: Fault) -> dict[str, Any]:
        has_cell = fault.column is not None and fault.column >= 0
        column = fault.column if fault.column is not None and has_cell else 0
        spec = self.match.entity.by_name.get(fault.field)
        return {
            "sheet": self.name,
            "row": fault.row,
            "cell": f"{column_letter(column)}{fault.row}" if has_cell else None,
            "column": self.match.header.titles.get(column) if has_cell else (spec.title if spec else None),
            "field": fault.field,
            "rule": fault.rule,
            "guidance": told(fault.rule),
        }


@dataclass
class Reading:
    """A delivery read under its facts. ``facts`` are those of the file as a whole, for the record."""

    reading_id: str
    delivery_id: str
    source: str
    file_name: str
    sender: str
    facts: Facts
    sheets: list[SheetReading]
    skipped: list[tuple[str | None, str, int]] = field(default_factory=list)

    @property
    def landed(self) -> int:
        return sum(sheet.counts()["landed"] for sheet in self.sheets)

    @property
    def quarantined(self) -> int:
        return sum(sheet.counts()["quarantined"] for sheet in self.sheets)

    @property
    def flagged(self) -> int:
        return sum(len(sheet.records.flagged) for sheet in self.sheets)

    def told_faults(self) -> list[dict[str, Any]]:
        """Return the faults of all sheets: place, rule, what to do; never a value."""
        return [fault for sheet in self.sheets for fault in sheet.told_faults()]

    def close(self) -> None:
        """Let go of what the reading holds outside of memory: nothing (a log holds a working table)."""


@cache
def reader_version() -> str:
    """Return the hash of what all readings depend on: this room's code and vocabulary."""
    rooms = (_ROOM, _ROOM / "readers", _ROOM / "eventlog", _ROOM / "ris")
    code = "".join(sha256_tree(room, "*.py") for room in rooms)
    return sha256_text(code + sha256_tree(_ROOM / "vocabulary"))


def source_version(source: str) -> str:
    """Return the hash of a source's folder (contract, layouts, reader) and of the home's own layouts."""
    return _with_own(_folder_version(source))


def all_versions() -> str:
    """Return one hash over everything a reading may depend on."""
    return _with_own(sha256_text(reader_version() + _folder_version("")))


@cache
def _folder_version(source: str) -> str:
    return sha256_tree(SOURCES / source)


def _with_own(version: str) -> str:
    """A home without layouts of its own keeps the versions, and so the readings, that it had."""
    return sha256_text(version + own_version()) if own_version() else version


def read_delivery(
    path: Path, relative: Path, delivery_id: str, beside: Path | None = None, own: Facts | None = None
) -> Reading:
    """Read one file; raise ``Refusal`` when it must go back whole.

    ``path`` holds the bytes, ``relative`` is the place in the inbox that states facts, the sidecar lies beside
    ``beside`` (default: beside ``path``). ``own``: what the home knows of itself, for fields that a delivery may state
    and does not: a town's own register does not name the town on every row.
    """
    sidecar, from_path = read_sidecar(beside or path), path_facts(relative)
    stated = merge(sidecar, from_path)
    book = read_book(path, relative.name)
    if not any(sheet.has_data for sheet in book.sheets):
        raise Refusal(
            "в файле нет ни одной заполненной ячейки; проверьте выгрузку и пришлите снова",
            source=stated.get("source"),
        )
    found = recognise(book, stated.get("source"), sidecar.get("layout"))
    try:
        used = _unstated(found.matches, own or {})
        sheets = [
            _read_sheet(match, sidecar, merge(from_path, used), relative.name) for match in found.matches
        ]
    except Refusal as refusal:
        raise Refusal(refusal.message, source=found.source) from refusal
    return _reading(found, sheets, merge(sidecar, from_path, used), delivery_id, relative.name)


def _unstated(matches: list[SheetMatch], own: Facts) -> Facts:
    """Return those facts of the home that a sheet may take and has no column for."""
    return {
        name: value
        for name, value in own.items()
        for match in matches
        if (spec := match.entity.by_name.get(name)) and spec.may_be_fact and name not in match.header.fields
    }


def reading_identity(delivery: str, facts: Facts, source: str, layouts: list[str]) -> str:
    """Return the id of a reading: the hash of all that its rows depend on."""
    identity = {
        "delivery": delivery, "facts": {key: str(value) for key, value in facts.items()}, "source": source,
        "layouts": layouts, "reader": reader_version(), "contract": source_version(source),
    }  # fmt: skip
    return sha256_text(canonical_json(identity))[:32]


def _reading(
    found: Recognition, sheets: list[SheetReading], facts: Facts, delivery: str, name: str
) -> Reading:
    layouts = sorted({sheet.match.layout_name for sheet in sheets})
    identity = reading_identity(delivery, facts, found.source, layouts)
    if not any(sheet.kinds.data for sheet in sheets):
        raise Refusal(
            "под шапкой таблицы нет ни одной строки данных; проверьте выгрузку", source=found.source
        )
    skipped = [(sheet.name, reason, len(sheet.rows)) for sheet, reason in found.skipped]
    sender = str(facts.get("sender", DEFAULT_SENDER))
    return Reading(identity, delivery, found.source, name, sender, facts, sheets, skipped)


def _read_sheet(match: SheetMatch, sidecar: Facts, from_path: Facts, file_name: str) -> SheetReading:
    entity, layout = match.entity, match.layout
    kinds = classify(match.sheet, match.header, layout)
    document = document_facts(match.sheet, kinds.outside(), entity, layout)
    # A sheet named by its year belongs to that year, whatever folder the book lies in.
    own = (
        {"academic_year": document["academic_year"]}
        if layout.sheet_is_exam_year and "academic_year" in document
        else {}
    )
    facts = merge(own, sidecar, document, from_path)
    as_of = sidecar.get("as_of") or from_path.get("as_of") or document.get("as_of")
    converted = _converted(facts, entity, match, as_of)
    if kinds.data:
        _require(converted, match, file_name)
    records = extract(match.sheet, match.header, kinds, entity, layout, converted)
    years = Counter(records.years)
    del years[""]
    year = years.most_common(1)[0][0] if years else str(converted.get("academic_year", ""))
    dates = {item: _as_of(item, as_of, records, layout.as_of_field) for item in years}
    mismatches = reconcile(match.sheet, match.header, kinds, entity, layout)
    nesting = nested_columns(match.sheet, match.header, kinds)
    return SheetReading(match, kinds, records, dates, year, mismatches, converted, nesting)


def _as_of(year: str, stated: date | None, records: Records, name: str | None) -> date:
    """Return when the state of affairs was: stated, else the latest date of the data, else the year's last day."""
    if stated:
        return stated
    if name and name in records.columns:
        days = [
            day
            for day, own in zip(records.columns[name], records.years, strict=True)
            if own == year and day is not None
        ]
        if days:
            return max(days)
    return AcademicYear.parse(year).last_day


def _converted(facts: Facts, entity: Entity, match: SheetMatch, as_of: date | None) -> Facts:
    """Return facts as typed values by field of the entity, with ``academic_year``."""
    result: Facts = {}
    if year := facts.get("academic_year"):
        result["academic_year"] = year
    known = _with_olympiad_stage(facts, entity)
    if period := known.pop("period", None):
        span = period_days(str(period), year)
        if span is None and "period_start" in entity.by_name and "period_start" not in match.header.fields:
            raise Refusal("период не понят; укажите «period: 2025-01», «period: H1» или две даты через «..»")
        if span:
            known.setdefault("period_start", span[0])
            known.setdefault("period_end", span[1])
            if match.layout.as_of_fills:
                known.setdefault(match.layout.as_of_fills, span[1])
    if match.layout.as_of_fills and as_of:
        known.setdefault(match.layout.as_of_fills, as_of)
    for name, value in known.items():
        spec = entity.by_name.get(name)
        if spec is None or name == "academic_year":
            continue
        if name == "school_code" and not spec.may_be_fact:
            continue  # a folder named by a school tells whose map it is; other lists name schools in their rows
        result[name], rule = converter(spec)(value)
        if rule:
            if not spec.required and name == "exam_stage":
                del result[name]  # «stage: municipal» of an olympiad says nothing about exams
                continue
            raise Refusal(f"факт «{_KEYS.get(name, name)}»: {told(rule)}")
    return result


def _with_olympiad_stage(facts: Facts, entity: Entity) -> Facts:
    """Return a copy of the facts where ``stage`` of an olympiad fills the field it means there."""
    known = dict(facts)
    if OLYMPIAD_STAGE in entity.by_name and "exam_stage" in known:
        stage = known.pop("exam_stage")
        if converter(entity.by_name[OLYMPIAD_STAGE])(stage)[1] is None:
            known.setdefault(OLYMPIAD_STAGE, stage)
    return known


def _require(facts: Facts, match: SheetMatch, file_name: str) -> None:
    """Refuse a sheet whose required facts stand nowhere, with the lines to add."""
    have = {*match.header.fields, *match.layout.constants, *facts}
    if match.layout.unpivot:
        have.add(match.layout.unpivot.key)
    if "subject_name" in have:
        have.add("subject_code")
    absent = [
        _KEYS.get(spec.name, spec.name) for spec in match.entity.fields
        if spec.required and spec.may_be_fact and spec.name not in have
    ]  # fmt: skip
    if "academic_year" not in facts and not (match.layout.year and match.layout.year.field in have):
        absent.insert(0, "academic_year")
    if absent:
        told_as = {key: _EXAMPLES.get(key, "…") for key in absent}
        if OLYMPIAD_STAGE in match.entity.by_name and "stage" in told_as:
            told_as["stage"] = _EXAMPLES[OLYMPIAD_STAGE]
        lines = "; ".join(f"«{key}: {example}»" for key, example in told_as.items())
        place = f"лист «{match.sheet.name}»: " if match.sheet.name else ""
        raise Refusal(
            f"{place}не хватает сведений о поставке; положите рядом файл «{file_name}.delivery.yaml» со строками "
            f"(значения — пример): {lines}"
        )

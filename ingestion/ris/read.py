"""A base into judged portions: every row of every table is accounted for; nothing is written.

Two passes keep memory constant without a copy of names on disk: the first one counts and judges, the second one
(``ingestion.ris.land``) makes the same portions again and writes them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.accounting import AccountingError
from ingestion.contract import Entity, load_all
from ingestion.extract import Fault, Records, extract
from ingestion.facts import DEFAULT_SENDER, Facts, merge, path_facts, read_sidecar
from ingestion.header import Header, Target, header_words
from ingestion.layout import SheetLayout, load_layouts
from ingestion.readers.sheet import Sheet
from ingestion.readers.xml import Portion, is_xml, stream_tables
from ingestion.reading import SheetReading
from ingestion.recognise import SheetMatch
from ingestion.refusal import Refusal
from ingestion.rules import told
from ingestion.sheet_rows import RowKinds
from ingestion.values import converter
from ingestion.words import fold
from opora.years import AcademicYear

SOURCE = "gia_ris"
TOLD = 1000
"""Faults told one by one; all are counted."""
_EXAMPLES = {"academic_year": "academic_year: 2024-2025", "gia_level": "gia_level: 9"}


@dataclass
class TableCounts:
    """What became of the rows of one table. ``entity`` is None for a table that the warehouse has no use for."""

    table: str
    entity: Entity | None
    layout_name: str | None
    counts: Counter[str] = field(default_factory=Counter)
    unknown: set[str] = field(default_factory=set)

    def rows(self) -> dict[str, int]:
        """Return rows by kind; they add up to ``read`` or the run fails."""
        result = {key: int(value) for key, value in self.counts.items()}
        if result["read"] != sum(value for key, value in result.items() if key != "read"):
            raise AccountingError(f"{self.table}: {result}")
        return result


@dataclass
class BaseReading:
    """A base (or one table of it) as judged. ``path`` holds its bytes: landing reads them again."""

    path: Path
    reading_id: str
    delivery_id: str
    source: str
    file_name: str
    sender: str
    facts: Facts
    year: str
    as_of: date
    tables: list[TableCounts]
    faults: list[dict[str, Any]]
    flags: list[dict[str, Any]]
    faults_by_rule: dict[str, int]
    flagged: int

    @property
    def landed(self) -> int:
        return sum(table.counts["landed"] for table in self.tables)

    @property
    def quarantined(self) -> int:
        return sum(table.counts["quarantined"] for table in self.tables)

    @property
    def layouts(self) -> list[str]:
        return sorted({table.layout_name for table in self.tables if table.layout_name})

    def told_faults(self) -> list[dict[str, Any]]:
        """Return the first faults: place, rule, what to do; never a value."""
        return self.faults

    def close(self) -> None:
        """Let go of what the reading holds outside of memory: nothing."""


def read_base(path: Path, relative: Path, delivery_id: str, beside: Path) -> BaseReading | None:
    """Judge a base, or return None when the file is no XML; raise ``Refusal`` when it must go back whole.

    ``relative`` is the place in the inbox that states facts: the name of the base (``erbd_gia_reg_25_72``) in a folder
    or in the file's name gives level, year and region.
    """
    if not is_xml(path):
        return None
    facts = merge(read_sidecar(beside), path_facts(relative))
    if facts.get("source", SOURCE) != SOURCE:
        raise Refusal(
            f"в источнике «{facts['source']}» файлы XML не принимаются; выгрузке РИС место в папке gia_ris",
            source=facts["source"],
        )
    try:
        return _judge(path, relative.name, delivery_id, facts)
    except Refusal as refusal:
        raise Refusal(refusal.message, source=SOURCE, state=refusal.state) from refusal


def _judge(path: Path, name: str, delivery_id: str, facts: Facts) -> BaseReading:
    tables: dict[str, TableCounts] = {}
    faults: list[dict[str, Any]] = []
    flags: list[dict[str, Any]] = []
    by_rule: Counter[str] = Counter()
    flagged = 0
    stated: Facts | None = None
    for portion in stream_tables(path):
        found = find_table(portion.table)
        counts = tables.setdefault(
            portion.table, TableCounts(portion.table, found and found[1], found and found[0])
        )
        counts.counts["read"] += len(portion.rows)
        if found is None:
            counts.counts["not_needed"] += len(portion.rows)
            continue
        stated = stated or typed_facts(facts, found[1], name)
        sheet = read_portion(portion, stated)
        counts.counts += Counter({key: n for key, n in sheet.counts().items() if key != "read"})
        counts.unknown.update(sheet.match.header.unknown)
        by_rule.update(fault.rule for fault in _once(sheet.records.faults))
        flagged += len(sheet.records.flagged)
        faults += sheet_told(sheet, sheet.records.faults)[: TOLD - len(faults)]
        flags += sheet_told(sheet, sheet.records.flagged)[: TOLD - len(flags)]
    if stated is None:
        raise _nothing_needed(tables)
    for item in tables.values():
        item.rows()
    year = str(stated["academic_year"])
    as_of = facts.get("as_of") or AcademicYear.parse(year).last_day
    sender = str(facts.get("sender", DEFAULT_SENDER))
    return BaseReading(
        path, "", delivery_id, SOURCE, name, sender, facts, year, as_of, list(tables.values()), faults, flags,
        dict(sorted(by_rule.items())), flagged,
    )  # fmt: skip


def _nothing_needed(tables: dict[str, TableCounts]) -> Refusal:
    needed = ", ".join(part.sheet_names[0] for _, part in _layouts())
    if not tables:
        return Refusal(
            "в выгрузке РИС нет ни одной строки; если таблица базы и должна быть пустой, присылать её не нужно"
        )
    shown = ", ".join(f"«{name[:40]}»" for name in list(tables)[:5])
    return Refusal(f"таблица РИС {shown} для показателей не нужна; нужны: {needed}", state="unknown")


def _layouts() -> list[tuple[str, SheetLayout]]:
    return [(layout.name, part) for layout in load_layouts()[SOURCE] for part in layout.sheets]


def find_table(table: str) -> tuple[str, Entity, SheetLayout] | None:
    """Return the layout's name, entity and layout of a table of the base, or None when it is not needed."""
    for name, part in _layouts():
        if fold(table) in {fold(word) for word in part.sheet_names}:
            return name, load_all()[SOURCE].entity(part.entity), part
    return None


def typed_facts(facts: Facts, entity: Entity, file_name: str) -> Facts:
    """Return level, region and academic year as typed values; raise ``Refusal`` with the lines to add."""
    result: Facts = {}
    absent = []
    for name in ("academic_year", "gia_level", "region_code"):
        value = facts.get(name)
        if value is None:
            absent += [name] if name in _EXAMPLES else []
            continue
        result[name], rule = (
            (value, None) if name == "academic_year" else converter(entity.by_name[name])(value)
        )
        if rule:
            raise Refusal(f"факт «{name}»: {told(rule)}")
    if absent:
        lines = "; ".join(f"«{_EXAMPLES[name]}»" for name in absent)
        raise Refusal(
            "год и уровень ГИА стоят только в имени базы: положите файлы в папку с её именем «erbd_gia_reg_25_72» "
            f"(erbd_ege — ГИА-11) или рядом файл «{file_name}.delivery.yaml» со строками (значения — пример): {lines}"
        )
    return result


def read_portion(portion: Portion, stated: Facts) -> SheetReading:
    """Return the judged rows of a portion; row numbers are those of the table."""
    found = find_table(portion.table)
    assert found is not None
    layout_name, entity, layout = found
    header = _header(portion, entity, layout)
    sheet = Sheet(portion.table, portion.rows)
    size = len(portion.rows)
    kinds = RowKinds(["data"] * size, list(range(size)), [None] * size)
    records = _shifted(extract(sheet, header, kinds, entity, layout, stated), portion.first - 1)
    kinds.data = [at + portion.first - 1 for at in kinds.data]
    match = SheetMatch(sheet, entity, layout_name, layout, header, header.score())
    return SheetReading(match, kinds, records, {}, str(stated["academic_year"]), [], stated, [])


def _header(portion: Portion, entity: Entity, layout: SheetLayout) -> Header:
    words = header_words(entity, layout)
    header = Header(0, 0, dict(enumerate(portion.columns)))
    taken: set[str] = set()
    for column, title in enumerate(portion.columns):
        name = words.find(title)
        if name is None or name in taken:
            header.unknown.append(title)
        elif name:
            taken.add(name)
            header.targets[column] = Target(name)
        else:
            header.ignored += 1
    return header


def _shifted(records: Records, offset: int) -> Records:
    if not offset:
        return records
    return replace(
        records,
        rows=[row + offset for row in records.rows],
        faults=[replace(fault, row=fault.row + offset) for fault in records.faults],
        flagged=[replace(fault, row=fault.row + offset) for fault in records.flagged],
        quarantined={row + offset for row in records.quarantined},
        nobody={row + offset for row in records.nobody},
    )


def _once(faults: list[Fault]) -> list[Fault]:
    """One fault a row: rows by rule add up to the rows that went back."""
    seen: dict[int, Fault] = {}
    for fault in faults:
        seen.setdefault(fault.row, fault)
    return list(seen.values())


def sheet_told(sheet: SheetReading, faults: list[Fault]) -> list[dict[str, Any]]:
    """Return faults for the record and the sender: table, row, field, rule, what to do."""
    titles = sheet.match.header.titles
    found = []
    for fault in faults:
        spec = sheet.match.entity.by_name.get(fault.field)
        title = titles.get(fault.column) if fault.column is not None else (spec.title if spec else None)
        found.append({"sheet": sheet.name, "row": fault.row, "cell": None, "column": title, "field": fault.field,
                      "rule": fault.rule, "guidance": told(fault.rule)})  # fmt: skip
    return found

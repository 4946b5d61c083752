"""A log read in one pass: every row numbered and judged, rows that land kept as integers in a file of scratch."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ingestion.contract import Field
from ingestion.eventlog.ahead import ahead
from ingestion.eventlog.codes import Codebook, Judged, unpaired
from ingestion.eventlog.parquet import ParquetSource
from ingestion.eventlog.sniff import LogForm
from ingestion.eventlog.stream import BLANK, PERSON, ROLE, SHIFTED, LogSource, open_log, starts_as_utf8
from ingestion.facts import DEFAULT_SENDER, Facts, merge, path_facts, read_sidecar
from ingestion.readers.sheet import column_letter
from ingestion.refusal import Refusal
from ingestion.rules import told
from ingestion.values import converter
from opora.errors import OporaError
from opora.years import AcademicYear

TOLD = 1000
"""Faults told one by one; all are counted."""
TOKENED = ("teacher", "administrator")
"""Roles whose people the warehouse counts. Pupils and parents land as nobody: their names serve no figure (152-ФЗ,
article 5: no more personal data than the purpose needs)."""
_KEPT = pa.schema(
    [("place", pa.int64()), *((name, pa.int32()) for name in ("day", "site", "role", "action", "worker"))]
)


@dataclass
class Rows:
    """Rows that land, as numbers of what they hold.

    ``site`` is a platform and a school, ``worker`` a person at a site (0: nobody's token); ``place`` counts the rows
    that DuckDB read, from 0. ``workers`` of an academic year are those who act in it.
    """

    path: Path
    books: dict[str, Codebook]
    sites: Codebook = field(default_factory=lambda: Codebook(unpaired))
    workers: Codebook = field(default_factory=lambda: Codebook(unpaired))
    workers_of: dict[str, set[int]] = field(default_factory=dict)

    def batches(self) -> Iterator[dict[str, np.ndarray]]:
        """Yield arrays by the names of the schema."""
        with pa.OSFile(str(self.path)) as file, pa.ipc.open_stream(file) as stream:
            for batch in stream:
                yield {name: batch.column(name).to_numpy() for name in _KEPT.names}

    def years(self) -> list[str | None]:
        """Return the academic year of each day of the codebook."""
        return [
            None if day is None else str(AcademicYear.of(day)) for day in self.books["occurred_on"].values
        ]


@dataclass
class LogReading:
    """A log as read: what landing needs lies in ``rows``, ``close`` removes it.

    ``gaps``: numbers of lines that are no rows, in order; by them a row's place becomes its number in the file.
    """

    reading_id: str
    delivery_id: str
    source: str
    file_name: str
    sender: str
    facts: Facts
    form: LogForm
    folder: Path
    rows: Rows
    gaps: list[int]
    counts: dict[str, int]
    faults_by_rule: dict[str, int]
    faults: list[dict[str, Any]]
    as_of: date | None
    years: list[str]

    @property
    def landed(self) -> int:
        return self.counts["landed"]

    @property
    def quarantined(self) -> int:
        return self.counts["quarantined"]

    @property
    def flagged(self) -> int:
        return 0

    def told_faults(self) -> list[dict[str, Any]]:
        """Return the first faults: place, rule, what to do; never a value."""
        return self.faults

    def numbers(self, places: np.ndarray) -> np.ndarray:
        """Return the numbers of rows in the file, from 1 (int64), for their places."""
        return row_numbers(places, self.form.header_lines, self.gaps)

    def close(self) -> None:
        """Let go of the scratch."""
        shutil.rmtree(self.folder, ignore_errors=True)


def row_numbers(places: np.ndarray, header_lines: int, gaps: list[int]) -> np.ndarray:
    """Return numbers of rows (from 1) for places among the rows that were read (from 0), past the lines left out."""
    numbers = places + (header_lines + 1)
    if gaps:
        numbers += np.searchsorted(np.array(gaps) - np.arange(len(gaps)), numbers, side="right")
    return numbers


def read_log(path: Path, form: LogForm, relative: Path, beside: Path, scratch: Path) -> LogReading:
    """Read a log whose form is known; raise ``Refusal`` when it must go back whole.

    ``scratch`` is a private folder for the rows: it is emptied first, so that a killed run leaves nothing.
    """
    facts = merge(read_sidecar(beside), path_facts(relative))
    constants = _constants(facts, form)
    _require(form, constants, relative.name)
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    try:
        for log in _sources(path, form, scratch):
            reading = _read(log, facts, constants, relative.name, scratch)
            if reading is not None:
                return reading
        raise AssertionError
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def _sources(path: Path, form: LogForm, scratch: Path) -> Iterator[LogSource | ParquetSource]:
    """Yield the ways to read the file: a text that proves to be no UTF-8 is read again as Windows-1251."""
    if form.kind == "parquet":
        yield ParquetSource(path, form)
        return
    if starts_as_utf8(path):
        yield open_log(path, form, scratch)
    yield open_log(path, form, scratch, is_utf8=False)


def _read(
    log: LogSource | ParquetSource, facts: Facts, constants: dict[str, Any], name: str, scratch: Path
) -> LogReading | None:
    """Return the reading, or None when the text proves to be in another encoding."""
    import duckdb

    try:
        for is_parallel in (True, False):
            judge = _Judge(log.form, facts, constants, scratch / "rows.arrow")
            try:
                judge.take(ahead(log.tables(judge.is_bystander, is_parallel=is_parallel)))
            except (duckdb.Error, pa.ArrowException, OSError) as error:
                if not log.is_proved():
                    return None
                # Line breaks inside cells cannot be read in parallel; the second try is slower and reads them.
                if not is_parallel:
                    raise Refusal(
                        "журнал не читается как таблица; проверьте кавычки и разделители и выгрузите его снова"
                    ) from error
                continue
            return _account(log, judge, facts, name, scratch) if log.is_proved() else None
        raise AssertionError
    finally:
        log.close()


class _Judge:
    """Batches to integers: every cell by the contract's converter, every row by its cells."""

    def __init__(self, form: LogForm, facts: Facts, constants: dict[str, Any], path: Path) -> None:
        self.fields = [spec for spec in form.entity.fields if spec.name != "month_start"]
        self.present = form.header.fields
        books = {spec.name: _codebook(spec, constants) for spec in self.fields}
        # Asked by the thread that reads ahead, so it shares no codebook with the one that judges.
        self._roles = _codebook(next(spec for spec in self.fields if spec.name == ROLE), constants)
        self.rows = Rows(path, books)
        self.read = self.landed = self.blank = 0
        self.by_fault: Counter[str] = Counter()
        self.faulty: list[tuple[int, str]] = []  # the first rows with faults: place, fault
        self.last: date | None = None
        year = facts.get("academic_year")
        self.year = AcademicYear.parse(year) if year else None

    def is_bystander(self, role: Any) -> bool:
        """Tell whether people of this cell of the role's column (None: no such column) get no token."""
        value = self._roles.value(role)
        return value is not None and value not in TOKENED

    def take(self, tables: Iterable[pa.Table]) -> None:
        """Judge every table; the rows that land go to the file of scratch."""
        with pa.OSFile(str(self.rows.path), "wb") as file, pa.ipc.new_stream(file, _KEPT) as stream:
            for table in tables:
                stream.write_batch(self._batch(table))

    def _batch(self, table: pa.Table) -> pa.RecordBatch:
        size = table.num_rows
        codes = {
            spec.name: self.rows.books[spec.name].encode(table.column(spec.name))
            if spec.name in self.present else np.zeros(size, np.int32)
            for spec in self.fields
        }  # fmt: skip
        places = np.arange(self.read, self.read + size)
        self.read += size
        lands = self._quarantine(codes, table.column("mark").to_numpy(), places)
        if lands is not None:
            codes = {name: numbers[lands] for name, numbers in codes.items()}
            places = places[lands]
        self.landed += len(places)
        return self._kept(codes, places)

    def _quarantine(
        self, codes: dict[str, np.ndarray], marks: np.ndarray, places: np.ndarray
    ) -> np.ndarray | None:
        """Count and tell the rows that do not land; return which do, or None when all do."""
        faults = ["", "shifted_row|"]  # number 0 is no fault
        found = (marks == SHIFTED).astype(np.int32)
        for spec in self.fields:
            _mark_faults(found, faults, codes[spec.name], self.rows.books[spec.name].faults)
        if self.year is not None:
            first, last = self.year.first_day, self.year.last_day
            days = self.rows.books["occurred_on"].values
            outside = [
                None if day is None or first <= day <= last else "outside_year|occurred_on" for day in days
            ]
            _mark_faults(found, faults, codes["occurred_on"], outside)
        is_blank = marks == BLANK
        if not found.any() and not is_blank.any():
            return None
        found[is_blank] = 0
        self.blank += int(is_blank.sum())
        self.by_fault.update(
            {
                faults[number]: int(count)
                for number, count in enumerate(np.bincount(found))
                if number and count
            }
        )
        wrong = np.flatnonzero(found)[: TOLD - len(self.faulty)]
        self.faulty += [(int(places[at]), faults[found[at]]) for at in wrong]
        return (found == 0) & ~is_blank

    def _kept(self, codes: dict[str, np.ndarray], places: np.ndarray) -> pa.RecordBatch:
        rows = self.rows
        sites = rows.sites.encode_pairs(codes["platform_code"], codes["school_code"])
        workers = np.zeros(len(places), np.int32)
        is_counted = np.array([role in TOKENED for role in rows.books[ROLE].values])[codes[ROLE]]
        workers[is_counted] = rows.workers.encode_pairs(codes[PERSON][is_counted], sites[is_counted])
        self._note_years(codes["occurred_on"], workers)
        columns = [places, codes["occurred_on"], sites, codes[ROLE], codes["action"], workers]
        return pa.record_batch([pa.array(column) for column in columns], schema=_KEPT)

    def _note_years(self, days: np.ndarray, workers: np.ndarray) -> None:
        present = np.flatnonzero(np.bincount(days, minlength=1))
        values = self.rows.books["occurred_on"].values
        self.last = max(
            [values[day] for day in present] + [self.last] * (self.last is not None), default=None
        )
        years = self.rows.years()
        found = sorted({year for day in present if (year := years[day])})
        for year in found:
            here = workers if len(found) == 1 else workers[np.array([each == year for each in years])[days]]
            self.rows.workers_of.setdefault(year, set()).update(
                np.flatnonzero(np.bincount(here, minlength=1)[1:]) + 1
            )


def _mark_faults(found: np.ndarray, faults: list[str], codes: np.ndarray, of_code: list[str | None]) -> None:
    """Put the fault of each row's cell where the row has none yet; new kinds of faults are added to ``faults``."""
    faulty = [code for code, fault in enumerate(of_code) if fault]
    if not faulty or faulty[-1] < codes.min():
        return
    numbers = np.zeros(len(of_code), np.int32)
    for code in faulty:
        fault = of_code[code] or ""
        if fault not in faults:
            faults.append(fault)
        numbers[code] = faults.index(fault)
    np.copyto(found, numbers[codes], where=found == 0)


def _codebook(spec: Field, constants: dict[str, Any]) -> Codebook:
    """Return the codebook of a field: an empty cell takes what the delivery states for all rows, or is a fault."""
    convert = _fold_person if spec.name == PERSON else converter(spec)
    constant = constants.get(spec.name)
    absent = f"required|{spec.name}" if spec.required and constant is None else None

    def judge(cell: Any) -> Judged:
        value, rule = convert(cell)
        if rule:
            return None, f"{rule}|{spec.name}"
        return (constant, absent) if value is None else (value, None)

    return Codebook(judge, (constant, absent))


def _fold_person(cell: str) -> Judged:
    return cell.replace(" ", "").replace("\xa0", "") or None, None


def _constants(facts: Facts, form: LogForm) -> dict[str, Any]:
    """Return typed values of fields that the delivery states for all its rows."""
    found: dict[str, Any] = {}
    for name, value in {**facts, **form.layout.constants}.items():
        spec = form.entity.by_name.get(name)
        if spec is None or not spec.may_be_fact:
            continue
        found[name], rule = converter(spec)(value)
        if rule:
            raise Refusal(f"факт «{name}»: {told(rule)}")
    return found


def _require(form: LogForm, constants: dict[str, Any], file_name: str) -> None:
    absent = [
        spec.name for spec in form.entity.fields
        if spec.required and spec.name not in form.header.fields and spec.name not in constants
    ]  # fmt: skip
    if absent:
        examples = {"platform_code": "platform: myschool", "user_role": "user_role: teacher"}
        lines = "; ".join(f"«{examples.get(name, name)}»" for name in absent)
        raise Refusal(
            f"не хватает сведений о поставке; положите рядом файл «{file_name}.delivery.yaml» со строками "
            f"(значения — пример): {lines}"
        )


def _account(
    log: LogSource | ParquetSource, judge: _Judge, facts: Facts, name: str, scratch: Path
) -> LogReading:
    form = log.form
    blanks, broken = log.left_out(judge.read)
    gaps = sorted({*blanks, *broken})
    places = np.array([place for place, _ in judge.faulty], np.int64)
    numbers = row_numbers(places, form.header_lines, gaps)
    faulty = [(int(number), fault) for number, (_, fault) in zip(numbers, judge.faulty, strict=True)]
    faulty = sorted([*faulty, *((line, "shifted_row|") for line in broken)])[:TOLD]
    by_rule: Counter[str] = Counter({"shifted_row": len(broken)} if broken else {})
    for fault, count in judge.by_fault.items():
        by_rule[fault.partition("|")[0]] += count
    read, blank, quarantined = judge.read + len(gaps), judge.blank + len(blanks), by_rule.total()
    if read != judge.landed + quarantined + blank:
        raise OporaError(
            f"log {name}: {read} rows read, {judge.landed} + {quarantined} + {blank} accounted for"
        )
    if not judge.landed and not quarantined:
        raise Refusal(
            "под шапкой таблицы нет ни одной строки данных; проверьте выгрузку", source=form.entity.source
        )
    counts = {"read": read + form.header_lines, "landed": judge.landed, "quarantined": quarantined}
    if form.header_lines:
        counts |= {"title": form.header_lines - 1, "header": 1}
    if blank:
        counts["blank"] = blank
    return LogReading(
        reading_id="", delivery_id="", source=form.entity.source, file_name=name,
        sender=str(facts.get("sender", DEFAULT_SENDER)), facts=facts, form=form, folder=scratch, rows=judge.rows,
        gaps=gaps, counts={key: value for key, value in counts.items() if value or key in ("landed", "quarantined")},
        faults_by_rule=dict(sorted(by_rule.items())), faults=_told(form, faulty),
        as_of=facts.get("as_of") or judge.last, years=sorted(judge.rows.workers_of),
    )  # fmt: skip


def _told(form: LogForm, faults: Iterable[tuple[int, str]]) -> list[dict[str, Any]]:
    columns = {target.field: column for column, target in form.header.targets.items()}
    found = []
    for number, fault in faults:
        rule, _, name = fault.partition("|")
        column = columns.get(name)
        spec = form.entity.by_name.get(name)
        title = form.header.titles.get(column) if column is not None else (spec.title if spec else None)
        cell = None if column is None else f"{column_letter(column)}{number}"
        found.append({"sheet": None, "row": number, "cell": cell, "column": title, "field": name, "rule": rule,
                      "guidance": told(rule)})  # fmt: skip
    return found

"""From the data rows of a sheet to typed columns, row by row accounted: a row lands or is quarantined whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ingestion import vocabulary
from ingestion.contract import Entity, Field
from ingestion.distinct import each_once, keyed, spread
from ingestion.facts import Facts
from ingestion.header import Header
from ingestion.layout import SheetLayout
from ingestion.readers.sheet import Cell, Sheet
from ingestion.sheet_rows import RowKinds
from ingestion.values import Converted, as_text, converter, grade_of, is_empty, to_class, to_number
from opora.years import AcademicYear

NAMING = ("surname", "full_name", "participant_code", "email")


@dataclass(frozen=True)
class Fault:
    """A rule that a cell breaks. ``row`` is 1-based, ``column`` zero-based or None for the row as a whole."""

    row: int
    column: int | None
    field: str
    rule: str


@dataclass
class Records:
    """Typed columns of equal length. ``rows``: 1-based rows of the sheet; ``years``: academic year of each."""

    columns: dict[str, list[Any]]
    rows: list[int]
    years: list[str]
    faults: list[Fault] = field(default_factory=list)
    #: Faults of rows that land all the same: a number outside its bounds is well formed, the gate judges it.
    flagged: list[Fault] = field(default_factory=list)
    quarantined: set[int] = field(default_factory=set)
    nobody: set[int] = field(default_factory=set)


class Extraction:
    """One sheet on its way to records. The steps are called in order by ``extract``."""

    def __init__(
        self, sheet: Sheet, header: Header, kinds: RowKinds, entity: Entity, layout: SheetLayout, facts: Facts
    ) -> None:
        self.sheet, self.header, self.kinds = sheet, header, kinds
        self.entity, self.layout, self.facts = entity, layout, facts
        self.source: list[int] = list(kinds.data)
        self.groups: list[str | None] = list(kinds.groups)
        self.raw: dict[int, Sequence[Cell]] = {}
        self.distinct: dict[int, set[Cell]] = {}
        self.columns: dict[str, list[Any]] = {}
        self.columns_of = {t.field: c for c, t in header.targets.items() if t.key is None}
        self.faults: list[Fault] = []
        self.flagged: list[Fault] = []
        self.wrong: set[tuple[int, str]] = set()
        self.statuses: dict[int, str] = {}
        self.nobody: set[int] = set()

    # Cells

    def read_cells(self) -> None:
        """Take the mapped columns; refuse rows of text files that are longer than their header."""
        rows = self.sheet.rows
        wanted = sorted({*self.header.targets, *self.header.collected})
        columns = self.sheet.columns
        if columns is not None and max(wanted, default=0) < len(columns) and self.sheet.name is not None:
            first, end = (self.source[0], self.source[-1] + 1) if self.source else (0, 0)
            is_run = end - first == len(self.source)
            for column in wanted:
                cells = columns[column]
                self.raw[column] = cells[first:end] if is_run else list(map(cells.__getitem__, self.source))
            return
        width = max(wanted, default=0) + 1
        short = any(len(rows[at]) < width for at in self.source)
        if self.sheet.name is None:
            # Beyond the last header cell a table has nothing: more cells mean a shifted row.
            limit = max(self.header.titles, default=0) + 1
            for at in self.source:
                if len(rows[at]) > limit and any(not is_empty(cell) for cell in rows[at][limit:]):
                    self.faults.append(Fault(at + 1, None, "", "shifted_row"))
        for column in wanted:
            if short:
                self.raw[column] = [rows[at][column] if column < len(rows[at]) else "" for at in self.source]
            else:
                self.raw[column] = [rows[at][column] for at in self.source]

    def split_lines(self) -> None:
        """Make one record of each line of cells that hold several values."""
        columns = [self.columns_of[name] for name in self.layout.lines if name in self.columns_of]
        if not any("\n" in str(cell).strip() for column in columns for cell in self._distinct(column)):
            return
        multiple = [
            position for position in range(len(self.source))
            if any("\n" in str(self.raw[column][position]).strip() for column in columns)
        ]  # fmt: skip
        chosen = set(multiple)
        source, groups = [], []
        raw: dict[int, list[Cell]] = {column: [] for column in self.raw}
        for position, at in enumerate(self.source):
            cells = {column: self.raw[column][position] for column in self.raw}
            lines = {c: as_text(cells[c]).split("\n") for c in columns} if position in chosen else {}
            counts = {len(values) for values in lines.values() if len(values) > 1}
            if len(counts) > 1 or (counts and self._shares_a_score(lines)):
                self.faults.append(Fault(at + 1, columns[0], self.layout.lines[0], "uneven_lines"))
            for number in range(max(counts, default=1) if len(counts) <= 1 else 1):
                source.append(at)
                groups.append(self.groups[position])
                for column, cell in cells.items():
                    values = lines.get(column)
                    raw[column].append(cell if not values else values[number if len(values) > 1 else 0])
        self.source, self.groups, self.raw = source, groups, {**raw}
        self.distinct.clear()

    def _distinct(self, column: int) -> set[Cell]:
        """Return the different cells of a column, found once."""
        if column not in self.distinct:
            self.distinct[column] = set(self.raw[column])
        return self.distinct[column]

    def _shares_a_score(self, lines: dict[int, list[str]]) -> bool:
        """True when one score stands beside several values: it cannot be the score of each."""
        scores = {self.columns_of[name] for name in self.layout.scores if name in self.columns_of}
        return any(len(values) == 1 and values[0] for column, values in lines.items() if column in scores)

    # Values

    def convert(self) -> None:
        """Convert every field that has a column of its own, and the collected one."""
        for name, column in self.columns_of.items():
            spec = self.entity.by_name[name]
            self.columns[name] = self._converted(spec, column)
        if self.header.collected and self.layout.collect:
            parts = [self.raw[column] for column in self.header.collected]
            self.columns[self.layout.collect] = [
                ";".join(as_text(cell) for cell in cells) or None for cells in zip(*parts, strict=True)
            ]

    def _converted(self, spec: Field, column: int) -> list[Any]:
        convert = converter(spec)
        if spec.name in self.layout.scores:
            convert = self._with_words(convert)
        scale = self._scale(spec, column)

        def judge(cell: Cell) -> Converted:
            return convert(cell if scale is None else _scaled(cell, scale))

        keys, distinct = keyed(self.raw[column], self._distinct(column))
        judged = {key: judge(cell) for key, cell in distinct}
        rules = {key: rule for key, (_, rule) in judged.items() if rule is not None}
        if rules:
            for position, key in enumerate(keys):
                if key in rules:
                    self._note(rules[key], position, column, spec.name)
        return spread({key: value for key, (value, _) in judged.items()}, keys)

    def _note(self, rule: str, position: int, column: int, name: str) -> None:
        """Keep what a cell says beside its value: the reason of a missing score, a fault, a number out of bounds."""
        if rule.startswith("word:"):
            self.statuses[position] = rule[5:]
        elif rule == "out_of_range":
            self.flagged.append(Fault(self.source[position] + 1, column, name, rule))
        else:
            self.faults.append(Fault(self.source[position] + 1, column, name, rule))

    def _with_words(self, convert: Callable[[Any], Converted]) -> Callable[[Any], Converted]:
        """A word in a score column is no number and no fault: it says why there is no score."""

        def with_words(cell: Any) -> Converted:
            value, rule = convert(cell)
            if rule == "not_a_number" or (rule and isinstance(cell, str) and to_number(cell)[1]):
                status = vocabulary.score_words().find(as_text(cell))
                if status is not None:
                    return None, f"word:{status}"
            return value, rule

        return with_words

    def _scale(self, spec: Field, column: int) -> float | None:
        """Return the factor between a column's unit and the contract's, or None when they agree.

        A share is told by its column: fractions never exceed 1, per cent of real results do.
        """
        if spec.name not in self.layout.units:
            return None
        distinct = self._distinct(column)
        numbers = [n for cell in distinct if (n := to_number(cell)[0]) is not None]
        looks_percent = max(numbers, default=0.0) > 1.0 or any(
            isinstance(cell, str) and "%" in cell for cell in distinct
        )
        if not numbers or not max(numbers):
            return None
        if self.layout.units[spec.name] == "fraction" and looks_percent:
            return 0.01
        return 100.0 if self.layout.units[spec.name] == "percent" and not looks_percent else None

    # Facts and derived values

    def fill(self) -> None:
        """Fill fields from groups, constants and facts, then what follows from other fields."""
        size = len(self.source)
        group = self.layout.group_rows
        if group and group != "-" and any(self.groups):
            self._fill_nulls(group, self.groups)
        for name, value in {**self.facts, **self.layout.constants}.items():
            if name in self.entity.by_name and value is not None:
                self._fill_nulls(name, [value] * size)
        names = self.entity.by_name
        if "subject_code" in names and "subject_name" in self.columns:
            codes = vocabulary.subjects()
            named = each_once(lambda text: codes.code(text) if text else None, self.columns["subject_name"])
            self._fill_nulls("subject_code", named)
        if "subject_name" in names and "subject_code" in self.columns:
            titles = vocabulary.subjects().titles
            self._fill_nulls("subject_name", each_once(titles.get, self.columns["subject_code"]))
        if "month_start" in names and "occurred_on" in self.columns:
            days = self.columns["occurred_on"]
            self._fill_nulls("month_start", [day.replace(day=1) if day else None for day in days])
        self._fill_class()
        if self.statuses and "result_status" in names:
            words = [self.statuses.get(position) for position in range(size)]
            self._fill_nulls("result_status", words)

    def _fill_class(self) -> None:
        names = self.entity.by_name
        if "class_label" in names and "class_label" not in self.columns and "study_grade" in self.columns_of:
            cells = self.raw[self.columns_of["study_grade"]]
            self.columns["class_label"] = each_once(lambda cell: to_class(cell)[0], cells)
        if self.entity.has_grade and "class_label" in self.columns:
            self._fill_nulls("grade", each_once(grade_of, self.columns["class_label"]))

    def _fill_nulls(self, name: str, values: Sequence[Any]) -> None:
        have = self.columns.get(name)
        if have is None:
            self.columns[name] = list(values)
        elif None in have:
            # A faulty cell is null too; its row stays out whole, so what fills it does not matter.
            self.columns[name] = [new if old is None else old for old, new in zip(have, values, strict=True)]

    # Wide tables

    def unpivot(self) -> None:
        """Turn columns of a key into records: one for each row and key with any measure."""
        layout = self.layout.unpivot
        if layout is None:
            return
        # The header states key and measures; a fact of the delivery (a subject in the file's name) does not.
        own = {layout.key, *layout.measures}
        base = {name: values for name, values in self.columns.items() if name not in own}
        source, size = self.source, len(self.source)
        keys: dict[int, dict[str, int]] = {}
        for column, target in self.header.targets.items():
            if target.key is not None:
                keys.setdefault(target.key, {})[target.field] = column
        out: dict[str, list[Any]] = {name: [] for name in (*base, layout.key, *layout.measures)}
        rows: list[int] = []
        some = [False] * size
        for key, measures in keys.items():
            values = {
                name: self._converted(self.entity.by_name[name], column) for name, column in measures.items()
            }
            for position in range(size):
                if all(values[name][position] is None for name in values):
                    continue
                some[position] = True
                rows.append(source[position])
                for name, column_values in base.items():
                    out[name].append(column_values[position])
                out[layout.key].append(key)
                for name in layout.measures:
                    out[name].append(values[name][position] if name in values else None)
        self.nobody = {source[position] + 1 for position in range(size) if not some[position]}
        self.columns, self.source = out, rows

    # Rules on rows

    def check(self) -> None:
        """Apply the rules that need the whole row; a wrong cell is told once, not as an empty one too."""
        self.wrong = {(fault.row, fault.field) for fault in self.faults}
        for spec in self.entity.fields:
            values = self._column(spec.name)
            if spec.required and None in values:
                column = self.columns_of.get(spec.name)
                for at, value in zip(self.source, values, strict=True):
                    if value is None and (at + 1, spec.name) not in self.wrong:
                        self.faults.append(Fault(at + 1, column, spec.name, "required"))
        if self.entity.mentions_only:
            return
        if self.entity.names_people:
            self._one_of(NAMING, "nobody_named")
        if "school_code" in self.entity.by_name:
            self._one_of(("school_code", "school_name"), "no_school")

    def _one_of(self, names: Sequence[str], rule: str) -> None:
        known = [name for name in names if name in self.entity.by_name]
        columns = [self._column(name) for name in known]
        if any(None not in column for column in columns):
            return
        shown = next((self.columns_of[name] for name in known if name in self.columns_of), None)
        for position, at in enumerate(self.source):
            is_told = any((at + 1, name) in self.wrong for name in known)
            if not is_told and all(column[position] is None for column in columns):
                self.faults.append(Fault(at + 1, shown, known[0], rule))

    def _column(self, name: str) -> list[Any]:
        return self.columns.get(name) or [None] * len(self.source)

    def years(self) -> list[str]:
        """Return the academic year of each record; a date outside of a stated year is a fault."""
        stated = self.facts.get("academic_year")
        rule = self.layout.year
        days = self._column(rule.field) if rule else [None] * len(self.source)
        grace = timedelta(days=rule.grace_days if rule else 0)
        if stated is None:
            return each_once(lambda day: str(AcademicYear.of(day - grace)) if day else "", days)
        year = AcademicYear.parse(stated)
        column = self.columns_of.get(rule.field) if rule else None
        outside = {
            day for day in set(days)
            if isinstance(day, date) and not year.first_day <= day <= year.last_day + grace
        }  # fmt: skip
        for at, day in zip(self.source, days, strict=True) if outside else ():
            if day in outside:
                self.faults.append(Fault(at + 1, column, rule.field if rule else "", "outside_year"))
        return [stated] * len(self.source)

    def records(self, years: list[str]) -> Records:
        """Return what lands; rows with a fault stay out whole."""
        bad = {fault.row for fault in self.faults}
        keep: Sequence[int] = range(len(self.source))
        if bad:
            keep = [position for position, at in enumerate(self.source) if at + 1 not in bad]
        names = {*(spec.name for spec in self.entity.fields), *(("grade",) if self.entity.has_grade else ())}
        columns = {
            name: (list(values) if len(keep) == len(values) else [values[position] for position in keep])
            for name, values in self.columns.items() if name in names
        }  # fmt: skip
        faults = sorted(
            {
                (f.row, f.column if f.column is not None else -1, f.field, f.rule): f for f in self.faults
            }.items(),
            key=lambda item: item[0],
        )
        return Records(
            columns, [self.source[position] + 1 for position in keep],
            [years[position] for position in keep] if bad else years,
            [fault for _, fault in faults], [fault for fault in self.flagged if fault.row not in bad], bad,
            self.nobody - bad,
        )  # fmt: skip


def _scaled(cell: Cell, scale: float) -> Cell:
    value, rule = to_number(cell)
    # Rounded, so that 0.55 · 100 does not become 55.00000000000001.
    return cell if rule or value is None else round(value * scale, 10)


def extract(
    sheet: Sheet, header: Header, kinds: RowKinds, entity: Entity, layout: SheetLayout, facts: Facts
) -> Records:
    """Return the typed records of a sheet. ``facts`` are converted values by field, and ``academic_year``."""
    work = Extraction(sheet, header, kinds, entity, layout, facts)
    work.read_cells()
    work.split_lines()
    work.convert()
    work.fill()
    work.unpivot()
    work.check()
    years = work.years()
    return work.records(years)

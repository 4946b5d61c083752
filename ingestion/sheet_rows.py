"""What each row of a sheet is: every row gets exactly one kind, so that rows in equal rows accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat

from ingestion import vocabulary
from ingestion.header import Header, is_number_row
from ingestion.layout import SheetLayout
from ingestion.readers.sheet import Cell, Row, Sheet
from ingestion.values import is_empty, is_number
from ingestion.words import fold

#: Kinds of rows that are recognised and hold no data.
NON_DATA = (
    "title", "header", "column_numbers", "blank", "group", "total", "footer", "instruction", "hidden", "nobody",
)  # fmt: skip
_SCHOOL_WORDS = frozenset(
    {"школа", "сош", "оош", "гимназия", "лицей", "мбоу", "маоу", "мкоу", "учреждение", "интернат"}
)


@dataclass
class RowKinds:
    """Kinds by row, data rows, and for data rows the group they stand under (empty where there are no groups)."""

    kinds: list[str]
    data: list[int] = field(default_factory=list)
    groups: list[str | None] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    #: For each total: the data rows of the group it closes or opens (positions in ``data``).
    sections: list[int] = field(default_factory=list)

    def outside(self) -> list[int]:
        """Rows of the title block and of the footer."""
        return [at for at, kind in enumerate(self.kinds) if kind in ("title", "footer")]


class _Classifier:
    """Tells the kind of each row below the header, in order: footers and groups depend on the rows before."""

    def __init__(self, sheet: Sheet, header: Header, layout: SheetLayout) -> None:
        self.sheet, self.header, self.layout = sheet, header, layout
        self.start = header.first_data_row
        self.mapped = sorted({*header.targets, *header.collected})
        self.heads = sheet.rows[header.row : self.start]
        self.words = vocabulary.row_words()
        self.in_footer = False
        self.leading = self._leading()
        self.titles = {fold(str(cell)) for head in self.heads for cell in head}

    def kind(self, at: int, row: Row, filled: Sequence[int]) -> str:
        """Return the kind of a row; ``filled`` are its cells that hold anything."""
        kind = self._kind(at, row, filled)
        self.in_footer = kind == "footer" or (self.in_footer and kind == "blank")
        return kind

    def _leading(self) -> list[int]:
        """Return the two columns in which rows begin, and those where a repeated header would show first.

        Empty where one look does not suffice: groups are told by the whole row, text files have rows of any length.
        """
        if self.layout.group_rows or self.sheet.columns is None:
            return []
        filled = (
            column for column, cells in enumerate(self.sheet.columns)
            if any(cell != "" for cell in islice(cells, self.start, None))
        )  # fmt: skip
        begin = list(islice(filled, 2))
        shown = [next((c for c in self.mapped[:8] if not is_empty(head[c])), None) for head in self.heads]
        return (
            sorted({*begin, *(column for column in shown if column is not None)}) if len(begin) == 2 else []
        )

    def plain(self) -> list[bool]:
        """Tell of each row, at a glance, whether it is data. False says nothing: such rows are looked at cell by cell.

        True holds outside of a footer only.
        """
        found = [False] * len(self.sheet.rows)
        columns = self.sheet.columns
        begin = self.start + 2
        if not self.leading or columns is None or begin >= len(found):
            return found
        glances = []
        for column in self.leading:
            cells = columns[column][begin:]
            if set(map(type, cells)) == {float}:  # numbers of rows: all different, and none a label
                continue
            # Of equal cells of different kinds (1 and 1.0) none is a text: they say the same.
            is_mute = {cell: cell.__class__ is float or self._is_mute(cell) for cell in set(cells)}
            glances.append(map(is_mute.__getitem__, cells))
        found[begin:] = map(all, zip(*glances, strict=True)) if glances else repeat(True, len(found) - begin)
        return found

    def _is_mute(self, cell: Cell) -> bool:
        """True when a text is filled and is neither a label of a total or footer nor a cell of the header."""
        if cell.__class__ is not str:
            return False
        label = fold(cell[:60])
        is_label = self.words["total"].match(label) or self.words["footer"].match(label)
        return not is_empty(cell) and not is_label and fold(cell) not in self.titles

    def _kind(self, at: int, row: Row, filled: Sequence[int]) -> str:
        if not filled:
            return "blank"
        if at <= self.start + 1 and is_number_row(row, self.header.titles):
            return "column_numbers"
        label = _label(row, filled)
        if label and self.words["total"].match(label):
            return "total"
        if self._is_footer(row, filled, label):
            return "footer"
        if _repeats(row, self.heads, self.mapped[:8]) or (
            at == self.start and _echoes(row, filled, self.heads)
        ):
            return "header"
        is_group = self.layout.group_rows and _is_group(row, filled, self.header)
        return "group" if is_group else "data"

    def _is_footer(self, row: Row, filled: Sequence[int], label: str) -> bool:
        if label and self.words["footer"].match(label) and _is_aside(filled, self.header):
            return True
        return self.in_footer and len(filled) <= 3 and not _fills(row, self.mapped, 4)


def classify(sheet: Sheet, header: Header, layout: SheetLayout) -> RowKinds:
    """Return the kind of every row of a sheet whose header is known."""
    kinds = ["blank" if _is_blank(row) else "title" for row in sheet.rows[: header.row]]
    found = RowKinds(kinds + ["header"] * header.depth)
    classifier = _Classifier(sheet, header, layout)
    group: str | None = None
    section = 0
    plain, end = classifier.plain(), len(sheet.rows)
    at = header.first_data_row - 1
    while (at := at + 1) < end:
        row = sheet.rows[at]
        if plain[at] and not classifier.in_footer:
            after = _first_false(plain, at)
            found.kinds += ["data"] * (after - at)
            found.data += range(at, after)
            found.groups += [group] * (after - at)
            at = after - 1
            continue
        filled = [column for column, cell in enumerate(row) if cell != "" and not is_empty(cell)]
        kind = classifier.kind(at, row, filled)
        found.kinds.append(kind)
        if kind == "data":
            found.data.append(at)
            found.groups.append(group)
            continue
        has_numbers = kind == "group" and any(is_number(row[column]) for column in filled[1:])
        if kind == "group":
            group = str(row[filled[0]]).strip() if layout.group_rows != "-" else None
            section = len(found.data)
        if kind == "total" or has_numbers:
            found.totals.append(at)
            found.sections.append(section)
    return found


def _first_false(flags: list[bool], at: int) -> int:
    try:
        return flags.index(False, at)
    except ValueError:
        return len(flags)


def _is_blank(row: Row) -> bool:
    return all(is_empty(cell) for cell in row)


def _label(row: Row, filled: Sequence[int]) -> str:
    """Return the folded beginning of the first text of a row, empty when it begins with a number."""
    for column in filled[:2]:
        cell = row[column]
        if isinstance(cell, str) and not is_number(cell):
            return fold(cell[:60])
    return ""


def _is_aside(filled: Sequence[int], header: Header) -> bool:
    """A footer fills few cells of the table: a person called «Директор…» in a full row is data."""
    return len(filled) <= max(4, len(header.titles) // 3)


def _fills(row: Row, mapped: Sequence[int], least: int) -> bool:
    return sum(1 for column in mapped if column < len(row) and not is_empty(row[column])) >= least


def _repeats(row: Row, heads: Sequence[Row], columns: Sequence[int]) -> bool:
    """True when the row says the header's words again (a template that prints it twice)."""
    for head in heads:
        same = total = 0
        for column in columns:
            if column >= len(row) or column >= len(head) or is_empty(head[column]):
                continue
            if row[column].__class__ is not str:
                break
            total += 1
            same += fold(row[column]) == fold(str(head[column]))
            if total == 1 and not same:
                break
        if total >= 2 and same >= 0.8 * total:
            return True
    return False


def _echoes(row: Row, filled: Sequence[int], heads: Sequence[Row]) -> bool:
    """True when a row under the header holds nothing but the words above its cells, be it one of them."""
    return all(
        isinstance(row[column], str)
        and any(column < len(head) and fold(row[column]) == fold(str(head[column])) for head in heads)
        for column in filled
    )


def _is_group(row: Row, filled: Sequence[int], header: Header) -> bool:
    """A group row holds one text and nothing that a row of its table must have."""
    texts = [column for column in filled if isinstance(row[column], str) and not is_number(row[column])]
    if len(texts) != 1 or texts[0] != filled[0]:
        return False
    named = set(fold(row[texts[0]]).split())
    if named & _SCHOOL_WORDS and not named & {"район", "округ", "города"}:
        return False
    if len(filled) == 1:
        return True
    # Numbers beside the name: a subtotal of the group, told from a school by its lack of number and code.
    keys = [column for column, target in header.targets.items() if target.field == "school_code"]
    keys += [header.ordinal] if header.ordinal is not None else []
    return bool(keys) and all(column >= len(row) or is_empty(row[column]) for column in keys)

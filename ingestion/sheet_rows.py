"""What each row of a sheet is: every row gets exactly one kind, so that rows in equal rows accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingestion import vocabulary
from ingestion.header import Header, is_number_row
from ingestion.layout import SheetLayout
from ingestion.readers.sheet import Row, Sheet
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


def classify(sheet: Sheet, header: Header, layout: SheetLayout) -> RowKinds:
    """Return the kind of every row of a sheet whose header is known."""
    start = header.first_data_row
    kinds = ["blank" if _is_blank(row) else "title" for row in sheet.rows[: header.row]]
    kinds += ["header"] * header.depth
    found = RowKinds(kinds)
    mapped = sorted({*header.targets, *header.collected})
    words = vocabulary.row_words()
    first_mapped = [column for column in mapped][:8]
    heads = sheet.rows[header.row : start]
    group: str | None = None
    section = 0
    in_footer = False
    for at in range(start, len(sheet.rows)):
        row = sheet.rows[at]
        filled = [column for column, cell in enumerate(row) if cell != "" and not is_empty(cell)]
        if not filled:
            kind = "blank"
        elif at <= start + 1 and is_number_row(row, header.titles):
            kind = "column_numbers"
        else:
            label = _label(row, filled)
            if label and words["total"].match(label):
                kind = "total"
            elif label and words["footer"].match(label) and _is_aside(row, filled, header):
                kind = "footer"
            elif in_footer and len(filled) <= 3 and not _fills(row, mapped, 4):
                kind = "footer"
            elif _repeats(row, heads, first_mapped):
                kind = "header"
            elif layout.group_rows and _is_group(row, filled, header, sheet, at):
                kind = "group"
            else:
                kind = "data"
        in_footer = kind == "footer" or (in_footer and kind == "blank")
        found.kinds.append(kind)
        if kind == "group":
            group = str(row[filled[0]]).strip() if layout.group_rows != "-" else None
            section = len(found.data)
            if any(is_number(row[column]) for column in filled[1:]):
                found.totals.append(at)
                found.sections.append(section)
        elif kind == "total":
            found.totals.append(at)
            found.sections.append(section)
        elif kind == "data":
            found.data.append(at)
            found.groups.append(group)
    return found


def _is_blank(row: Row) -> bool:
    return all(is_empty(cell) for cell in row)


def _label(row: Row, filled: Sequence[int]) -> str:
    """Return the folded beginning of the first text of a row, empty when it begins with a number."""
    for column in filled[:2]:
        cell = row[column]
        if isinstance(cell, str) and not is_number(cell):
            return fold(cell[:60])
    return ""


def _is_aside(row: Row, filled: Sequence[int], header: Header) -> bool:
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


def _is_group(row: Row, filled: Sequence[int], header: Header, sheet: Sheet, at: int) -> bool:
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

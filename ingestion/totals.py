"""Total rows against the rows they total. Mismatches are kept with the reading; the gate decides what they stop."""

from __future__ import annotations

from typing import Any

from ingestion.contract import Entity
from ingestion.header import Header, Target
from ingestion.layout import SheetLayout
from ingestion.readers.sheet import Sheet, column_letter
from ingestion.sheet_rows import RowKinds
from ingestion.values import is_empty, to_number

_TOLERANCE = 1e-6
Mismatch = dict[str, Any]


def reconcile(
    sheet: Sheet, header: Header, kinds: RowKinds, entity: Entity, layout: SheetLayout
) -> list[Mismatch]:
    """Return the columns whose total differs from the data.

    A total of counts is their sum; a total of means (``layout.means``) must lie between the smallest and the
    greatest mean above zero; a single number under a column of names is the number of rows. A total that stands
    under or over groups may total all rows or its group: the reading with fewer mismatches is meant.
    """
    found: list[Mismatch] = []
    for at, section in zip(kinds.totals, kinds.sections, strict=True):
        ranges = [kinds.data]
        if layout.group_rows:
            after = [row for row in kinds.data if row > at]
            following = after[: _group_size(kinds, at)]
            before = [row for row in kinds.data[section:] if row < at]
            ranges = [kinds.data, *(part for part in (following if kinds.kinds[at] == "group" else before,) if part)]
        options = [_compare(sheet, at, rows, header, entity, layout) for rows in ranges]
        found += min(options, key=len)
    return found


def _group_size(kinds: RowKinds, at: int) -> int:
    """Return how many data rows follow a group row before the next group or total."""
    size = 0
    for kind in kinds.kinds[at + 1 :]:
        if kind in ("group", "total"):
            break
        size += kind == "data"
    return size


def _compare(
    sheet: Sheet, at: int, rows: list[int], header: Header, entity: Entity, layout: SheetLayout
) -> list[Mismatch]:
    total = sheet.rows[at]
    numbers = {
        column: value for column, cell in enumerate(total)
        if not is_empty(cell) and (value := to_number(cell)[0]) is not None
    }  # fmt: skip
    mismatches: list[Mismatch] = []
    for column, expected in numbers.items():
        target = header.targets.get(column)
        kind = _kind(target, entity, layout)
        if kind is None:
            if len(numbers) == 1 and expected.is_integer() and expected != len(rows):
                mismatches.append(_told(sheet, at, column, header, target, "count", expected, float(len(rows))))
            continue
        cells = (sheet.rows[row][column] for row in rows if column < len(sheet.rows[row]))
        values = [value for cell in cells if not is_empty(cell) and (value := to_number(cell)[0]) is not None]
        if kind == "sum" and abs(sum(values) - expected) > _TOLERANCE:
            mismatches.append(_told(sheet, at, column, header, target, kind, expected, sum(values)))
        elif kind == "mean" and (means := [value for value in values if value > 0]):
            if not min(means) - 0.01 <= expected <= max(means) + 0.01:
                low, high = min(means), max(means)
                item = _told(sheet, at, column, header, target, kind, expected, None)
                mismatches.append(item | {"found_low": low, "found_high": high})
    return mismatches


def _kind(target: Target | None, entity: Entity, layout: SheetLayout) -> str | None:
    if target is None:
        return None
    spec = entity.by_name[target.field]
    if target.field in layout.means:
        return "mean"
    if spec.kind == "integer" and not spec.in_scope and not spec.is_row_key and spec.maximum is None:
        return "sum"
    return None


def _told(
    sheet: Sheet, at: int, column: int, header: Header, target: Target | None, kind: str, expected: float,
    found: float | None,
) -> Mismatch:  # fmt: skip
    return {
        "sheet": sheet.name,
        "row": at + 1,
        "cell": f"{column_letter(column)}{at + 1}",
        "column": header.titles.get(column, ""),
        "field": target.field if target else None,
        "key": target.key if target else None,
        "kind": kind,
        "expected": expected,
        "found": found,
    }

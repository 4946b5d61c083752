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
# Means in total rows are printed with two decimals.
_ROUNDING = 0.0051
Mismatch = dict[str, Any]


def reconcile(
    sheet: Sheet, header: Header, kinds: RowKinds, entity: Entity, layout: SheetLayout
) -> list[Mismatch]:
    """Return the columns whose total differs from the data.

    A total of counts is their sum; a total of means (``layout.means``) is their mean weighted by people, and a
    regional mean over pupils may differ lawfully (``kind: mean``, for the gate to judge); a single number under a
    column of names is the number of rows. A total under or over groups may total all rows or its group: the
    reading with fewer mismatches is meant.
    """
    found: list[Mismatch] = []
    for at, section in zip(kinds.totals, kinds.sections, strict=True):
        ranges = [kinds.data]
        if layout.group_rows:
            after = [row for row in kinds.data if row > at]
            following = after[: _group_size(kinds, at)]
            before = [row for row in kinds.data[section:] if row < at]
            ranges = [
                kinds.data,
                *(part for part in (following if kinds.kinds[at] == "group" else before,) if part),
            ]
        options = [_compare(sheet, at, rows, header, entity, layout) for rows in ranges]
        fewest = min(len(option) for option in options)
        found += next(option for option in options if len(option) == fewest)
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
    for column, stated in numbers.items():
        target = header.targets.get(column)
        kind = _kind(target, entity, layout)
        if kind is None:
            # One number under a column of names is the number of rows («Итого участников: 634»).
            if len(numbers) == 1 and stated.is_integer() and stated != len(rows):
                mismatches.append(_told(sheet, at, column, header, "count", stated, float(len(rows))))
        elif kind == "sum":
            total_sum = sum(_values(sheet, rows, column))
            if abs(total_sum - stated) > _TOLERANCE:
                mismatches.append(_told(sheet, at, column, header, kind, stated, total_sum))
        else:
            mean = _mean(sheet, rows, column, header, layout)
            if mean is not None and abs(mean - stated) > _ROUNDING:
                mismatches.append(_told(sheet, at, column, header, kind, stated, mean))
    return mismatches


def _values(sheet: Sheet, rows: list[int], column: int) -> list[float]:
    cells = (sheet.rows[row][column] for row in rows if column < len(sheet.rows[row]))
    return [value for cell in cells if not is_empty(cell) and (value := to_number(cell)[0]) is not None]


def _mean(sheet: Sheet, rows: list[int], column: int, header: Header, layout: SheetLayout) -> float | None:
    """Return the mean over rows, weighted by the measure that counts people, which is the layout's first."""
    target = header.targets[column]
    first = layout.unpivot.measures[0] if layout.unpivot else ""
    weight = next((c for c, t in header.targets.items() if t == Target(first, target.key)), None)
    total = weights = 0.0
    for row in rows:
        cells = sheet.rows[row]
        value = to_number(cells[column])[0] if column < len(cells) and not is_empty(cells[column]) else None
        count = to_number(cells[weight])[0] if weight is not None and not is_empty(cells[weight]) else None
        if value is not None and count:
            total, weights = total + value * count, weights + count
    return total / weights if weights else None


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
    sheet: Sheet, at: int, column: int, header: Header, kind: str, stated: float, computed: float
) -> Mismatch:
    target = header.targets.get(column)
    return {
        "sheet": sheet.name,
        "row": at + 1,
        "cell": f"{column_letter(column)}{at + 1}",
        "column": header.titles.get(column, ""),
        "field": target.field if target else "",
        "key": target.key if target else None,
        "kind": kind,
        "stated": stated,
        "computed": computed,
    }

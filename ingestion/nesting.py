"""Columns whose headers speak of bounds («< 160», «≥ 220») and whose numbers contradict them.

Pupils below one bound and pupils at or above a higher one are different people. Where the second column never
exceeds the first in any row, the first counts something else: the classic fault is «< 160» that counts «≥ 160».
Found columns are kept with the reading; the gate decides.
"""

from __future__ import annotations

import re
from typing import Any

from ingestion.header import Header
from ingestion.readers.sheet import Sheet, column_letter
from ingestion.sheet_rows import RowKinds
from ingestion.values import is_empty, to_number

FEWEST_ROWS = 10
_BELOW = re.compile(r"(?:<|≤|менее|меньше|ниже|до|under|below)\s*_?(\d+)", re.IGNORECASE)
_ABOVE = re.compile(r"(?:>|≥|более|больше|выше|свыше|не менее|от|over|above)\s*_?(\d+)", re.IGNORECASE)
_BETWEEN = re.compile(r"\d\s*[-–—]\s*\d|от\s*\d+\D+до\s*\d+", re.IGNORECASE)


def nested_columns(sheet: Sheet, header: Header, kinds: RowKinds) -> list[dict[str, Any]]:
    """Return pairs of columns under one bound that look nested, with the number of rows that show it."""
    below: dict[int, int] = {}
    above: dict[int, int] = {}
    for column, title in header.titles.items():
        text = title.rsplit(" / ", 1)[-1]
        if _BETWEEN.search(text):
            continue
        if "не менее" not in text.lower() and (match := _BELOW.search(text)):
            below[column] = int(match[1])
        elif match := _ABOVE.search(text):
            above[column] = int(match[1])
    found = []
    for low, bound in below.items():
        for high, other in above.items():
            rows = _nested_rows(sheet, kinds, low, high) if other > bound else 0
            if rows:
                found.append({
                    "sheet": sheet.name, "column": header.titles[low],
                    "cell": f"{column_letter(low)}{header.first_data_row}",
                    "other_column": header.titles[high], "rows": rows,
                })  # fmt: skip
    return found


def _nested_rows(sheet: Sheet, kinds: RowKinds, low: int, high: int) -> int:
    """Return how many rows show the nesting, 0 when any row denies it or too few show it."""
    shown = 0
    for at in kinds.data:
        row = sheet.rows[at]
        if max(low, high) >= len(row) or is_empty(row[low]) or is_empty(row[high]):
            continue
        less, more = to_number(row[low])[0], to_number(row[high])[0]
        if less is None or more is None:
            continue
        if more > less:
            return 0
        shown += more > 0
    return shown if shown >= FEWEST_ROWS else 0

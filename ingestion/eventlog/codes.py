"""Distinct cells of a column: each is judged once, rows hold its number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

Judged = tuple[Any, str | None]
"""A value and the fault that the cell is (``rule|field``), or None."""


class Codebook:
    """Numbers of distinct cells in order of appearance. Number 0 is the missing cell."""

    def __init__(self, judge: Callable[[Any], Judged], missing: Judged = (None, None)) -> None:
        self.values: list[Any] = [missing[0]]
        self.faults: list[str | None] = [missing[1]]
        self._judge = judge
        self._places: dict[Any, int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def encode(self, column: pa.Array) -> np.ndarray:
        """Return the number of each cell (int32, one per row)."""
        encoded = column.dictionary_encode()
        places = np.array([*map(self._place, encoded.dictionary.to_pylist()), 0], np.int32)
        return places[encoded.indices.fill_null(-1).to_numpy()]  # -1: the last of the places

    def encode_pairs(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the number of each pair of numbers; the judge gets the pair as one integer, see ``unpaired``."""
        return self.encode(pa.array((first.astype(np.int64) << 32) | second))

    def _place(self, cell: Any) -> int:
        place = self._places.get(cell)
        if place is None:
            place = self._places[cell] = len(self.values)
            value, fault = self._judge(cell)
            self.values.append(value)
            self.faults.append(fault)
        return place


def unpaired(pair: int) -> Judged:
    """Return the two numbers of a pair as the value of its cell: a judge for ``encode_pairs``."""
    return (pair >> 32, pair & 0xFFFFFFFF), None

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

    def value(self, cell: Any) -> Any:
        """Return what a cell (None: the missing one) stands for."""
        return self.values[self._place(cell)]

    def encode(self, column: pa.Array | pa.ChunkedArray) -> np.ndarray:
        """Return the number of each cell (int32, one per row); a column of numbered cells is not numbered anew."""
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        chunks = encoded.chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]
        found, places, known = [], np.zeros(1, np.int32), None
        for chunk in chunks:
            if known is None or not chunk.dictionary.equals(known):
                known = chunk.dictionary
                places = np.array([*map(self._place, known.to_pylist()), 0], np.int32)
            found.append(places[chunk.indices.fill_null(-1).to_numpy()])  # -1: the last of the places
        return found[0] if len(found) == 1 else np.concatenate([np.zeros(0, np.int32), *found])

    def encode_pairs(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the number of each pair of numbers; the judge gets the pair as one integer, see ``unpaired``."""
        return self.encode(pa.array((first.astype(np.int64) << 32) | second))

    def _place(self, cell: Any) -> int:
        if cell is None:
            return 0
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

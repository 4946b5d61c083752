"""Rows of a Parquet log as tables of numbered cells: the dictionaries of the file itself serve again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.eventlog.sniff import LogForm
from ingestion.eventlog.stream import BATCH, BYSTANDER, PERSON, ROLE
from ingestion.values import as_text

_BUFFER = 8 << 20


@dataclass
class ParquetSource:
    """A log in Parquet, with what ``LogSource`` does for texts: every row of it is a row."""

    path: Path
    form: LogForm

    def tables(self, is_bystander: Callable[[Any], bool], *, is_parallel: bool) -> Iterator[pa.Table]:
        """Yield the rows, see ``_tables``."""
        return _tables(self.path, self.form, is_bystander)

    def is_proved(self) -> bool:
        return True

    def left_out(self, rows: int) -> tuple[list[int], list[int]]:
        return [], []

    def close(self) -> None:
        """Let go of what is held outside of memory: nothing."""


def _tables(path: Path, form: LogForm, is_bystander: Callable[[Any], bool]) -> Iterator[pa.Table]:
    """Yield tables with a dictionary column for each known field and ``mark`` (all 0), in the order of the file.

    Of a moment its day in the moment's own zone is kept. People whose role ``is_bystander`` are told by a dash: their
    names do not leave this function. Raises errors of Arrow when the file cannot be read.
    """
    import pyarrow.parquet as pq

    fields = {form.header.titles[at]: target.field for at, target in form.header.targets.items()}
    days = {name for name, field in fields.items() if form.entity.by_name[field].kind == "date"}
    kinds = pq.read_schema(path)
    texts = [name for name in fields if name not in days and _is_text(kinds.field(name).type)]
    with pq.ParquetFile(path, read_dictionary=texts, buffer_size=_BUFFER) as file:
        for batch in file.iter_batches(BATCH, columns=list(fields)):
            cells = {
                field: _numbered(_days(batch.column(name)) if name in days else batch.column(name))
                for name, field in fields.items()
            }
            cells[PERSON] = _masked(cells[PERSON], _bystanders(cells.get(ROLE), is_bystander))
            yield pa.table({**cells, "mark": pa.array(np.zeros(batch.num_rows, np.uint8))})


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _days(column: pa.Array) -> pa.Array:
    """Return days of moments: dates, or the first ten characters of texts."""
    if pa.types.is_timestamp(column.type):
        # The wall clock of the platform tells the day: an instant in UTC may be yesterday's there.
        column = pc.local_timestamp(column) if column.type.tz else column
        return column.cast(pa.date32(), safe=False)
    return (
        pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(column), 0, 10) if _is_text(column.type) else column
    )


def _numbered(column: pa.Array) -> pa.DictionaryArray:
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        column = column.cast(pa.string())
    elif pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _bystanders(roles: pa.DictionaryArray | None, is_bystander: Callable[[Any], bool]) -> np.ndarray | bool:
    """Return which rows are of roles that nobody counts (bool for all rows when no column tells the role)."""
    if roles is None:
        return is_bystander(None)
    of_role = np.array([*map(is_bystander, roles.dictionary.to_pylist()), is_bystander(None)])
    return of_role[roles.indices.fill_null(-1).to_numpy()]


def _masked(people: pa.DictionaryArray, hidden: np.ndarray | bool) -> pa.DictionaryArray:
    """Return the people as texts, with a dash for those who are hidden; cells that name nobody stay as they are."""
    texts = people.dictionary
    if not _is_text(texts.type):
        texts = pa.array(map(as_text, texts.to_pylist()), pa.string())
    is_named = pc.not_equal(pc.utf8_trim(texts, " \u00a0"), "").to_numpy(zero_copy_only=False)
    missing, dash = len(texts), len(texts) + 1
    codes = people.indices.fill_null(missing).to_numpy()
    codes = np.where(np.append(is_named, [False, False])[codes] & hidden, dash, codes)
    used = np.flatnonzero(np.bincount(codes, minlength=dash + 1))
    places = np.zeros(dash + 1, np.int32)
    places[used] = np.arange(len(used))
    cells = pa.concat_arrays([texts, pa.array([None, BYSTANDER], texts.type)]).take(pa.array(used))
    return pa.DictionaryArray.from_arrays(pa.array(places[codes]), cells)

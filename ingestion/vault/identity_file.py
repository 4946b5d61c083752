"""The file of a reading's identity rows: token → canonical attributes, each distinct person once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingestion.vault.keys import KEY_MODE
from opora.files import atomic_path

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq


class Gathering:
    """Identity rows of a reading that lands in portions. Memory holds a number a person, the file their rows."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer
        self._seen = np.empty(0, np.int64)

    def add(self, rows: pd.DataFrame) -> None:
        """Write the rows of persons not met before, in the order of their tokens.

        A token is a hash of all attributes: the same token again is the same row again.
        """
        rows = rows.drop_duplicates("person_token").sort_values("person_token", ignore_index=True)
        tokens = rows["person_token"].to_numpy(np.int64)
        places = np.searchsorted(self._seen, tokens)
        known = np.zeros(len(tokens), bool)
        inside = places < len(self._seen)
        known[inside] = self._seen[places[inside]] == tokens[inside]
        self._seen = np.insert(self._seen, places[~known], tokens[~known])
        if not known.all():
            self._writer.write_table(_table(rows[~known]))


@contextmanager
def gathering(target: Path) -> Iterator[Gathering]:
    """Yield what takes the rows of all portions of a reading; on success they replace the file."""
    import pyarrow.parquet as pq

    with (
        atomic_path(target, KEY_MODE) as part,
        pq.ParquetWriter(part, identity_schema(), compression="zstd") as writer,
    ):
        yield Gathering(writer)


def add_rows(target: Path, rows: pd.DataFrame) -> None:
    """Add rows to a reading's file; the same rows again leave the same bytes."""
    import pandas as pd
    import pyarrow.parquet as pq

    order = ["person_token"]  # the rows at hand are of one source and year
    if target.exists():
        rows = pd.concat([pd.read_parquet(target), rows], ignore_index=True)
        order = ["source", "academic_year", "person_token"]
    rows = rows.drop_duplicates(order).sort_values(order, ignore_index=True)
    with atomic_path(target, KEY_MODE) as part:
        pq.write_table(_table(rows), part, compression="zstd")


def read_rows(files: Sequence[Path]) -> pd.DataFrame:
    """Return the rows of all files that exist; text columns are pandas strings, so that nulls stay nulls."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [pq.read_table(file) for file in files if file.exists()]
    table = pa.concat_tables(tables) if tables else identity_schema().empty_table()
    frame: pd.DataFrame = table.to_pandas(types_mapper=_text_type)
    return frame


def identity_schema() -> pa.Schema:
    """Return the columns of the file: the token, where the row comes from, the attributes."""
    import pyarrow as pa

    from ingestion.identity.people import ATTRIBUTES

    text = [(name, pa.string()) for name in ("source", "academic_year", "reading_id", *ATTRIBUTES)]
    return pa.schema([("person_token", pa.int64()), *text])


def _table(rows: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    table = pa.Table.from_pandas(rows, schema=identity_schema(), preserve_index=False)
    return table.replace_schema_metadata(None)


def _text_type(kind: Any) -> Any:
    import pandas as pd
    import pyarrow as pa

    return pd.StringDtype("pyarrow") if pa.types.is_string(kind) else None

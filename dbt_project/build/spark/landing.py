"""After Spark: the models' tables stand in the candidate's DuckDB file, over the Parquet that Spark wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from opora.errors import OporaError
from opora.sql import literal

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_TYPES = {"string": "varchar", "int": "integer"}


def land(session: SparkSession, folder: Path, warehouse: Path, definitions: Mapping[str, str]) -> None:
    """Add to ``warehouse``, where the borders are laid, a view in ``main`` of every table of this session with files.

    Spark enforces no constraints, so a table under contract (``definitions``: name to columns, types, constraints) is
    copied into a table that has them. Raises ``OporaError`` where one does not hold.
    """
    with duckdb.connect(str(warehouse)) as con:
        for table in sorted(row.tableName for row in session.sql("show tables in main").collect()):
            kinds = dict(session.table(f"main.{table}").dtypes)
            columns = ", ".join(
                f'cast("{name}" as {_TYPES.get(kind, kind)}) as "{name}"' for name, kind in kinds.items()
            )
            files = sorted((folder / "main.db" / table).glob("*.parquet"))
            rows = f"read_parquet([{', '.join(literal(file) for file in files)}])"
            if not files:
                rows = "(select " + ", ".join(f'null as "{name}"' for name in kinds) + " where false)"
            query = f"select {columns} from {rows}"
            if table in definitions:
                copy(con, table, definitions[table], query)
            else:
                con.execute(f'create {"view" if files else "table"} main."{table}" as {query}')


def copy(con: duckdb.DuckDBPyConnection, table: str, definition: str, query: str) -> None:
    """Copy a query's rows into a new table with this definition; raise ``OporaError`` where a constraint fails."""
    con.execute(f'create table main."{table}" ({definition})')
    try:
        con.execute(f'insert into main."{table}" by name {query}')
    except duckdb.ConstraintException as error:  # its words hold values of rows
        kind = "ключ повторяется" if "key" in str(error).lower() else "пустое или недопустимое значение"
        raise OporaError(f"модели не построены: {table}: ограничение не выполнено ({kind})") from None

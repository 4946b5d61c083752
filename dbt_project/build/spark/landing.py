"""After Spark: the models' tables as views of the candidate's DuckDB file, over the Parquet that Spark wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_TYPES = {"string": "varchar", "int": "integer"}


def land(session: SparkSession, folder: Path, warehouse: Path) -> None:
    """Write ``warehouse``: schema ``main`` with a view of every table that dbt made in this session."""
    warehouse.unlink(missing_ok=True)
    warehouse.with_name(warehouse.name + ".wal").unlink(missing_ok=True)
    with duckdb.connect(str(warehouse)) as con:
        for table in sorted(row.tableName for row in session.sql("show tables in main").collect()):
            kinds = dict(session.table(f"main.{table}").dtypes)
            columns = ", ".join(
                f'cast("{name}" as {_TYPES.get(kind, kind)}) as "{name}"' for name, kind in kinds.items()
            )
            files = sorted((folder / "main.db" / table).glob("*.parquet"))
            rows = f"read_parquet([{', '.join(_text(file) for file in files)}])"
            if not files:
                rows = "(select " + ", ".join(f'null as "{name}"' for name in kinds) + " where false)"
            con.execute(f'create view main."{table}" as select {columns} from {rows}')


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"

"""The borders of a build as tables and views of a Spark session: the same names as in DuckDB (``build/borders.py``).

The lake is read where it lies: one external table an entity, a partition an academic year. Executors must see the
home under the same path as the driver.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dbt_project.build.borders import INPUTS, PartModel, years_read
from dbt_project.build.lake_schema import Entity, entities
from dbt_project.build.parts import Part, settings
from dbt_project.build.rules import home_rules
from opora.errors import OporaError
from opora.home import Home

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_TYPES = {"VARCHAR": "STRING", "INTEGER": "INT"}
_FILES = "lake_files"
"""Schema of the external tables: whole folders of the lake, of which ``lake.*`` shows the effective rows."""


def spark_type(kind: str) -> str:
    """Return Spark's word for a type of a contract."""
    return _TYPES.get(kind.upper(), kind.upper())


def lay(session: SparkSession, home: Home, inputs: Path, parts: list[Part], models: list[PartModel]) -> None:
    """Create the schemas that the models read from. Raises ``OporaError`` when the lake lacks an effective file."""
    missing = [part for part in parts if not part.is_cached(home)]
    for schema in ("main", "lake", _FILES, "inputs", "run", "cached", "home_rules"):
        session.sql(f"create database {schema}")
    for name in INPUTS:
        session.sql(f"create view inputs.{name} as select * from {_file(inputs / f'{name}.parquet')}")
    _lay_run(session, home, parts, missing)
    _lay_lake(session, home, inputs, missing)
    _lay_cache(session, home, [part for part in parts if part.is_cached(home)], models)
    for seed, path in home_rules(home).items():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = csv.reader(stream)
        _values(session, f"home_rules.{seed}", header, rows)


def place(path: Path) -> str:
    """Return a path as Spark's SQL takes it: its letters as they are.

    Spark reads no escapes there: to it the ``%3D`` of ``as_uri`` is part of a name, and it makes an empty folder of it.
    """
    return "file://" + path.absolute().as_posix()


def _file(path: Path) -> str:
    return f"parquet.`{place(path)}`"


def literal(value: object) -> str:
    """Return a text as a literal of Spark, where a backslash escapes; None is null."""
    if value is None:
        return "cast(null as string)"
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _values(
    session: SparkSession, name: str, header: Iterable[str], rows: Iterable[Iterable[object]]
) -> None:
    lines = ["(" + ", ".join(literal(value) for value in row) + ")" for row in rows]
    columns = list(header)
    if lines:
        query = f"select * from values {', '.join(lines)} as t ({', '.join(columns)})"
    else:
        query = _nothing(dict.fromkeys(columns, "STRING"))
    session.sql(f"create view {name} as {query}")


def _nothing(columns: Mapping[str, str]) -> str:
    nulls = ", ".join(f"cast(null as {spark_type(kind)}) as {name}" for name, kind in columns.items())
    return f"select {nulls} where false"


def _lay_run(session: SparkSession, home: Home, parts: list[Part], missing: list[Part]) -> None:
    years = sorted({part.academic_year for part in parts})
    _values(session, "run.years", ["academic_year"], [[year] for year in years])
    to_build = [[part.domain, part.academic_year] for part in missing]
    _values(session, "run.years_to_build", ["domain", "academic_year"], to_build)
    _values(session, "run.settings", ["name", "value"], settings(home))


def _lay_lake(session: SparkSession, home: Home, inputs: Path, missing: list[Part]) -> None:
    with duckdb.connect() as con:
        rows = con.execute(
            "select distinct source, entity, academic_year, reading_id from read_parquet(?) order by all",
            [str(inputs / "effective.parquet")],
        ).fetchall()
    readings: dict[str, list[tuple[str, str]]] = defaultdict(list)
    shown = years_read(missing)
    for source, entity, year, reading in rows:
        if shown(source, year):
            readings[f"{source}__{entity}"].append((year, reading))
    for entity in entities().values():
        _lay_entity(session, home, entity, readings[entity.view])


def _lay_entity(session: SparkSession, home: Home, entity: Entity, readings: list[tuple[str, str]]) -> None:
    if not readings:
        session.sql(f"create view lake.{entity.view} as {_nothing(entity.columns)}")
        return
    folder = home.lake / entity.source / entity.name
    for year, reading in readings:
        path = folder / f"academic_year={year}" / f"{reading}.parquet"
        if not path.exists():
            raise OporaError(f"в озере нет действующего файла {path.parent.name}/{path.name} ({entity.view})")
    columns = ", ".join(f"{name} {spark_type(kind)}" for name, kind in entity.columns.items())
    table = f"{_FILES}.{entity.view}"
    session.sql(
        f"create table {table} ({columns}) using parquet partitioned by (academic_year) "
        f"location {literal(place(folder))}"
    )
    years = sorted({year for year, _ in readings})
    places = " ".join(
        f"partition (academic_year = {literal(year)}) "
        f"location {literal(place(folder / f'academic_year={year}'))}"
        for year in years
    )
    session.sql(f"alter table {table} add {places}")
    # Named readings are compared with the statistics of each file, so files of earlier readings are not read.
    named = ", ".join(literal(reading) for reading in sorted({reading for _, reading in readings}))
    session.sql(
        f"create view lake.{entity.view} as select {', '.join(f'f.{name}' for name in entity.columns)} "
        f"from {table} as f left semi join inputs.effective as e on e.source = {literal(entity.source)} "
        f"and e.entity = {literal(entity.name)} and e.academic_year = f.academic_year "
        f"and e.scope_key = f.scope_key and e.reading_id = f.reading_id where f.reading_id in ({named})"
    )


def _lay_cache(session: SparkSession, home: Home, cached: list[Part], models: list[PartModel]) -> None:
    for model in models:
        columns = ", ".join(
            f"cast({name} as {spark_type(kind)}) as {name}" for name, kind in model.columns.items()
        )
        parts = [
            f"select {columns} from {_file(part.folder(home) / f'{model.name}.parquet')}"
            for part in cached
            if part.domain == model.domain
        ]
        query = " union all ".join(parts) if parts else _nothing(model.columns)
        session.sql(f"create view cached.{model.name} as {query}")

"""Laying the borders in the throw-away database, so that the models' SQL is the same in every run.

Models name ``lake.*``, ``inputs.*``, ``run.*``, ``cached.*`` and ``home_rules.*``; here these become views over the
Parquet files of this candidate. Nothing about a run is rendered into SQL, so one parsed manifest serves all runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dbt_project.build.lake_schema import Entity, entities
from dbt_project.build.parts import Part, settings
from dbt_project.build.project import domains
from dbt_project.build.rules import home_rules
from opora.errors import OporaError
from opora.home import Home

INPUTS = (
    "effective", "person_map", "person_candidates", "school_map", "proposed_register", "readings", "deliveries",
    "submissions", "ties", "corrections",
)  # fmt: skip

_NUMBERED = ("delivery_id", "reading_id")
"""Long words that every row repeats. In sources of many rows they are numbers of a dictionary until a part is written:
of a row of an olympiad they were half the bytes."""


@dataclass(frozen=True)
class PartModel:
    """A year-part model: its domain and its columns (name to type), as the contract in its yml states them."""

    name: str
    domain: str
    columns: dict[str, str]


def _text(value: object) -> str:
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def _list(paths: Sequence[Path]) -> str:
    return "[" + ", ".join(_text(path) for path in paths) + "]"


def lay(home: Home, inputs: Path, warehouse: Path, parts: list[Part], models: list[PartModel]) -> None:
    """Create the throw-away database with views of everything the models read from outside.

    ``parts`` are all parts of the candidate; those that are not cached are to be built. Raises ``OporaError`` when the
    lake lacks a file that is effective.
    """
    warehouse.unlink(missing_ok=True)
    warehouse.with_name(warehouse.name + ".wal").unlink(missing_ok=True)
    missing = [part for part in parts if not part.is_cached(home)]
    with duckdb.connect(str(warehouse)) as con:
        con.begin()  # one write to the disk, not one a view
        for schema in ("lake", "inputs", "run", "cached", "home_rules"):
            con.execute(f"create schema {schema}")
        for name in INPUTS:
            con.execute(
                f"create view inputs.{name} as select * from read_parquet({_text(inputs / f'{name}.parquet')})"
            )
        _lay_run(con, home, parts, missing)
        _lay_lake(con, home, missing, _lay_dictionaries(con))
        _lay_cache(con, home, [part for part in parts if part.is_cached(home)], models)
        for seed, path in home_rules(home).items():
            rows = f"read_csv({_text(path)}, header=true, all_varchar=true)"
            con.execute(f"create table home_rules.{seed} as select * from {rows}")
        con.commit()


def _lay_run(con: duckdb.DuckDBPyConnection, home: Home, parts: list[Part], missing: list[Part]) -> None:
    con.execute("create table run.years (academic_year varchar)")
    con.execute("create table run.years_to_build (domain varchar, academic_year varchar)")
    con.execute("create table run.settings (name varchar, value varchar)")
    for year in sorted({part.academic_year for part in parts}):
        con.execute("insert into run.years values (?)", [year])
    for part in missing:
        con.execute("insert into run.years_to_build values (?, ?)", [part.domain, part.academic_year])
    for row in settings(home):
        con.execute("insert into run.settings values (?, ?)", list(row))


def years_read(missing: Sequence[Part]) -> Callable[[str, str], bool]:
    """Return whether a source shows a year: one read by year parts shows those to be built, any other all years."""
    years: dict[str, set[str]] = defaultdict(set)
    for part in missing:
        for source in domains()[part.domain]:
            years[source].add(part.academic_year)
    in_parts = _sources_of_parts()
    return lambda source, year: source not in in_parts or year in years[source]


def _sources_of_parts() -> set[str]:
    return {source for sources in domains().values() for source in sources}


def _lay_dictionaries(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Name each word once, in the order of the words: a word and its number compare alike.

    Return the types of the columns that hold them; none where nothing was read, since a dictionary has a word at least.
    """
    if con.execute("select 1 from inputs.readings limit 1").fetchone() is None:
        return {}
    for name in _NUMBERED:
        con.execute(
            f"create type {_dictionary(name)} as enum (select distinct {name} from inputs.readings order by 1)"
        )
    return {name: _dictionary(name) for name in _NUMBERED}


def _dictionary(name: str) -> str:
    return f"inputs.{name}s"


def _lay_lake(
    con: duckdb.DuckDBPyConnection, home: Home, missing: list[Part], numbered: dict[str, str]
) -> None:
    shown = years_read(missing)
    files: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for source, entity, year, reading in con.execute(
        "select distinct source, entity, academic_year, reading_id from inputs.effective order by all"
    ).fetchall():
        if shown(source, year):
            files[f"{source}__{entity}"].append((year, reading))
    for entity in entities().values():
        folder = home.lake / entity.source / entity.name
        paths = [
            folder / f"academic_year={year}" / f"{reading}.parquet" for year, reading in files[entity.view]
        ]
        _lay_entity(con, entity, paths, numbered if entity.source in _sources_of_parts() else {})


def _lay_entity(
    con: duckdb.DuckDBPyConnection, entity: Entity, paths: list[Path], numbered: dict[str, str]
) -> None:
    # Of a source that nobody sent too: one text in a union makes texts of all.
    kinds = dict(entity.columns) | numbered
    if not paths:
        columns = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in kinds.items())
        con.execute(f"create view lake.{entity.view} as select {columns} where false")
        return
    absent = [path for path in paths if not path.exists()]
    if absent:
        raise OporaError(
            f"в озере нет действующего файла {absent[0].parent.name}/{absent[0].name} ({entity.view})"
        )
    rows = (
        f"read_parquet({_list(paths)}, union_by_name=true, hive_partitioning=true, "
        "hive_types={'academic_year': varchar})"
    )
    present = {row[0] for row in con.execute(f"describe select * from {rows}").fetchall()}
    columns = ", ".join(
        f"cast({f'f.{name}' if name in present else 'null'} as {kind}) as {name}"
        for name, kind in kinds.items()
    )
    con.execute(
        f"create view lake.{entity.view} as select {columns} from {rows} as f "
        "where (f.academic_year, f.scope_key, f.reading_id) in (select (e.academic_year, e.scope_key, e.reading_id) "
        f"from inputs.effective as e where e.source = {_text(entity.source)} and e.entity = {_text(entity.name)})"
    )


def _lay_cache(
    con: duckdb.DuckDBPyConnection, home: Home, cached: list[Part], models: list[PartModel]
) -> None:
    for model in models:
        paths = [
            part.folder(home) / f"{model.name}.parquet" for part in cached if part.domain == model.domain
        ]
        columns = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in model.columns.items())
        source = f"select * from read_parquet({_list(paths)})" if paths else f"select {columns} where false"
        con.execute(f"create view cached.{model.name} as {source}")

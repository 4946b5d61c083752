"""A national load, straight into a lake: deterministic, written by DuckDB from whole numbers, some minutes at scale 1.

Scale 1 is 80 regions of 25 municipalities of 20 schools, two academic years: 5 M results of exams, 20 M rows of the
olympiad, 50 M events of platforms, with registers, contingent, lists of staff, contests and agreements. Every region
delivers one file of a source a year. The load has what makes counting hard: rows told twice, blank scores, re-sits,
absences, readings that later ones replaced in part, rows of pupils whom nobody counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from bench.national.tables import ENTITIES, MOST_PEOPLE, PEOPLE, SCHOOL_SIZES, Table
from dbt_project.build.lake_schema import entities
from opora.config import Config
from opora.home import Home

YEARS = ("2023-2024", "2024-2025")
SCHOOLS_OF_A_REGION, SCHOOLS_OF_A_MUNICIPALITY = 500, 20
_FACTS = "national.json"
CORRECTED = 97
"""Every so many schools, one sent its protocol again: the region's file is then effective without that school."""


@dataclass(frozen=True)
class Load:
    """A home with a load of ``regions`` regions; scale 1 has 80 of 500 schools."""

    home: Home
    regions: int
    schools_of_a_region: int = SCHOOLS_OF_A_REGION

    @classmethod
    def create(cls, root: Path, scale: float, schools_of_a_region: int = SCHOOLS_OF_A_REGION) -> Load:
        """Create the home; ``scale`` is rounded to whole regions (0.01 is one region, 0 is none)."""
        config = Config.model_validate({"region": {"code": "99", "name": "Страна"}})
        load = cls(Home.create(root, config), regions_of(scale), schools_of_a_region)
        (root / _FACTS).write_text(json.dumps([load.regions, load.schools_of_a_region]), encoding="utf-8")
        return load

    @property
    def schools(self) -> int:
        """Number of schools."""
        return self.regions * self.schools_of_a_region

    @cached_property
    def inputs(self) -> Path:
        """The snapshot of inputs, kept beside the home."""
        return self.home.root / "national-inputs"

    def write(self, threads: int = 2) -> dict[str, int]:
        """Write lake and inputs; return the rows of every entity."""
        con = duckdb.connect()
        con.execute(
            f"set threads = {threads}; set preserve_insertion_order = false; set memory_limit = '2GB'"
        )
        rows = {}
        self.inputs.mkdir(exist_ok=True)
        con.execute(
            "create table effective (source varchar, entity varchar, academic_year varchar, scope_key varchar, "
            "reading_id varchar); create table readings (reading_id varchar, source varchar, academic_year varchar, "
            "region bigint, landed_rows bigint)"
        )
        for table in ENTITIES:
            rows[table.view] = sum(
                self._write_file(con, table, year, region)
                for year in (YEARS if table.every_year else YEARS[:1])
                for region in range(self.regions if table.by_region else 1)
            )
        self._write_inputs(con)
        con.close()
        self._explain_jumps()
        return rows

    def _write_file(self, con: duckdb.DuckDBPyConnection, table: Table, year: str, region: int) -> int:
        """Write a region's reading, and the corrections of single schools where the table has them."""
        place = [table.source, table.entity, year]
        written = self._write_reading(con, table, year, region, "first")
        con.execute(
            f"insert into effective select distinct ?, ?, ?, scope_key, ? from read_parquet(?) where {table.first}",
            [*place, _reading(table, year, region, "first"), str(self._path(table, year, region, "first"))],
        )
        if table.corrected:
            written += self._write_reading(con, table, year, region, "second")
            path = self._path(table, year, region, "second")
            con.execute(
                "insert into effective select distinct ?, ?, ?, scope_key, ? from read_parquet(?)",
                [*place, _reading(table, year, region, "second"), str(path)],
            )
        return written

    def _explain_jumps(self) -> None:
        """Some of many thousand schools jump by chance alone; the centre has said so in writing."""
        act = {
            "scope": {"indicator_code": "I1"},
            "reason": "Школ столько, что скачок случаен",
            "signer": "Директор центра",
        }
        path = self.home.acts / "explanations" / "jumps.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(act, ensure_ascii=False), encoding="utf-8")

    def _path(self, table: Table, year: str, region: int, turn: str) -> Path:
        folder = self.home.lake / table.source / table.entity / f"academic_year={year}"
        return folder / f"{_reading(table, year, region, turn)}.parquet"

    def _write_reading(
        self, con: duckdb.DuckDBPyConnection, table: Table, year: str, region: int, turn: str
    ) -> int:
        path = self._path(table, year, region, turn)
        path.parent.mkdir(parents=True, exist_ok=True)
        reading = _reading(table, year, region, turn)
        own = entities()[table.view].columns
        stated = {
            "reading_id": f"'{reading}'",
            "delivery_id": f"'{reading}{reading}'",
            "scope_key": "scope_key",
            "source_sheet": "cast(null as varchar)",
            "source_row": "row_number() over ()",
        }
        columns = ", ".join(
            f"cast({stated.get(name, name if name in table.columns else 'null')} as {kind}) as {name}"
            for name, kind in own.items()
            if name != "academic_year"
        )
        first = region * self.schools_of_a_region
        last = first + self.schools_of_a_region if table.by_region else self.schools
        start = int(year[:4])
        only = f"where s % {CORRECTED} = 0" if turn == "second" else ""
        body = table.sql.format(start=start, end=start + 1, day=1 if turn == "first" else 20)
        con.execute(
            f"""copy (
                with schools as (
                    select s, cast(100000 + s as varchar) as school_code,
                        substr(md5('{table.source}' || s), 1, 16) as scope_key, {SCHOOL_SIZES}
                    from range({first}, {last}) as numbers(s) {only}
                ), rows as ({body})
                select {columns} from rows
            ) to '{path}' (format parquet, compression zstd)"""
        )
        found = con.execute("select count(*) from read_parquet(?)", [str(path)]).fetchone()
        landed = int(found[0]) if found else 0
        con.execute(
            "insert into readings values (?, ?, ?, ?, ?)", [reading, table.source, year, region, landed]
        )
        self._write_record(table, year, reading, landed)
        return landed

    def _write_record(self, table: Table, year: str, reading: str, landed: int) -> None:
        """Write what the gate asks of a reading: its one sheet, proved by its header, every row landed."""
        sheet: dict[str, Any] = {
            "sheet": None,
            "entity": table.entity,
            "academic_year": year,
            "layout": "national",
            "rows": {"header": 1, "read": landed + 1, "landed": landed, "quarantined": 0},
            "unknown_columns": [],
        }
        record = {
            "reading_id": reading,
            "delivery_id": reading * 2,
            "source": table.source,
            "file_name": f"{table.source}.parquet",
            "sheets": [sheet],
            "nested_columns": [],
            "total_mismatches": [],
            "quarantine": [],
            "flagged": [],
            "notices": [],
        }
        path = self.home.lake / "readings" / f"{reading}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record), encoding="utf-8")

    def _write_inputs(self, con: duckdb.DuckDBPyConnection) -> None:
        """Write the snapshot that ingestion would write of this lake."""
        people = " union all ".join(
            f"select '{source}' as source, year.academic_year, {token} as person_token, {person} as person_id, "
            "cast(null as bigint) as alternative_person_id "
            f"from (select s, {SCHOOL_SIZES} from range({self.schools}) as numbers(s)) as schools "
            f"cross join range({MOST_PEOPLE}) as people(i) "
            f"cross join (select unnest({list(YEARS)}) as academic_year) as year where i < {n}"
            for source, (n, token, person) in PEOPLE.items()
        )
        empty = "where false"
        tables = {
            "effective": "select * from effective",
            "person_map": people,
            "person_candidates": "select cast(null as varchar) as source, cast(null as varchar) as academic_year, "
            "cast(null as bigint) as person_id, cast(null as bigint) as candidate_person_id, "
            f"cast(null as bigint) as doubt_group {empty}",
            "school_map": "select cast(null as varchar) as municipality_name, cast(null as varchar) as school_name, "
            "cast(null as varchar) as school_code, cast(null as varchar) as municipality_code, "
            f"false as is_confirmed {empty}",
            "proposed_register": "select cast(null as varchar) as school_code, cast(null as varchar) as school_name, "
            "cast(null as varchar) as short_name, cast(null as varchar) as municipality_code, "
            "cast(null as varchar) as municipality_name, cast(null as varchar) as school_kind, "
            f"cast(null as date) as valid_from, cast(null as date) as valid_to {empty}",
            "readings": "select reading_id, reading_id || reading_id as delivery_id, source, academic_year, "
            "make_date(cast(academic_year[6:9] as int), 8, 31) as as_of, 'region ' || region as sender, "
            "source || '.parquet' as file_name, landed_rows, cast(0 as bigint) as quarantined_rows, "
            "cast(0 as bigint) as other_rows from readings",
            "deliveries": "select reading_id || reading_id as delivery_id, source, source || '.parquet' as file_name, "
            "'accepted' as state, '' as message, row_number() over (order by reading_id) as received_order "
            "from readings",
            "submissions": "select cast(null as varchar) as source, cast(null as varchar) as academic_year, "
            "cast(null as varchar) as school_code, cast(null as varchar) as state, "
            f"cast(null as date) as due_on {empty}",
            "corrections": "select "
            + ", ".join(f"cast(null as varchar) as {name}" for name in _CORRECTIONS)
            + f" {empty}",
            "ties": "select cast(null as varchar) as source, cast(null as varchar) as entity, "
            "cast(null as varchar) as academic_year, cast(null as varchar) as scope_key, "
            f"cast(null as varchar) as reading_id_a, cast(null as varchar) as reading_id_b {empty}",
        }
        for name, query in tables.items():
            con.execute(
                f"copy ({query}) to '{self.inputs / name}.parquet' (format parquet, compression zstd)"
            )

    def correct(self) -> None:
        """Let one school send its results of the last year anew; only its scope and its reading change.

        Raises ``StopIteration`` when no table has corrections.
        """
        table = next(table for table in ENTITIES if table.corrected)
        year, school = YEARS[-1], self.schools - 1
        with duckdb.connect() as con:
            scope = f"substr(md5('{table.source}' || {school}), 1, 16)"
            region = self.regions - 1
            path, reading = self._path(table, year, region, "third"), _reading(table, year, region, "third")
            con.execute(
                f"copy (select * replace ('{reading}' as reading_id, '{reading}{reading}' as delivery_id, "
                f"case when mark = 3 then 2 else mark end as mark) from read_parquet(?) where scope_key = {scope}) "
                f"to '{path}' (format parquet, compression zstd)",
                [str(self._path(table, year, region, "first"))],
            )
            first = _reading(table, year, region, "first")
            self._replace(
                con,
                "effective",
                f"select * replace (case when entity = '{table.entity}' and source = '{table.source}' "
                f"and academic_year = '{year}' and scope_key = {scope} then '{reading}' else reading_id end "
                "as reading_id) from old",
            )
            self._replace(
                con,
                "readings",
                f"from old union all select * replace ('{reading}' as reading_id, '{reading}{reading}' as delivery_id) "
                f"from old where reading_id = '{first}'",
            )

    def _replace(self, con: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
        """Write an input anew from ``old``, what it was."""
        path = self.inputs / f"{name}.parquet"
        con.execute(f"create or replace temp table old as from read_parquet('{path}')")
        con.execute(f"copy ({query}) to '{path}.new' (format parquet, compression zstd)")
        Path(f"{path}.new").replace(path)

    def write_inputs(self, home: Home, folder: Path) -> None:
        """Give the snapshot to ``dbt_project.build.plan.plan``: links to the files written with the load."""
        del home
        for path in self.inputs.glob("*.parquet"):
            (folder / path.name).symlink_to(path.resolve())


_CORRECTIONS = (
    "academic_year", "source", "entity", "school_code", "school_name", "row_key", "person_token", "field",
    "value_before", "value_after", "kind", "delivery_before", "delivery_after", "as_of_before", "as_of_after", "reason",
)  # fmt: skip


def regions_of(scale: float) -> int:
    """Return the number of regions of a scale."""
    return max(1, round(80 * scale)) if scale else 0


def _reading(table: Table, year: str, region: int, turn: str) -> str:
    import hashlib

    return hashlib.sha256(f"{table.view}|{year}|{region}|{turn}".encode()).hexdigest()[:32]


def opened(root: Path) -> Load:
    """Return the load that was written into the home ``root``."""
    facts = json.loads((root / _FACTS).read_text(encoding="utf-8"))
    return Load(Home.open(root), *facts)

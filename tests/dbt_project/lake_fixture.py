"""Writes a small lake with its inputs from plain rows, so that builds can be tested without reading files.

A row is a dict with the columns of the contract's entity. Beside them it may hold:
``person``       a whole number: becomes the token (1000 + person) and a row of ``person_map`` (person_id = person);
``alternative``  the person, or the persons, that a doubtful name may be (``person_candidates``);
``reading``      any text: rows with the same text form one reading (default: one reading an entity and year);
``scope``        any text (default ``s``); ``as_of`` a date (default 31 August of the year's end);
``effective``    False leaves the row's (scope, reading) out of ``effective``.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pandas as pd
import pyarrow as pa

from dbt_project.build.lake_schema import Entity, entities
from dbt_project.build.plan import plan
from dbt_project.build.run import BuildReport, build
from opora.candidates import Candidate
from opora.config import Config
from opora.home import Home
from opora.years import AcademicYear

Rows = Mapping[str, Iterable[Mapping[str, Any]]]
_INPUTS = {
    "effective": "source, entity, academic_year, scope_key, reading_id",
    "person_map": "source, academic_year, person_token bigint, person_id bigint, alternative_person_id bigint",
    "person_candidates": "source, academic_year, person_id bigint, candidate_person_id bigint, doubt_group bigint",
    "school_map": "municipality_name, school_name, school_code, municipality_code, is_confirmed boolean",
    "proposed_register": "school_code, school_name, short_name, municipality_code, municipality_name, school_kind, "
    "valid_from date, valid_to date",
    "readings": "reading_id, delivery_id, source, academic_year, as_of date, sender, file_name, landed_rows bigint, "
    "quarantined_rows bigint, other_rows bigint",
    "deliveries": "delivery_id, source, file_name, state, message, received_order bigint",
    "submissions": "source, academic_year, school_code, state, due_on date",
    "corrections": "academic_year, source, entity, school_code, school_name, row_key, person_token, field, "
    "value_before, value_after, kind, delivery_before, delivery_after, as_of_before, as_of_after, reason",
    "ties": "source, entity, academic_year, scope_key, reading_id_a, reading_id_b",
}


def _digest(text: str, size: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:size]


class LakeFixture:
    """A home whose lake holds the given rows. ``build()`` plans and builds; ``tables()`` reads the cells."""

    def __init__(
        self, root: Path, rows: Rows, inputs: Rows | None = None, config: Config | None = None
    ) -> None:
        self.home = Home.create(root / "home", config or Config.model_validate({}))
        self.rows = rows
        self.inputs: dict[str, list[dict[str, Any]]] = {name: [] for name in _INPUTS}
        self._doubts: set[tuple[str, str, int, int]] = set()
        for name, given in (inputs or {}).items():
            self.inputs[name] += [dict(row) for row in given]
        for view, given in rows.items():
            self._write_entity(entities()[view], [dict(row) for row in given])
        self._write_doubts()

    def _write_doubts(self) -> None:
        """Write ``person_candidates``: names that share a candidate, however far, are of one group."""
        graphs: dict[str, nx.Graph] = defaultdict(nx.Graph)
        for _, year, person, candidate in self._doubts:
            graphs[year].add_edge(person, candidate)
        for source, year, person, candidate in sorted(self._doubts):
            group = min(nx.node_connected_component(graphs[year], person))
            row = {"source": source, "academic_year": year, "person_id": person}
            self.inputs["person_candidates"].append(
                row | {"candidate_person_id": candidate, "doubt_group": group}
            )

    def _write_entity(self, entity: Entity, rows: list[dict[str, Any]]) -> None:
        files: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        people: dict[tuple[str, int], dict[str, Any]] = {}
        effective = set()
        for number, row in enumerate(rows, start=1):
            year = row["academic_year"]
            text = str(row.pop("reading", "r"))
            reading = _digest(f"{entity.view}|{year}|{text}", 32)
            scope = _digest(str(row.pop("scope", "s")), 16)
            if row.pop("effective", True):
                effective.add((year, scope, reading))
            person, alternative = row.pop("person", None), row.pop("alternative", None)
            if person is not None:
                token = row.setdefault("person_token", 1000 + person)
                others = (alternative,) if isinstance(alternative, int) else tuple(alternative or ())
                first = others[0] if others else None
                people[(year, token)] = {"person_id": person, "alternative_person_id": first}
                self._doubts.update((entity.source, year, person, one) for one in (*others, person) if others)
            row.setdefault("as_of", AcademicYear.parse(year).last_day)
            row |= {"reading_id": reading, "scope_key": scope, "delivery_id": _digest(reading, 64)}
            row |= {"source_sheet": None, "source_row": number}
            unknown = set(row) - set(entity.columns)
            if unknown:
                raise KeyError(f"{entity.view}: the contract has no {sorted(unknown)}")
            files[(year, reading)].append(row)
        for (year, reading), found in files.items():
            self._write_file(entity, year, reading, found)
        for year, scope, reading in sorted(effective):
            place = {"source": entity.source, "academic_year": year}
            self.inputs["effective"].append(
                place | {"entity": entity.name, "scope_key": scope, "reading_id": reading}
            )
        known = {
            (row["source"], row["academic_year"], row["person_token"]) for row in self.inputs["person_map"]
        }
        for (year, token), ids in sorted(people.items()):
            if (entity.source, year, token) not in known:
                row = {"source": entity.source, "academic_year": year, "person_token": token} | ids
                self.inputs["person_map"].append(row)

    def _write_file(self, entity: Entity, year: str, reading: str, rows: list[dict[str, Any]]) -> None:
        path = self.home.lake / entity.source / entity.name / f"academic_year={year}" / f"{reading}.parquet"
        columns = {name: kind for name, kind in entity.columns.items() if name != "academic_year"}
        _write(path, columns, rows)
        as_of: date = rows[0]["as_of"]
        self.inputs["readings"].append(
            {"reading_id": reading, "delivery_id": _digest(reading, 64), "source": entity.source}
            | {"academic_year": year, "as_of": as_of, "sender": "s", "file_name": "f.xlsx"}
            | {"landed_rows": len(rows), "quarantined_rows": 0, "other_rows": 0}
        )

    def write_inputs(self, _home: Home, folder: Path) -> None:
        """Write the snapshot as ``ingestion.snapshot.write_inputs`` would."""
        for name, text in _INPUTS.items():
            columns = dict([*part.split(), "varchar"][:2] for part in text.split(", "))
            _write(folder / f"{name}.parquet", columns, self.inputs[name])

    def build(self) -> tuple[Candidate, BuildReport]:
        """Plan and build the candidate of the present rows."""
        candidate = plan(self.home, self.write_inputs)
        return candidate, build(self.home, candidate)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Build and return every table of ``cells/``."""
        candidate, _ = self.build()
        return {path.stem: pd.read_parquet(path) for path in sorted(candidate.cells.glob("*.parquet"))}


def _write(path: Path, columns: Mapping[str, str], rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        values = {name: pa.array([row.get(name) for row in rows]) for name in columns}
        con.register("given", pa.table(values))
        casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
        con.execute(f"create table t as select {casts} from given")
        con.execute(f"copy t to '{path}' (format parquet)")


def build_fixture(root: Path, rows: Rows, **more: Any) -> dict[str, pd.DataFrame]:
    """Return the tables of ``cells/`` for a lake with these rows (by view name, e.g. ``gia_protocol__results``)."""
    return LakeFixture(root, rows, **more).tables()

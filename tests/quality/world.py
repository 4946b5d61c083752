"""A sound little home with one candidate: two schools, two years, every source that the checks read.

``World`` holds rows as plain dictionaries; a broken fixture changes some of them before ``write``. Values are set by
hand so that every rule holds: what a test asserts about a broken world follows from its one change.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from ingestion.vault.vault import Vault
from opora.candidates import Candidate
from opora.config import Config, Municipality
from opora.home import Home
from opora.seals import seal
from quality.contracts import entity_fields
from tests.quality.world_analysis import ANALYSIS_COLUMNS, signals, support_effect
from tests.quality.world_network import network
from tests.quality.world_rows import (
    NOW,
    RETURN_SCHOOLS,
    SCHOOLS,
    TOWN,
    cells,
    database,
    digest,
    file_name,
    municipal_stage,
    protocol,
    register,
    returns,
    school_stage,
)

TODAY = date(2025, 9, 15)
_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
_MARTS = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "marts"
_SQL_TYPES = {
    "varchar": pa.string(),
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
_INPUTS: dict[str, dict[str, pa.DataType]] = {
    "effective": dict.fromkeys(("source", "entity", "academic_year", "scope_key", "reading_id"), pa.string()),
    "person_map": {
        "source": pa.string(),
        "academic_year": pa.string(),
        "person_token": pa.int64(),
        "person_id": pa.int64(),
        "alternative_person_id": pa.int64(),
    },
    "person_candidates": {
        "source": pa.string(),
        "academic_year": pa.string(),
        "person_id": pa.int64(),
        "candidate_person_id": pa.int64(),
        "doubt_group": pa.int64(),
    },
    "school_map": {
        **dict.fromkeys(
            ("municipality_name", "school_name", "school_code", "municipality_code"), pa.string()
        ),
        "is_confirmed": pa.bool_(),
    },
    "readings": {
        **dict.fromkeys(("reading_id", "delivery_id", "source", "academic_year"), pa.string()),
        "as_of": pa.date32(),
        **dict.fromkeys(("sender", "file_name"), pa.string()),
        **dict.fromkeys(("landed_rows", "quarantined_rows", "other_rows"), pa.int64()),
    },
    "deliveries": {
        **dict.fromkeys(("delivery_id", "source", "file_name", "state", "message"), pa.string()),
        "received_order": pa.int64(),
    },
    "submissions": {
        **dict.fromkeys(("source", "academic_year", "school_code", "state"), pa.string()),
        "due_on": pa.date32(),
    },
    "ties": dict.fromkeys(
        ("source", "entity", "academic_year", "scope_key", "reading_id_a", "reading_id_b"), pa.string()
    ),
}


@dataclass
class World:
    """Rows of lake, inputs, cells and tables of analysis; acts; records of readings; files of the editions."""

    home: Home
    candidate: Candidate
    lake: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    inputs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    cells: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    analysis: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    dbt_results: list[dict[str, Any]] | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def figures(self) -> list[dict[str, Any]]:
        """Rows of ``indicator_values``."""
        return self.cells["indicator_values"]

    def find(self, **keys: Any) -> dict[str, Any]:
        """Return the one figure with these values."""
        found = [row for row in self.figures if all(row[key] == value for key, value in keys.items())]
        assert len(found) == 1, (keys, len(found))
        return found[0]

    def act(self, name: str, value: Any) -> None:
        """Write an act as YAML."""
        path = self.home.acts / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            value if isinstance(value, str) else yaml.safe_dump(value, allow_unicode=True), encoding="utf-8"
        )

    def write(self) -> World:
        """Write everything as the rooms before the gate would have."""
        self._write_lake()
        for name, columns in _INPUTS.items():
            write_rows(self.candidate.inputs / f"{name}.parquet", self.inputs.get(name, []), columns)
        for name, rows in self.cells.items():
            write_rows(self.candidate.cells / f"{name}.parquet", rows, mart_columns(name))
        seal(self.candidate, self.candidate.cells.glob("*.parquet"))
        self.candidate.manifest.write_text(json.dumps({"id": self.candidate.id}), encoding="utf-8")
        if self.dbt_results is not None:
            (self.candidate.root / "dbt_results.json").write_text(
                json.dumps(self.dbt_results), encoding="utf-8"
            )
        for name, content in self.files.items():
            path = self.candidate.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return self

    def write_editions(self) -> World:
        """Copy cells to marts and to both editions' tables, as withdrawal, suppression and reporting would."""
        for path in self.candidate.cells.glob("*.parquet"):
            for folder in ("marts", "internal/tables"):
                target = self.candidate.root / folder / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        for folder in ("marts", "internal/tables"):
            for name, rows in self.analysis.items():
                write_rows(
                    self.candidate.root / folder / f"{name}.parquet",
                    rows,
                    ANALYSIS_COLUMNS[name],
                )
        towns = [row for row in self.figures if row["area_kind"] == "municipality"]
        for folder in ("public_tables", "public/tables"):
            write_rows(
                self.candidate.root / folder / "indicator_values.parquet",
                towns,
                mart_columns("indicator_values"),
            )
        if "public/tables/indicator_values.csv" not in self.files:
            _write_csv(self.candidate.public / "tables" / "indicator_values.parquet")
        seal(self.candidate, self.candidate.marts.glob("*.parquet"))
        seal(self.candidate, self.candidate.public_tables.glob("*.parquet"))
        return self

    def release_tables(self, folder: Path) -> None:
        """Write the tables of figures as a release's internal edition has them."""
        for name in ("indicator_values", "figure_deliveries"):
            write_rows(folder / f"{name}.parquet", self.cells[name], mart_columns(name))

    def _write_lake(self) -> None:
        readings = {}
        for (source, entity), rows in self.lake.items():
            for year in sorted({row["academic_year"] for row in rows}):
                reading, delivery = digest(source, year), digest("delivery", source, year, length=64)
                part = [row for row in rows if row["academic_year"] == year]
                scope = digest("scope", source, length=16)
                extra = {
                    "delivery_id": delivery,
                    "reading_id": reading,
                    "scope_key": scope,
                    "as_of": date(2025, 7, 1),
                }
                landed = [{**extra, "source_sheet": "Лист1", **row} for row in part]
                folder = self.home.lake / source / entity / f"academic_year={year}"
                write_rows(folder / f"{reading}.parquet", landed, lake_columns(source, entity))
                self._effective(source, entity, year, scope, reading)
                readings[reading] = (source, year, delivery, len(part))
        listed = self.inputs.setdefault("readings", [])
        folder = self.home.lake / "readings"
        folder.mkdir(parents=True, exist_ok=True)
        for reading, (source, year, delivery, rows) in readings.items():
            known = {"reading_id": reading, "delivery_id": delivery, "source": source, "academic_year": year}
            counts = {"landed_rows": rows, "quarantined_rows": 0, "other_rows": 0}
            listed.append(
                {**known, **counts, "as_of": date(2025, 7, 1), "file_name": file_name(source, year)}
            )
            sheet = {
                "entity": "rows",
                "layout": "form",
                "sheet": "Лист1",
                "rows": {"header": 1, "landed": rows},
            }
            record = {"facts": {}, "total_mismatches": [], "sheets": [sheet], **self.records.get(reading, {})}
            (folder / f"{reading}.json").write_text(json.dumps(record), encoding="utf-8")

    def _effective(self, source: str, entity: str, year: str, scope: str, reading: str) -> None:
        row = {
            "source": source,
            "entity": entity,
            "academic_year": year,
            "scope_key": scope,
            "reading_id": reading,
        }
        self.inputs.setdefault("effective", []).append(row)


def lake_columns(source: str, entity: str) -> dict[str, pa.DataType]:
    """Return the columns of a lake file as the border names them."""
    fields = entity_fields(source, entity)
    columns = {item.name: _TYPES[item.logical_type] for item in fields if not item.is_personal}
    if any(item.is_personal for item in fields):
        columns["person_token"] = pa.int64()
    if {"class_label", "grade"} & set(columns):
        columns["grade"] = pa.int64()
    columns |= dict.fromkeys(("delivery_id", "reading_id", "scope_key"), pa.string())
    return {**columns, "as_of": pa.date32(), "source_sheet": pa.string(), "source_row": pa.int64()}


@cache
def _mart_contracts() -> dict[str, dict[str, pa.DataType]]:
    models = [
        model
        for path in sorted(_MARTS.rglob("*.yml"))
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", [])
    ]
    return {
        model["name"]: {item["name"]: _SQL_TYPES[item["data_type"]] for item in model["columns"]}
        for model in models
    }


def mart_columns(name: str) -> dict[str, pa.DataType]:
    """Return the columns of a mart from its model's contract."""
    return _mart_contracts()[name]


def write_rows(path: Path, rows: list[dict[str, Any]], columns: dict[str, pa.DataType]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    extra = {key for row in rows for key in row} - set(columns) - {"academic_year"}
    schema = pa.schema([*columns.items(), *((name, pa.string()) for name in sorted(extra))])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def _write_csv(table: Path) -> None:
    """Write the csv twin of a table as readers get it: decimal commas, booleans in small letters."""
    rows = pq.read_table(table).to_pylist()
    with table.with_suffix(".csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _csv_cell(value) for key, value in row.items()} for row in rows)


def _csv_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).replace(".", ",") if isinstance(value, float) else value


def new_home(root: Path) -> Home:
    """Create an empty home with a vault."""
    home = Home.create(root / "home", Config(municipality=Municipality(code=TOWN, name="Город")))
    Vault.open(home)
    return home


def sound_world(root: Path) -> World:
    """Return a world in which every rule holds; nothing is written yet."""
    home = new_home(root)
    world = World(home, Candidate(home, "c0ffee00c0ffee00"))
    world.lake = {
        ("school_register", "schools"): register(),
        ("gia_protocol", "results"): protocol(),
        ("gia_school_return", "subject_counts"): returns(),
        ("vsosh_municipal_protocol", "results"): municipal_stage(),
        ("vsosh_school_stage", "results"): school_stage(),
        **network(),
    }
    world.inputs["person_map"] = [
        {"source": source, "academic_year": NOW, "person_token": token, "person_id": token}
        for source in ("gia_protocol", "vsosh_municipal_protocol", "vsosh_school_stage")
        for token in range(1, 9)
    ]
    world.inputs["school_map"] = [
        {
            "municipality_name": "Город",
            "school_name": f"Школа {code}",
            "school_code": code,
            "municipality_code": TOWN,
            "is_confirmed": True,
        }
        for code in RETURN_SCHOOLS
    ]
    world.inputs["submissions"] = [
        {"source": "gia_protocol", "academic_year": NOW, "school_code": code, "state": "accepted"}
        for code in SCHOOLS
    ]
    world.cells = cells()
    world.analysis = {"support_effect": support_effect(), "indicator_signals": signals(world.figures)}
    world.dbt_results = [
        {"unique_id": "model.opora.indicator_values", "status": "success", "failures": None},
        {"unique_id": "test.opora.unique_figure_id", "status": "pass", "failures": 0},
    ]
    world.files = {
        "public/report.html": b"<!doctype html><html><body><p>Report</p></body></html>",
        "public/dictionary.html": b"<!doctype html><html><body><a href='#a'>a</a></body></html>",
        "internal/report.html": b"<!doctype html><html><body><p>Report</p></body></html>",
        "internal/opora.duckdb": database(),
    }
    return world

"""A sound little home with one candidate: two schools, two years, every source that the checks read.

``World`` holds rows as plain dictionaries; a broken fixture changes some of them before ``write``. Values are set by
hand so that every rule holds: what a test asserts about a broken world follows from its one change.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from ingestion.vault.vault import Vault
from opora.candidates import Candidate
from opora.config import Config, Municipality
from opora.home import Home
from quality.contracts import entity_fields
from quality.figures import KEYS

TODAY = date(2025, 9, 15)
BEFORE, NOW = "2023-2024", "2024-2025"
TOWN = "71701000"
SCHOOLS = ("720001", "720002")
RETURN_SCHOOLS = tuple(f"7201{number:02d}" for number in range(1, 25))
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


def digest(*parts: str, length: int = 32) -> str:
    """Return a stable id."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:length]


def file_name(source: str, year: str) -> str:
    """Return the name of the file that a source delivered for a year."""
    return f"{source}_{year}.xlsx"


def figure(numerator: int | None, denominator: int | None = None, **keys: Any) -> dict[str, Any]:
    """Return one row of ``indicator_values``: keys that are not given do not apply; a share has both counts."""
    extra = {name: keys.pop(name) for name in list(keys) if name not in KEYS}
    row: dict[str, Any] = dict.fromkeys(KEYS, "z")
    row |= {"academic_year": NOW, "municipality_code": TOWN, "period": "year"} | keys
    row |= {
        "numerator": numerator,
        "denominator": denominator,
        "value": None,
        "ci_low": None,
        "ci_high": None,
    }
    if numerator is not None:
        row["value"] = float(numerator) if denominator is None else 100 * numerator / denominator
    if numerator is not None and denominator is not None:
        row["ci_low"], row["ci_high"] = wilson(numerator, denominator)
    row |= dict.fromkeys(("value_low", "value_high", "change", "change_low", "change_high", "symbol"))
    row |= {
        "n_pending": 0,
        "n_ambiguous": 0,
        "n_excluded": 0,
        "value_kind": "point",
        "change_status": "not_comparable",
    }
    row |= {"series_break": False, "is_official": True, "rule_version": "r1"}
    row |= extra
    row["figure_id"] = figure_id(row)
    return row


def figure_id(row: dict[str, Any]) -> str:
    """Return the pinned hash of the key columns."""
    return hashlib.md5("|".join(str(row[key]) for key in KEYS).encode()).hexdigest()[:16]


def wilson(k: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return Wilson's 95 % interval in per cent."""
    p, half = k / n, z * sqrt(k / n * (1 - k / n) / n + z * z / (4 * n * n))
    middle, scale = p + z * z / (2 * n), 1 + z * z / n
    return 100 * (middle - half) / scale, 100 * (middle + half) / scale


@dataclass
class World:
    """Rows of lake, inputs and cells; acts; records of readings; files of the editions."""

    home: Home
    candidate: Candidate
    lake: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    inputs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    cells: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
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
            _write(self.candidate.inputs / f"{name}.parquet", self.inputs.get(name, []), columns)
        for name, rows in self.cells.items():
            _write(self.candidate.cells / f"{name}.parquet", rows, mart_columns(name))
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
        towns = [row for row in self.figures if row["area_kind"] == "municipality"]
        for folder in ("public_tables", "public/tables"):
            _write(
                self.candidate.root / folder / "indicator_values.parquet",
                towns,
                mart_columns("indicator_values"),
            )
        return self

    def release_tables(self, folder: Path) -> None:
        """Write the tables of figures as a release's internal edition has them."""
        for name in ("indicator_values", "figure_deliveries"):
            _write(folder / f"{name}.parquet", self.cells[name], mart_columns(name))

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
                _write(folder / f"{reading}.parquet", landed, lake_columns(source, entity))
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
            record = {"facts": {}, "total_mismatches": [], **self.records.get(reading, {})}
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


def mart_columns(name: str) -> dict[str, pa.DataType]:
    """Return the columns of a mart from its model's contract."""
    for path in sorted(_MARTS.rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            if model["name"] == name:
                return {item["name"]: _SQL_TYPES[item["data_type"]] for item in model["columns"]}
    raise LookupError(name)


def _write(path: Path, rows: list[dict[str, Any]], columns: dict[str, pa.DataType]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    extra = {key for row in rows for key in row} - set(columns) - {"academic_year"}
    schema = pa.schema([*columns.items(), *((name, pa.string()) for name in sorted(extra))])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


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
        ("school_register", "schools"): _register(),
        ("gia_protocol", "results"): _protocol(),
        ("gia_school_return", "subject_counts"): _returns(),
        ("vsosh_municipal_protocol", "results"): _municipal_stage(),
        ("vsosh_school_stage", "results"): _school_stage(),
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
    world.cells = _cells()
    world.dbt_results = [
        {"unique_id": "model.opora.indicator_values", "status": "success", "failures": None},
        {"unique_id": "test.opora.unique_figure_id", "status": "pass", "failures": 0},
    ]
    world.files = {
        "public/report.html": b"<!doctype html><html><body><p>Report</p></body></html>",
        "public/dictionary.html": b"<!doctype html><html><body><a href='#a'>a</a></body></html>",
        "public/tables/indicator_values.csv": b"figure_id;value\n1;-2,5\n",
        "internal/report.html": b"<!doctype html><html><body><p>Report</p></body></html>",
        "internal/opora.duckdb": _database(),
    }
    return world


@cache
def _database() -> bytes:
    """Return the bytes of a DuckDB file with one empty table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "opora.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute("CREATE TABLE indicator_values (figure_id VARCHAR)")
        return path.read_bytes()


def _register() -> list[dict[str, Any]]:
    return [
        {
            "academic_year": NOW,
            "school_code": code,
            "school_name": f"Школа {code}",
            "municipality_code": TOWN,
            "municipality_name": "Город",
            "school_kind": "secondary",
            "valid_from": date(2000, 9, 1),
            "source_row": number,
        }
        for number, code in enumerate(SCHOOLS, start=2)
    ]


def _protocol() -> list[dict[str, Any]]:
    """Eight graduates of level 9, four a school, one result each; rows 5 to 12."""
    return [
        {
            "academic_year": NOW,
            "gia_level": 9,
            "subject_code": 1,
            "exam_date": date(2025, 6, 9),
            "exam_stage": "main",
            "exam_form": "oge",
            "school_code": SCHOOLS[number // 4],
            "primary_mark": 20.0 + number,
            "mark": 3 + number % 3,
            "percent_done": 60.0,
            "result_status": "valid",
            "person_token": number + 1,
            "source_row": number + 5,
        }
        for number in range(8)
    ]


def _returns() -> list[dict[str, Any]]:
    """Physics (3) and base mathematics (22) of 24 schools at level 11; rows 8 to 31."""
    rows = []
    for number, code in enumerate(RETURN_SCHOOLS):
        base = {
            "academic_year": BEFORE,
            "gia_level": 11,
            "record_kind": "results",
            "municipality_name": "Город",
            "school_name": f"Школа {code}",
            "graduates": 20,
            "source_row": number + 8,
        }
        # 10 took physics: 1 below 36, 2 with 80–99, none with 100; a mean of 55 is possible with that.
        rows.append(
            {
                **base,
                "subject_code": 3,
                "participants": 10,
                "below_minimum": 1,
                "high_80_99": 2,
                "mean_score": 55.0,
            }
        )
        rows.append({**base, "subject_code": 22, "participants": 12, "below_minimum": 0, "mean_score": 4.0})
    return rows


def _municipal_stage() -> list[dict[str, Any]]:
    return [
        {
            "academic_year": NOW,
            "subject_code": 1,
            "protocol_state": "final",
            "grade_kind": "study",
            "max_score": 50.0,
            "school_code": SCHOOLS[number // 2],
            "class_label": "9А",
            "grade": 9,
            "score": 30.0 + number,
            "percent_done": 60.0,
            "award_status": "prize_winner" if number == 0 else "participant",
            "person_token": number + 1,
            "source_row": number + 6,
        }
        for number in range(4)
    ]


def _school_stage() -> list[dict[str, Any]]:
    return [
        {
            "academic_year": NOW,
            "subject_name": "Русский язык",
            "subject_code": 1,
            "school_code": SCHOOLS[number // 4],
            "performance_grade": 9,
            "study_grade": 9,
            "score": 10.0,
            "percent_done": 0.5,
            "award_status": "participant",
            "person_token": number + 1,
            "source_row": number + 15,
        }
        for number in range(8)
    ]


def _areas() -> list[tuple[str, str, int]]:
    """School, school, municipality, with how many schools each counts."""
    return [("school", SCHOOLS[0], 1), ("school", SCHOOLS[1], 1), ("municipality", TOWN, 2)]


def _cells() -> dict[str, list[dict[str, Any]]]:
    figures = []
    for kind, code, schools in _areas():
        place = {"area_kind": kind, "area_code": code}
        exam = {"indicator_code": "I1", "measure": "share", "denominator_kind": "admitted", **place}
        for level in ("9", "11", "all"):
            graduates = (20 if level != "all" else 40) * schools
            for cutoff, failed in (("main", 4), ("september", 2)):
                less = failed * schools * (2 if level == "all" else 1)
                keys = {**exam, "gia_level": level, "cutoff": cutoff, "is_official": cutoff == "main"}
                figures.append(figure(graduates - less, graduates, academic_year=BEFORE, **keys))
                figures.append(figure(graduates - less, graduates, **keys, change=0.0, **_no_change()))
        for stage, subject, n in (
            ("school", "russian", 10), ("municipal", "russian", 4), ("any", "russian", 11),
            ("school", "mathematics", 8), ("municipal", "mathematics", 3), ("any", "mathematics", 9),
            ("school", "any", 15), ("municipal", "any", 6), ("any", "any", 16),
        ):  # fmt: skip
            keys = {"indicator_code": "I2", "measure": "pupils", "stage": stage, "subject": subject, **place}
            figures.append(figure(n * schools, **keys))
        for subject, award, n in (
            ("russian", "any", 2), ("russian", "winner", 1), ("russian", "prize_winner", 1),
            ("mathematics", "any", 1), ("any", "any", 2),
        ):  # fmt: skip
            keys = {"indicator_code": "I3", "measure": "pupils", "stage": "municipal", "subject": subject}
            figures.append(figure(n * schools, **keys, award=award, **place))
        contest = {"indicator_code": "I4", "measure": "share", "stage": "any", "subject": "any", **place}
        figures.append(figure(20 * schools, 80 * schools, **contest))
    members = [
        {
            "academic_year": year,
            "municipality_code": TOWN,
            "area_kind": "municipality",
            "area_code": TOWN,
            "school_code": code,
        }
        for year in (BEFORE, NOW)
        for code in SCHOOLS
    ]
    words = (
        "title",
        "definition",
        "formula",
        "source",
        "periodicity",
        "limits",
        "breaks",
        "unit",
        "main_measure",
    )
    return {
        "indicator_values": figures,
        "area_members": members,
        "figure_deliveries": [
            {"figure_id": row["figure_id"], "delivery_id": digest("d", length=64)} for row in figures
        ],
        "figure_exclusions": [],
        "bridge_partnership": [],
        "subject_results": [],
        "dim_school": [
            {
                "school_code": code,
                "municipality_code": TOWN,
                "school_name": f"Школа {code}",
                "valid_from": date(2000, 9, 1),
                "is_provisional": False,
            }
            for code in SCHOOLS
        ],
        "dim_indicator": [
            {"indicator_code": f"I{n}", **dict.fromkeys(words, "текст"), "is_higher_better": True}
            for n in range(1, 6)
        ],
        "dim_subject": [
            {"subject_code": code, "base_subject_code": code, "subject": "other", "subject_name": name}
            for code, name in ((1, "Русский язык"), (3, "Физика"), (22, "Математика базовая"))
        ],
        "dim_academic_year": [
            {
                "academic_year": f"{start}-{start + 1}",
                "start_year": start,
                "exam_year": start + 1,
                "first_day": date(start, 9, 1),
                "last_day": date(start + 1, 8, 31),
                "contingent_day": date(start, 9, 20),
                "title": f"{start}/{start + 1}",
            }
            for start in (2023, 2024)
        ],
    }


def _no_change() -> dict[str, Any]:
    return {"change_low": -10.0, "change_high": 10.0, "change_status": "within_noise"}

"""Small hand-made marts for the tests of disclosure control and of the attacker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from disclosure.rules import RuleBook
from opora.candidates import Candidate
from opora.config import Config, Municipality
from opora.home import Home

KEYS = [
    "academic_year",
    "municipality_code",
    "area_kind",
    "area_code",
    "indicator_code",
    "measure",
    "gia_level",
    "cutoff",
    "denominator_kind",
    "stage",
    "subject",
    "award",
    "usage_level",
    "period",
]
SCHEMA = pa.schema(
    [("figure_id", pa.string())]
    + [(key, pa.string()) for key in KEYS]
    + [
        ("numerator", pa.int64()),
        ("denominator", pa.int64()),
        ("value", pa.float64()),
        ("value_kind", pa.string()),
        ("value_low", pa.float64()),
        ("value_high", pa.float64()),
        ("n_pending", pa.int64()),
        ("n_ambiguous", pa.int64()),
        ("n_excluded", pa.int64()),
        ("ci_low", pa.float64()),
        ("ci_high", pa.float64()),
        ("change", pa.float64()),
        ("change_low", pa.float64()),
        ("change_high", pa.float64()),
        ("change_status", pa.string()),
        ("series_break", pa.bool_()),
        ("symbol", pa.string()),
        ("is_official", pa.bool_()),
        ("rule_version", pa.string()),
    ]
)
MUNICIPALITY = "71000001"
RULE: dict[str, Any] = {
    "first_academic_year": "2015-2016",
    "last_academic_year": None,
    "minimum_people": 10,
    "few_people": 2,
    "bound_below": 20,
    "are_few_awards_hidden": False,
    "document": "методология, §5",
}
RULES = RuleBook((RULE,), Config())
"""What the methodology says, section 5."""


def figure(
    area_kind: str, area_code: str, numerator: int | None, denominator: int | None = None, **keys: Any
) -> dict[str, Any]:
    """Return one row of ``indicator_values``; I1, level 9, cut-off main, admitted unless told otherwise."""
    row: dict[str, Any] = dict.fromkeys(KEYS, "z")
    row |= {"academic_year": "2024-2025", "municipality_code": MUNICIPALITY, "period": "year"}
    row |= {"area_kind": area_kind, "area_code": area_code, "indicator_code": "I1", "measure": "share"}
    if keys.get("indicator_code", "I1") == "I1":
        row |= {"gia_level": "9", "cutoff": "main", "denominator_kind": "admitted"}
    row |= keys
    row["figure_id"] = hashlib.md5("|".join(row[key] for key in KEYS).encode()).hexdigest()[:16]
    row |= {"numerator": numerator, "denominator": denominator, "value_kind": "point"}
    if denominator:
        row["value"] = 100.0 * (numerator or 0) / denominator
        row["ci_low"], row["ci_high"] = max(0.0, row["value"] - 10), min(100.0, row["value"] + 10)
    elif denominator is None and numerator is not None:
        row["value"] = float(numerator)
    row |= {"change": 1.5, "change_low": -1.0, "change_high": 4.0, "change_status": "within_noise"}
    row |= {"n_pending": 0, "n_ambiguous": 0, "n_excluded": 0, "series_break": False}
    row |= {"symbol": None, "is_official": True, "rule_version": "1"}
    return {**row, **{key: value for key, value in keys.items() if key in SCHEMA.names}}


def write(
    folder: Path, name: str, rows: Iterable[Mapping[str, Any]], schema: pa.Schema | None = SCHEMA
) -> Path:
    """Write rows as ``<folder>/<name>.parquet``."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), target)
    return target


def members(schools: Mapping[str, Iterable[str]], year: str = "2024-2025") -> list[dict[str, str]]:
    """Return rows of ``area_members``: each school in the municipality and in the groups it is given."""
    rows = []
    for school, groups in schools.items():
        for kind, code in [("municipality", MUNICIPALITY), *(("group", group) for group in groups)]:
            rows.append(
                {
                    "academic_year": year,
                    "municipality_code": MUNICIPALITY,
                    "area_kind": kind,
                    "area_code": code,
                    "school_code": school,
                }
            )
    return rows


def new_home(root: Path) -> tuple[Home, Candidate]:
    """Create an empty home of one municipality with one candidate, which holds the rules of suppression."""
    config = Config(municipality=Municipality(code=MUNICIPALITY, name="Тестовый округ"))
    home = Home.create(root / "home", config)
    candidate = Candidate(home, "c1")
    write(candidate.marts, "disclosure_rules", [RULE], None)
    return home, candidate


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a Parquet file."""
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows

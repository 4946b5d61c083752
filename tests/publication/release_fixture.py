"""Small releases made by hand: two tables that must agree with each other, a dimension, words and keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from opora.config import Config
from opora.files import sha256_file
from opora.home import Home
from publication.releases import point_to

FIGURES = 3000


def make_home(root: Path, **publish: str) -> Home:
    home = Home(root, Config.model_validate({"publish": publish}))
    home.releases.mkdir(parents=True)
    return home


def make_release(home: Home, sequence: int, *, extra_column: bool = False, without: str = "") -> str:
    """Write release ``sequence`` and make it current; every figure's value is the sequence, every numerator too."""
    release_id = f"{sequence:04d}-{sequence:08x}"
    figures: dict[str, Any] = {
        "figure_id": [f"{n:016x}" for n in range(FIGURES)],
        "academic_year": ["2024-2025"] * FIGURES,
        "area_code": [f"{n % 30:06d}" for n in range(FIGURES)],
        "numerator": pa.array([sequence] * FIGURES, pa.int64()),
        "value": [float(sequence) if n % 7 else None for n in range(FIGURES)],
        "is_official": [n % 2 == 0 for n in range(FIGURES)],
    }
    if extra_column:
        figures["note"] = ["новый столбец\tс табуляцией и \\N"] * FIGURES
    tables = {
        "indicator_values": (pa.table(figures), ["figure_id"]),
        "figure_deliveries": (
            pa.table({"figure_id": figures["figure_id"], "delivery_id": [f"{sequence:064x}"] * FIGURES}),
            ["figure_id", "delivery_id"],
        ),
        "dim_school": (
            pa.table({"school_code": ["010203"], "valid_from": pa.array([19000], pa.date32())}),
            ["school_code"],
        ),
    }
    tables.pop(without, None)
    root = home.releases / release_id
    for edition in ("public", "internal"):
        _write_edition(root / edition, tables)
    files = {
        path.relative_to(root).as_posix(): sha256_file(path)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    manifest = {"release": release_id, "candidate": "c", "files": files, "note": None, "deliveries": []}
    (root / "internal" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    point_to(home, release_id)
    return release_id


def _write_edition(root: Path, tables: dict[str, tuple[pa.Table, list[str]]]) -> None:
    (root / "tables").mkdir(parents=True)
    resources = []
    for name, (table, key) in tables.items():
        path = root / "tables" / f"{name}.parquet"
        pq.write_table(table, path)
        fields = [{"name": column, "title": f"Столбец «{column}», это 'он'"} for column in table.column_names]
        resources.append(
            {
                "name": name,
                "description": f"Таблица {name}",
                "schema": {"fields": fields, "primaryKey": key},
                "parquet": {"path": f"tables/{name}.parquet", "hash": f"sha256:{sha256_file(path)}"},
            }
        )
    (root / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")

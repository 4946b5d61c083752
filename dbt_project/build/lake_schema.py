"""Which entities the lake can hold and with which columns: read from the contracts, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from opora.yaml_files import read_yaml

CONTRACTS = Path(__file__).resolve().parents[2] / "ingestion" / "sources"
SOURCES_YML = Path(__file__).resolve().parents[1] / "models" / "sources" / "lake.yml"
_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
}
_PROVENANCE = {
    "delivery_id": "VARCHAR",
    "reading_id": "VARCHAR",
    "scope_key": "VARCHAR",
    "as_of": "DATE",
    "source_sheet": "VARCHAR",
    "source_row": "BIGINT",
}
_TITLES = {
    "academic_year": "Учебный год (2024-2025)",
    "person_token": "Псевдоним человека: ключевой хеш признаков строки; пусто, если строка никого не называет",
    "grade": "Параллель: число в обозначении класса",
    "delivery_id": "Поставка: SHA-256 файла",
    "reading_id": "Чтение поставки",
    "scope_key": "Охват строки: что именно заменяет более поздняя поставка",
    "as_of": "На какой день описано положение дел",
    "source_sheet": "Лист файла",
    "source_row": "Строка файла, с единицы",
}
"""Words for the columns that ingestion adds to every entity."""


@dataclass(frozen=True)
class Entity:
    """One entity of the lake: its columns (name to DuckDB type) in order, with their Russian titles."""

    source: str
    name: str
    title: str
    columns: dict[str, str]
    titles: dict[str, str]

    @property
    def view(self) -> str:
        """Name of the view in the schema ``lake``."""
        return f"{self.source}__{self.name}"


def _entity(source: str, body: dict[str, Any]) -> Entity:
    fields = body["properties"]
    open_fields = [field for field in fields if field.get("classification") != "personal"]
    columns = {"academic_year": "VARCHAR"}
    columns |= {field["name"]: _TYPES[field["logicalType"]] for field in open_fields}
    if len(open_fields) < len(fields):
        columns["person_token"] = "BIGINT"  # noqa: S105 (a keyed hash of a person, not a password)
    if "class_label" in columns:
        columns.setdefault("grade", "BIGINT")
    titles = _TITLES | {field["name"]: field.get("businessName", "") for field in open_fields}
    return Entity(source, body["name"], body.get("businessName", ""), columns | _PROVENANCE, titles)


@cache
def entities() -> dict[str, Entity]:
    """Return every entity of every contract, by view name, sorted."""
    found = {}
    for path in sorted(CONTRACTS.glob("*/contract.yaml")):
        contract = read_yaml(path)
        for body in contract["schema"]:
            entity = _entity(contract["name"], body)
            found[entity.view] = entity
    return found


def sources_yml() -> str:
    """Return the dbt source file of the lake as the contracts imply it (``models/sources/lake.yml``)."""
    tables = []
    for entity in entities().values():
        columns = [
            {"name": name, "data_type": kind.lower(), "description": entity.titles.get(name, "")}
            for name, kind in entity.columns.items()
        ]
        tables.append({"name": entity.view, "description": entity.title, "columns": columns})
    body = {
        "version": 2,
        "sources": [
            {
                "name": "lake",
                "schema": "lake",
                "description": "Effective rows of the lake, one view an entity. Generated from the contracts: "
                "python -m dbt_project.build.lake_schema",
                "tables": tables,
            }
        ],
    }
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=120)


if __name__ == "__main__":
    SOURCES_YML.write_text(sources_yml(), encoding="utf-8")

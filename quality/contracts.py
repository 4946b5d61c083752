"""The sources' contracts as the gate reads them: fields, domains, bounds, Russian titles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from opora.yaml_files import read_yaml

SOURCES = Path(__file__).resolve().parent.parent / "ingestion" / "sources"


@dataclass(frozen=True)
class FieldRule:
    """One field of an entity: what the contract promises about every row in the lake."""

    name: str
    title: str
    logical_type: str
    is_required: bool
    is_personal: bool
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    domain: tuple[Any, ...] = ()


@cache
def entity_fields(source: str, entity: str) -> tuple[FieldRule, ...]:
    """Return the fields of ``source.entity``; raise ``LookupError`` when no contract names it."""
    path = SOURCES / source / "contract.yaml"
    if not path.exists():
        raise LookupError(f"no contract for source {source}")
    for table in read_yaml(path)["schema"]:
        if table["name"] == entity:
            return tuple(_field(item) for item in table["properties"])
    raise LookupError(f"contract of {source} has no entity {entity}")


def field_title(source: str, entity: str, name: str) -> str:
    """Return the Russian title of a field, as the file's reader knows it."""
    return next((item.title for item in entity_fields(source, entity) if item.name == name), name)


def _field(item: dict[str, Any]) -> FieldRule:
    options = item.get("logicalTypeOptions") or {}
    custom = {entry["property"]: entry["value"] for entry in item.get("customProperties") or []}
    return FieldRule(
        name=item["name"],
        title=item.get("businessName", item["name"]),
        logical_type=item["logicalType"],
        is_required=bool(item.get("required")),
        is_personal=item.get("classification") == "personal",
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        pattern=options.get("pattern"),
        domain=tuple(custom.get("domain") or ()),
    )

"""Contracts of the sources: Open Data Contract Standard files as typed values.

A contract says what a row of the lake holds: fields, types, domains, what is personal, Russian titles, and the
``scope`` columns within which a newer delivery replaces an older one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from opora.yaml_files import read_yaml

SOURCES = Path(__file__).resolve().parent / "sources"
_SIX_DIGITS = re.compile(r"\\d\{6\}")


@dataclass(frozen=True)
class Field:
    """One field of an entity. ``kind`` is ``string``, ``integer``, ``number``, ``date`` or ``boolean``."""

    name: str
    title: str
    kind: str
    required: bool
    is_personal: bool
    minimum: float | None
    maximum: float | None
    pattern: str | None
    domain: tuple[str, ...]
    in_scope: bool
    is_row_key: bool
    may_be_fact: bool
    header_words: tuple[str, ...]
    #: The code of words that the domain does not name (a platform knows hundreds of kinds of action).
    otherwise: str | None = None

    @cached_property
    def is_school_code(self) -> bool:
        """True for codes of six digits, whose leading zero a spreadsheet may have eaten."""
        return bool(self.pattern and _SIX_DIGITS.search(self.pattern))


@dataclass(frozen=True)
class Entity:
    """One kind of row of a source."""

    source: str
    name: str
    title: str
    fields: tuple[Field, ...]
    mentions_only: bool = False
    """People and schools are mentioned (who began an event): a row that names none is whole."""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def lake_fields(self) -> tuple[Field, ...]:
        """Fields that pass the door: everything but personal ones."""
        return tuple(field for field in self.fields if not field.is_personal)

    @cached_property
    def names_people(self) -> bool:
        return any(field.is_personal for field in self.fields)

    @cached_property
    def has_grade(self) -> bool:
        """True when lake rows carry ``grade``: the number in the class."""
        return "class_label" in self.by_name or "grade" in self.by_name

    @cached_property
    def scope(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.in_scope)


@dataclass(frozen=True)
class Contract:
    """One source."""

    source: str
    title: str
    domain: str
    version: str
    entities: tuple[Entity, ...]

    def entity(self, name: str) -> Entity:
        """Return the entity; raise ``KeyError`` when the contract has none of that name."""
        return next(entity for entity in self.entities if entity.name == name)


def _field(raw: dict[str, Any]) -> Field:
    custom = {item["property"]: item["value"] for item in raw.get("customProperties", ())}
    options = raw.get("logicalTypeOptions") or {}
    return Field(
        name=raw["name"],
        title=raw.get("businessName", raw["name"]),
        kind=raw["logicalType"],
        required=bool(raw.get("required")),
        is_personal=raw.get("classification") == "personal",
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        pattern=options.get("pattern"),
        domain=tuple(custom.get("domain", ())),
        in_scope=bool(custom.get("scope")),
        is_row_key=bool(custom.get("row_key")),
        may_be_fact=custom.get("origin") == "fact_or_column",
        header_words=tuple(custom.get("header_words", ())),
        otherwise=custom.get("otherwise"),
    )


def read_contract(path: Path) -> Contract:
    """Read one ``contract.yaml``."""
    raw = read_yaml(path)
    entities = tuple(
        Entity(
            source=raw["name"],
            name=item["name"],
            title=item.get("businessName", item["name"]),
            fields=tuple(_field(field) for field in item["properties"]),
            mentions_only=any(
                rule["property"] == "mentions_only" and rule["value"]
                for rule in item.get("customProperties", ())
            ),
        )
        for item in raw["schema"]
    )
    title = (raw.get("description") or {}).get("purpose", raw["name"])
    return Contract(raw["name"], title, raw["domain"], str(raw["version"]), entities)


# The C loader is ten times faster; it is missing only where PyYAML was built without libyaml.


@cache
def load_all() -> dict[str, Contract]:
    """Return every contract of the product by source name."""
    found = (read_contract(path) for path in sorted(SOURCES.glob("*/contract.yaml")))
    return {contract.source: contract for contract in found}

"""Suites from contracts: an entity of the lake from its source's contract, a mart from its model's contract."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from opora.yaml_files import read_yaml
from quality.contracts import FieldRule, entity_fields
from quality.expectations.spec import Expectation, table_suite

MARTS = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "marts"
PROVENANCE = ("delivery_id", "reading_id", "scope_key", "as_of", "source_sheet", "source_row")
# A row is effective only by its scope and reading, so those two cannot be null; a csv has no sheet.
_NOT_NULL = ("delivery_id", "as_of", "source_row")
_IN_LIST = re.compile(r"^\s*(\w+)\s+in\s*\(([^()]*)\)\s*$", re.IGNORECASE)


@cache
def door_suite(source: str, entity: str) -> tuple[Expectation, ...]:
    """Return the suite of one entity. The column set is exact: a column that no contract names may be personal."""
    fields = entity_fields(source, entity)
    shown = [field for field in fields if not field.is_personal]
    columns = {field.name for field in shown} | set(PROVENANCE) | {"academic_year"}
    if len(shown) < len(fields):
        columns.add("person_token")
    if columns & {"class_label", "grade"}:
        columns.add("grade")
    required = [field.name for field in shown if field.is_required]
    required += _NOT_NULL
    domains = [expectation for field in shown for expectation in _domain(field)]
    return tuple(table_suite(columns, required, domains))


def _domain(field: FieldRule) -> list[Expectation]:
    found = []
    if field.minimum is not None or field.maximum is not None:
        found.append(Expectation("between", field.name, (field.minimum, field.maximum)))
    if field.pattern:
        found.append(Expectation("regex", field.name, (field.pattern,)))
    if field.domain:
        found.append(Expectation("in_set", field.name, field.domain))
    return found


@cache
def mart_suites() -> dict[str, tuple[Expectation, ...]]:
    """Return the suite of every mart that has a model contract, by table."""
    return {model["name"]: _mart_suite(model) for model in _models()}


@cache
def mart_keys() -> dict[str, tuple[str, ...]]:
    """Return the primary key of every mart whose model contract names one, by table."""
    found = {}
    for model in _models():
        whole = [item["columns"] for item in model.get("constraints") or [] if item["type"] == "primary_key"]
        single = [
            [column["name"]]
            for column in model["columns"]
            for item in column.get("constraints") or []
            if item["type"] == "primary_key"
        ]
        if key := [*whole, *single]:
            found[model["name"]] = tuple(key[0])
    return found


@cache
def _models() -> tuple[dict[str, Any], ...]:
    """Return the model contracts of the marts; read once, for suites and keys alike."""
    return tuple(
        model for path in sorted(MARTS.rglob("*.yml")) for model in (read_yaml(path) or {}).get("models", [])
    )


def _mart_suite(model: dict[str, Any]) -> tuple[Expectation, ...]:
    columns = [column["name"] for column in model["columns"]]
    required: list[str] = []
    domains: list[Expectation] = []
    for column in model["columns"]:
        for constraint in column.get("constraints") or []:
            if constraint["type"] == "not_null":
                required.append(column["name"])
            elif constraint["type"] == "check" and (match := _IN_LIST.match(constraint["expression"])):
                values = tuple(part.strip().strip("'") for part in match[2].split(","))
                domains.append(Expectation("in_set", match[1], values))
    for constraint in model.get("constraints") or []:
        if constraint["type"] == "primary_key":
            required += [name for name in constraint["columns"] if name not in required]
    return tuple(table_suite(columns, required, domains))

"""What a column is, in words: from its own yml, else from the column that it is taken from, else by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from dbt_project.build.columns import BuiltTable
from opora.yaml_files import read_yaml

Named = tuple[str, str, str]
"""Schema, table, column."""


@dataclass(frozen=True)
class Words:
    """Descriptions of columns: those that a model's yml or a contract states, and where columns come from."""

    stated: Mapping[Named, str]
    models: Mapping[str, BuiltTable]

    def of(self, table: str, column: str, schema: str = "main") -> str:
        """Return the description of a column, empty when nobody has described it."""
        return self._along(schema, table, column, frozenset()) or by_name(table, column)

    def _along(self, schema: str, table: str, column: str, seen: frozenset[Named]) -> str:
        """Follow the column through models that pass it on under its name."""
        here = (schema, table, column)
        if self.stated.get(here):
            return self.stated[here]
        model = self.models.get(table) if schema == "main" else None
        if model is None or here in seen:
            return ""
        for origin in model.origins.get(column, ()):
            if origin.column == column:
                found = self._along(origin.schema, origin.table, column, seen | {here})
                if found:
                    return found
        return ""


def words_of(manifest: Mapping[str, Any], models: Mapping[str, BuiltTable] | None = None) -> Words:
    """Return the words that dbt's manifest holds for models, seeds and sources (contracts among them)."""
    stated: dict[Named, str] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] in ("model", "seed"):
            _take(stated, "main", node["name"], node)
    for source in manifest["sources"].values():
        _take(stated, source["schema"], source["name"], source)
    return Words(stated, models or {})


def _take(stated: dict[Named, str], schema: str, table: str, node: Mapping[str, Any]) -> None:
    for name, column in node["columns"].items():
        if column.get("description"):
            stated[schema, table, name] = str(column["description"])


def by_name(table: str, column: str) -> str:
    """Return what the release's dictionary, else the warehouse's list, says of a column of this name."""
    from reporting.dictionary.titles import titles

    return titles().column(table, column) or _warehouse_words().get(column, "")


@lru_cache(maxsize=1)
def _warehouse_words() -> dict[str, str]:
    value: dict[str, str] = read_yaml(Path(__file__).with_name("words.yaml"))
    return value

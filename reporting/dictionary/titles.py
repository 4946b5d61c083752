"""Russian titles of tables and columns: from the dbt models where they speak, else from ``titles.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from opora.yaml_files import read_yaml

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "dbt_project" / "models" / "marts"
CONTRACTS = ROOT / "ingestion" / "sources"


@dataclass(frozen=True)
class Titles:
    """Table → title and description, (table, column) → title, source → the marts it makes, table → primary key."""

    tables: dict[str, dict[str, str]]
    columns: dict[str, str]
    by_table: dict[tuple[str, str], str]
    feeds: dict[str, list[str]]
    keys: dict[str, tuple[str, ...]]

    def table(self, name: str) -> str:
        """Return the title of a table, its name when nobody described it."""
        return self.tables.get(name, {}).get("title", name)

    def description(self, name: str) -> str:
        """Return the description of a table, empty when there is none."""
        return self.tables.get(name, {}).get("description", "")

    def column(self, table: str, column: str) -> str:
        """Return the title of a column, empty when nobody described it (a test forbids that for real marts)."""
        return self.by_table.get((table, column)) or self.columns.get(column, "")


def _load(path: Path) -> Any:
    return read_yaml(path)


@lru_cache(maxsize=1)
def titles() -> Titles:
    """Read the titles once."""
    own = _load(Path(__file__).with_name("titles.yaml"))
    by_table: dict[tuple[str, str], str] = {}
    keys = {table: tuple(columns) for table, columns in own["keys"].items()}
    for path in sorted(MODELS.glob("**/*.yml")):
        for model in (_load(path) or {}).get("models", []):
            for constraint in model.get("constraints", []):
                if constraint["type"] == "primary_key":
                    keys[model["name"]] = tuple(constraint["columns"])
            for column in model.get("columns", []):
                if column.get("description"):
                    by_table[model["name"], column["name"]] = str(column["description"])
    return Titles(own["tables"], own["columns"], by_table, own["feeds"], keys)


@dataclass(frozen=True)
class Field:
    """A field of a source as its contract names it, with the header words that a file may use for it."""

    source: str
    entity: str
    name: str
    title: str
    kind: str
    is_personal: bool
    header_words: tuple[str, ...]


def fields() -> list[Field]:
    """Return every field of every contract, in the contracts' order."""
    found: list[Field] = []
    for path in sorted(CONTRACTS.glob("*/contract.yaml")):
        contract = _load(path)
        for entity in contract["schema"]:
            for item in entity.get("properties", []):
                words: list[Any] = next(
                    (p["value"] for p in item.get("customProperties", []) if p["property"] == "header_words"),
                    [],
                )
                found.append(
                    Field(
                        source=str(contract["name"]),
                        entity=str(entity["name"]),
                        name=str(item["name"]),
                        title=str(item.get("businessName", "")),
                        kind=str(item.get("logicalType", "")),
                        is_personal=item.get("classification") == "personal",
                        header_words=tuple(str(word) for word in words),
                    )
                )
    return found

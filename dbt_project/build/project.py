"""Facts of the dbt project that are needed before dbt is imported: domains, seeds, the version of the code."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from opora.code import room_hash
from opora.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[1]
ENGINES = {"duckdb": ("duckdb", "dbt-core", "dbt-duckdb"), "spark": ("pyspark", "dbt-core", "dbt-spark")}


@dataclass(frozen=True)
class Seed:
    """A rule table: its file, the columns that make a row's key, all columns.

    ``every``: columns whose every value needs a rule of its own in a year (both levels, both half-years).
    ``later_wins``: of two rows in force the one that begins later counts; elsewhere such rows are a fault.
    """

    name: str
    path: Path
    key: tuple[str, ...]
    columns: tuple[str, ...]
    every: tuple[str, ...] = ()
    later_wins: bool = False

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of the project's file, every value as text."""
        with self.path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


@cache
def _project() -> dict[str, Any]:
    value: dict[str, Any] = read_yaml(ROOT / "dbt_project.yml")
    return value


def domains() -> dict[str, tuple[str, ...]]:
    """Return the sources that each domain's year parts read."""
    return {name: tuple(sources) for name, sources in _project()["vars"]["domains"].items()}


def common_sources(which: str) -> tuple[str, ...]:
    """Return the sources in every part's key; ``which`` is ``every_year`` or ``same_year``."""
    return tuple(_project()["vars"][f"common_{which}"])


@cache
def seeds() -> dict[str, Seed]:
    """Return the seeds by name; what they say of themselves stands in their yml (``config.meta``)."""
    found = {}
    for yml in sorted((ROOT / "seeds").glob("*.yml")):
        for body in read_yaml(yml).get("seeds", []):
            path = ROOT / "seeds" / f"{body['name']}.csv"
            with path.open(encoding="utf-8", newline="") as stream:
                columns = tuple(next(csv.reader(stream)))
            meta = body["config"]["meta"]
            found[body["name"]] = Seed(
                body["name"],
                path,
                tuple(meta["key"]),
                columns,
                tuple(meta.get("every", ())),
                bool(meta.get("later_wins", False)),
            )
    return found


@cache
def model_version(engine: str = "duckdb") -> str:
    """Return the hash of models, seeds, macros and this package, with the versions of the engine and its dbt."""
    return "|".join([room_hash("dbt_project"), *(f"{name}={version(name)}" for name in ENGINES[engine])])

"""Which engine runs the models: DuckDB in this process, or Apache Spark where ``opora.yaml`` says ``engine: spark``.

An engine stands between the two Parquet borders. Before dbt it lays what the models read from outside; after dbt the
tables stand in the candidate's DuckDB file, so that everything behind (export, description, explanation) is one code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from dbt_project.build import borders
from dbt_project.build.borders import PartModel
from dbt_project.build.parts import Part
from opora.candidates import Candidate
from opora.home import Home


class Engine(Protocol):
    """What a build asks of an engine.

    ``target`` is the output of ``profiles.yml``; ``dialect`` is sqlglot's name of the SQL that the models compile to.
    """

    target: str
    dialect: str

    def lay(self, home: Home, candidate: Candidate, parts: list[Part], models: list[PartModel]) -> None:
        """Make ``lake``, ``inputs``, ``run``, ``cached`` and ``home_rules`` known to the engine."""

    def land(self, candidate: Candidate, definitions: Mapping[str, str]) -> None:
        """After dbt succeeded: every table of the models stands in ``candidate.warehouse``, schema ``main``.

        ``definitions``: columns, types and constraints of the models under contract, for an engine that enforces none.
        """

    def close(self) -> None:
        """Let go of files and processes; called whatever came of dbt."""


class Embedded:
    """DuckDB in this process: dbt writes the candidate's file itself."""

    target = "embedded"
    dialect = "duckdb"

    def lay(self, home: Home, candidate: Candidate, parts: list[Part], models: list[PartModel]) -> None:
        """See ``Engine``."""
        borders.lay(home, candidate.inputs, candidate.warehouse, parts, models)

    def land(self, candidate: Candidate, definitions: Mapping[str, str]) -> None:
        """See ``Engine``: nothing to do, the tables stand there already."""

    def close(self) -> None:
        """See ``Engine``. dbt keeps the file's handle in this process; nothing else could open it (dbt-core#11980)."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()


def engine_of(home: Home) -> Engine:
    """Return the engine that ``opora.yaml`` names; raise ``UsageError`` where it is not installed."""
    if home.config.engine == "spark":
        from dbt_project.build.spark import Spark

        return Spark(home.config.spark)
    return Embedded()

"""The engine itself: dbt-spark's session method finds the session that is opened here."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from dbt_project.build import borders
from dbt_project.build.borders import PartModel
from dbt_project.build.parts import Part
from dbt_project.build.spark.landing import land
from dbt_project.build.spark.lay import lay
from dbt_project.build.spark.session import open_session
from opora.candidates import Candidate
from opora.config import SparkSettings
from opora.errors import UsageError
from opora.home import Home

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Spark:
    """Apache Spark, as ``engine: spark`` in ``opora.yaml`` asks for it; see ``dbt_project.build.engine.Engine``."""

    target = "spark"
    dialect = "spark"

    def __init__(self, settings: SparkSettings) -> None:
        absent = [name for name in ("pyspark", "dbt.adapters.spark") if find_spec(name) is None]
        if absent:
            raise UsageError(
                f"opora.yaml: engine: spark, но в этой среде нет {', '.join(absent)}; поставьте "
                "requirements-spark.lock (make spark-env) или верните engine: duckdb"
            )
        self._settings = settings
        self._session: SparkSession | None = None

    def lay(self, home: Home, candidate: Candidate, parts: list[Part], models: list[PartModel]) -> None:
        """Open a session whose tables are Parquet under ``candidates/<id>/spark/``, and lay the borders in it.

        The candidate's DuckDB file gets its own views of the borders: lineage of columns is read there.
        """
        borders.lay(home, candidate.inputs, candidate.warehouse, parts, models)
        folder = candidate.root / "spark"
        shutil.rmtree(folder, ignore_errors=True)
        self._session = open_session(self._settings, folder)
        lay(self._session, home, candidate.inputs, parts, models)

    def land(self, candidate: Candidate, definitions: Mapping[str, str]) -> None:
        """Bring every table of the models into the candidate's DuckDB file; constraints are proved there."""
        if self._session is not None:
            land(self._session, candidate.root / "spark", candidate.warehouse, definitions)

    def close(self) -> None:
        """Stop the session: the next one may have another folder, and executors are given back."""
        if self._session is not None:
            self._session.stop()
            self._session = None

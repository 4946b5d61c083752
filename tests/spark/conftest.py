"""The demo municipality, ingested once, its marts built by DuckDB and by Spark; needs Java and ``make spark-env``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from opora.candidates import Candidate
from opora.config import SparkSettings
from opora.home import Home

if TYPE_CHECKING:
    from dbt_project.build.run import BuildReport

MASTER = os.environ.get("OPORA_SPARK_MASTER", "local-cluster[2,1,1024]")
"""Two executors, each a process of its own with one core and 1 GiB, unless told otherwise."""


@pytest.fixture(scope="session", autouse=True)
def _needs_spark() -> None:
    pytest.importorskip("pyspark", reason="no Spark in this environment: make test-spark")
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine: Spark cannot start")


@dataclass(frozen=True)
class Built:
    """A build of the demo by one engine."""

    home: Home
    candidate: Candidate
    report: BuildReport

    def marts(self) -> dict[str, Path]:
        """Return the marts by name."""
        return {path.stem: path for path in sorted(self.candidate.cells.glob("*.parquet"))}


def on_spark(home: Home) -> Home:
    """Return the same home, whose models run on Spark."""
    spark = SparkSettings(master=MASTER, conf={"spark.driver.memory": "2g"})
    return replace(home, config=home.config.model_copy(update={"engine": "spark", "spark": spark}))


def build(home: Home) -> Built:
    """Plan and build a candidate with the engine of the home."""
    from dbt_project.build.plan import plan
    from dbt_project.build.run import build as run_dbt
    from ingestion.snapshot import write_inputs

    candidate = plan(home, write_inputs)
    return Built(home, candidate, run_dbt(home, candidate))


@pytest.fixture(scope="session")
def by_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The demo as DuckDB computes it."""
    from demo.run import create_demo_home
    from ingestion.run import ingest

    home = create_demo_home(tmp_path_factory.mktemp("engines") / "home")
    home.ensure()
    ingest(home)
    return build(home)


@pytest.fixture(scope="session")
def by_spark(by_duckdb: Built) -> Iterator[Built]:
    """The same lake as Spark computes it."""
    yield build(on_spark(by_duckdb.home))

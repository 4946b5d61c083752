"""dbt unit tests of the models: every sentence of the methodology that a model implements, run in one process."""

from __future__ import annotations

from pathlib import Path

from dbt_project.build import manifest as project
from dbt_project.build.invocation import dbt_arguments
from tests.dbt_project.lake_fixture import LakeFixture


def test_dbt_unit_tests(tmp_path: Path) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    fixture = LakeFixture(tmp_path, {})
    candidate, _ = fixture.build()  # unit tests ask the database for the columns of their inputs
    project.set_environment(candidate.warehouse)
    arguments = dbt_arguments(tmp_path)
    manifest = project.load_manifest(fixture.home, arguments)
    try:
        outcome = dbtRunner(manifest=manifest).invoke(["test", "--select", "test_type:unit", *arguments])
    finally:
        DuckDBConnectionManager.close_all_connections()
    assert outcome.exception is None, outcome.exception
    results = list(getattr(outcome.result, "results", []))
    failures = [f"{row.node.name}: {row.message}" for row in results if str(row.status) != "pass"]
    assert not failures, "\n\n".join(failures)
    named = {row.node.name for row in results}
    assert {"resit_replaces_even_downward", "bounds_from_the_regional_return"} <= named

"""The part of the build that the floor's figures need: ``indicator_values`` and all it is made of, as dbt runs them."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from bench.national.load import Load
from opora.candidates import Candidate


def figures_path(load: Load) -> Path:
    """Where the figures of the models are written."""
    return load.home.root / "figures.parquet"


def warehouse_path(load: Load) -> Path:
    """Where the tables of the last build of the figures stay, for the profile of the costliest."""
    return load.home.root / "figures" / "warehouse.duckdb"  # the models name their database by its file


def statements_path(load: Load) -> Path:
    """Where the compiled queries of that build stay, by model."""
    return load.home.root / "figures" / "statements.json"


def build_figures(load: Load) -> dict[str, float]:
    """Run the models and export their figures; return seconds by model. The candidate must be planned."""
    import duckdb
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from dbt_project.build import manifest as project
    from dbt_project.build.borders import lay
    from dbt_project.build.invocation import dbt_arguments
    from dbt_project.build.parts import all_parts

    home, candidate = load.home, Candidate.latest(load.home)
    folder = Path(tempfile.mkdtemp(prefix=".figures-", dir=home.root))
    try:
        warehouse = warehouse_path(load)  # `lay` begins it anew
        warehouse.parent.mkdir(exist_ok=True)
        project.set_environment(warehouse)
        arguments = dbt_arguments(folder)
        manifest = project.manifest_to_run(home, arguments)
        lay(
            home,
            candidate.inputs,
            warehouse,
            all_parts(home, candidate.inputs),
            project.part_models(manifest),
        )
        outcome = dbtRunner(manifest=manifest).invoke(
            [
                "build",
                "--select",
                "+indicator_values",
                "--exclude-resource-type",
                "unit_test",
                "test",
                *arguments,
            ]
        )
        DuckDBConnectionManager.close_all_connections()
        if not outcome.success:
            raise RuntimeError(f"models of the figures failed: {outcome.exception or outcome.result}")
        with duckdb.connect(str(warehouse), read_only=True) as con:
            con.execute(
                f"copy main.indicator_values to '{figures_path(load)}' (format parquet, compression zstd)"
            )
        results = outcome.result.results
        statements = {
            row.node.name: row.node.compiled_code for row in results if row.node.resource_type == "model"
        }
        statements_path(load).write_text(json.dumps(statements), encoding="utf-8")
        return {row.node.name: round(row.execution_time, 2) for row in results}
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""``build_defs``: everything Dagster knows, made for one home, so that a test swaps the home and nothing else."""

from __future__ import annotations

from typing import Any

import dagster as dg

from opora.home import Home
from orchestration.assets import candidate, lake, release, warehouse, years
from orchestration.dead_runs import dead_runs_sensor
from orchestration.outcome import MAIN_JOB
from orchestration.resources import House, logged
from orchestration.schedules import calendar_schedule
from orchestration.sensors import failure_alerts, inbox_sensor, run_summaries

__all__ = ["MAIN_JOB", "build_defs"]


def build_defs(house: House) -> dg.Definitions:
    """Return the definitions for one home: assets, checks, the main job, its triggers and alerts."""
    manifest = dbt_manifest(house.home)
    models = warehouse.build_warehouse_assets(manifest)
    findings = candidate.build_findings_asset([spec.key for spec in models.specs])
    return dg.Definitions(
        assets=[
            lake.inbox_spec(),
            lake.build_lake_assets(),
            candidate.candidate_inputs,
            years.build_years_asset(manifest),
            models,
            findings,
            candidate.release_tables,
            candidate.editions,
            release.evidence,
            release.release,
            release.postgres_tables,
        ],
        jobs=[
            dg.define_asset_job(
                MAIN_JOB,
                selection=dg.AssetSelection.all() - dg.AssetSelection.assets(years.YEARS),
                executor_def=dg.in_process_executor,
                description="Inbox to release: reads, builds, checks, writes both editions, audits, publishes.",
                tags={"opora/job": "main"},
            ),
            dg.define_asset_job(
                years.BACKFILL_JOB,
                selection=dg.AssetSelection.assets(years.YEARS),
                executor_def=dg.in_process_executor,
                description="Computes chosen academic years anew, compares them, publishes nothing.",
                tags={"opora/job": "backfill"},
            ),
        ],
        sensors=[
            inbox_sensor(house.home, MAIN_JOB),
            failure_alerts(house.home),
            *run_summaries(house.home),
            dead_runs_sensor(house.home),
        ],
        schedules=[calendar_schedule(MAIN_JOB)],
        resources={"house": logged(house)},
        executor=dg.in_process_executor,
    )


def dbt_manifest(home: Home) -> dict[str, Any]:
    """Return dbt's manifest as a dictionary; parsed once for a version of the models and kept in the cache."""
    from dbt_project.build.describe import manifest_dict

    return manifest_dict(home)

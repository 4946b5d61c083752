"""The main job in this process, recorded in the Dagster history of the home."""

from __future__ import annotations

import uuid

import dagster as dg

from opora import journal
from opora.errors import OporaError
from opora.home import Home
from opora.progress import Progress
from opora.yaml_files import read_yaml
from orchestration.build import MAIN_JOB, build_defs
from orchestration.dead_runs import TAG, bury
from orchestration.outcome import RunOutcome
from orchestration.resources import House
from orchestration.settings import write_settings
from orchestration.summary.page import write_summary


def open_instance(home: Home) -> dg.DagsterInstance:
    """Open the home's Dagster instance; its settings are written on first use and then belong to the home."""
    write_settings(home)
    return dg.DagsterInstance.from_config(str(home.dagster))


def upgrade_history(home: Home) -> None:
    """Bring the tables of the home's Dagster storage to the installed Dagster; settings that lack are written."""
    settings = read_yaml(write_settings(home)) or {}
    if "storage" in settings or any((home.dagster / name).exists() for name in ("history", "schedules")):
        with open_instance(home) as instance:
            instance.upgrade(lambda line: None)


def run_main_job(home: Home, progress: Progress, note: str | None = None) -> RunOutcome:
    """Run inbox → release as a Dagster job and return what it came to; never raises for a refused gate."""
    house = House(home, progress, note)
    job = build_defs(house).resolve_job_def(MAIN_JOB)
    run_id = journal.current_run() or str(uuid.uuid4())
    with open_instance(home) as instance:
        bury(home, instance, living=run_id)
        try:
            result = job.execute_in_process(
                instance=instance,
                run_id=run_id,
                raise_on_error=True,
                tags={TAG: home.root.name},
                # Events go to the instance's history; the terminal shows Opora's own lines.
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
            if not result.success:
                house.outcome.error = OporaError("задание Dagster не завершилось успехом")
        except Exception as error:  # the run stands in Dagster's history; here it becomes an exit code
            if house.outcome.refusal is None and house.outcome.mirror_failure is None:
                house.outcome.error = error.__cause__ or error
        try:
            house.outcome.summary = write_summary(home, instance, run_id)
        except Exception as error:  # a page about a run never changes what the run came to
            progress(f"сводка запуска не записана: {type(error).__name__}")
    if house.outcome.error is None and house.outcome.refusal is None and house.outcome.release is None:
        house.outcome.error = OporaError("задание завершилось, но выпуск не появился")
    return house.outcome

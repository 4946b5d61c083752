"""A run whose process was killed blocks nobody: its end is said and the slot of the writers is freed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from filelock import FileLock

from opora.home import Home
from orchestration import dead_runs
from orchestration.dead_runs import TAG, bury
from orchestration.run import open_instance
from tests.faults.tiny import make_tiny_home

POOL = "home_writer"


@dg.op(pool=POOL)
def write() -> None:
    """Stands for a step that writes the home."""


@dg.job(executor_def=dg.in_process_executor)
def work() -> None:
    write()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = make_tiny_home(tmp_path / "home")
    home.ensure()
    return home


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with open_instance(home) as opened:
        yield opened


def killed_in_a_step(instance: dg.DagsterInstance, tags: dict[str, str]) -> str:
    """Leave what a killed process leaves: a run that has begun, its step with the only slot of the pool."""
    run = instance.create_run_for_job(work, tags=tags)
    instance.report_dagster_event(
        dg.DagsterEvent(event_type_value="PIPELINE_START", job_name="work", message="began"), run.run_id
    )
    history = instance.event_log_storage
    history.initialize_concurrency_limit_to_default(POOL)
    assert history.claim_concurrency_slot(POOL, run.run_id, "write").is_claimed
    assert status(instance, run.run_id) is dg.DagsterRunStatus.STARTED
    return run.run_id


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run_id)
    assert found is not None
    return found.status


def slot_is_free(instance: dg.DagsterInstance) -> bool:
    return not instance.event_log_storage.get_concurrency_info(POOL).claimed_slots


def test_a_killed_run_of_the_command_line_is_ended_at_once(home: Home, instance: dg.DagsterInstance) -> None:
    run_id = killed_in_a_step(instance, {TAG: "home"})
    assert bury(home, instance) == [run_id]
    assert status(instance, run_id) is dg.DagsterRunStatus.FAILURE and slot_is_free(instance)
    assert work.execute_in_process(instance=instance).success  # it would wait for the slot without end


def test_a_run_of_the_daemon_is_dead_when_it_has_been_quiet(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = killed_in_a_step(instance, {})
    assert bury(home, instance) == []  # it may stand between two steps; a slot without the lock is nobody's
    assert status(instance, run_id) is dg.DagsterRunStatus.STARTED and slot_is_free(instance)
    monkeypatch.setattr(dead_runs, "QUIET", -1.0)
    assert bury(home, instance) == [run_id]
    assert status(instance, run_id) is dg.DagsterRunStatus.FAILURE


def test_nobody_is_buried_while_somebody_writes(home: Home, instance: dg.DagsterInstance) -> None:
    run_id = killed_in_a_step(instance, {TAG: "home"})
    with FileLock(str(home.lock_file)):  # another holder's
        assert bury(home, instance) == []
    assert status(instance, run_id) is dg.DagsterRunStatus.STARTED and not slot_is_free(instance)


def test_a_run_does_not_bury_itself(home: Home, instance: dg.DagsterInstance) -> None:
    run_id = killed_in_a_step(instance, {TAG: "home"})
    assert bury(home, instance, living=run_id) == []
    assert status(instance, run_id) is dg.DagsterRunStatus.STARTED and not slot_is_free(instance)


def test_the_sensor_says_whom_it_ended(home: Home, instance: dg.DagsterInstance) -> None:
    run_id = killed_in_a_step(instance, {TAG: "home"})
    look = dead_runs.dead_runs_sensor(home)
    with dg.build_sensor_context(instance=instance) as context:
        told = look.evaluate_tick(context).skip_message
    assert told is not None and run_id in told


@pytest.mark.slow
@pytest.mark.parametrize("step", ["ingest", "build"])
def test_after_a_kill_in_a_step_the_next_run_publishes(home: Home, step: str) -> None:
    """The whole command, killed as power cuts do. Budget: 2 minutes."""
    command = [sys.executable, "-c", "from opora.cli import main; main()", "run", "--home", str(home.root)]
    victim = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    logs = home.root / "runs" / "logs"
    begun = f'"event": "step_started", "step": "{step}"'.replace(" ", "")
    until = time.monotonic() + 300
    while not any(begun in path.read_text().replace(" ", "") for path in logs.glob("*.jsonl")):
        assert victim.poll() is None and time.monotonic() < until, "the run ended before its step"
        time.sleep(0.01)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    after = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert after.returncode == 0, after.stdout + after.stderr
    assert (home.releases / "current" / "public" / "report.html").exists()
    with open_instance(home) as instance:
        told = sorted(str(record.dagster_run.status.value) for record in instance.get_run_records())
    assert told == ["FAILURE", "SUCCESS"]

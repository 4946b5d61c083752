"""The sensor, the schedule and the alerts, asked as Dagster asks them."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from opora.config import Config
from opora.home import Home
from orchestration.assets.years import BACKFILL_JOB
from orchestration.build import MAIN_JOB, build_defs
from orchestration.dead_runs import SENSOR as DEAD_RUNS
from orchestration.outcome import refusal_failure
from orchestration.resources import House
from orchestration.schedules import SCHEDULE, calendar_schedule, is_due
from orchestration.sensors import ALERT_SENSOR, INBOX_SENSOR, SUMMARY_SENSOR, inbox_sensor


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", Config.model_validate({}))


def look(home: Home, cursor: str | None) -> tuple[list[str | None], str | None]:
    """Return the keys of the runs that the sensor asks for, and its new cursor."""
    context = dg.build_sensor_context(cursor=cursor)
    answer = inbox_sensor(home, MAIN_JOB).evaluate_tick(context)
    return [request.run_key for request in answer.run_requests or []], answer.cursor


def test_a_new_file_asks_for_one_run_when_it_stands_still(home: Home) -> None:
    (home.inbox / "a.csv").write_text("1;2\n")
    asked, cursor = look(home, None)
    assert asked == []  # it may still be being copied
    asked, cursor = look(home, cursor)
    assert len(asked) == 1
    again, cursor = look(home, cursor)
    assert again == []
    (home.inbox / "b.csv").write_text("3;4\n")
    assert look(home, cursor)[0] == []
    second, cursor = look(home, look(home, cursor)[1])
    assert len(second) == 1 and second != asked


def test_a_touched_file_asks_for_nothing(home: Home) -> None:
    path = home.inbox / "a.csv"
    path.write_text("1;2\n")
    cursor = look(home, look(home, None)[1])[1]
    os.utime(path, (1, 1))
    assert look(home, cursor) == ([], cursor)


def test_a_published_release_asks_for_nothing(home: Home) -> None:
    (home.inbox / "a.csv").write_text("1;2\n")
    cursor = look(home, look(home, None)[1])[1]
    (home.releases / "0001-aaaaaaaa").mkdir()
    (home.releases / "current").symlink_to("0001-aaaaaaaa")
    assert look(home, cursor) == ([], cursor)


def test_a_file_that_grows_between_looks_waits(home: Home) -> None:
    path, cursor = home.inbox / "a.csv", None
    for size in range(1, 4):
        path.write_text("x" * size)
        asked, cursor = look(home, cursor)
        assert asked == []


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 2, 2), True),  # a Monday of no season
        (date(2026, 2, 3), False),
        (date(2026, 6, 10), True),  # ГИА
        (date(2026, 5, 20), True),
        (date(2026, 7, 16), False),
        (date(2026, 9, 22), True),  # September, the contingent
        (date(2026, 12, 31), True),
        (date(2026, 10, 13), False),
    ],
)
def test_the_calendar(day: date, due: bool) -> None:
    assert is_due(day) is due
    planned = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    answer = calendar_schedule(MAIN_JOB).evaluate_tick(
        dg.build_schedule_context(scheduled_execution_time=planned)
    )
    assert len(answer.run_requests or []) == int(due)


def test_the_definitions_hold_them(home: Home) -> None:
    defs = build_defs(House(home))
    names = {sensor.name for sensor in defs.sensors or []}
    assert names == {INBOX_SENSOR, ALERT_SENSOR, SUMMARY_SENSOR, f"{SUMMARY_SENSOR}_of_failures", DEAD_RUNS}
    assert [schedule.name for schedule in defs.schedules or []] == [SCHEDULE]
    on = {item.name for item in defs.sensors or [] if item.default_status is dg.DefaultSensorStatus.RUNNING}
    assert on == names - {INBOX_SENSOR}  # what starts runs waits for a person; what tells about them does not


def test_no_step_is_retried(home: Home) -> None:
    """A refused gate, a broken file or a full disk is the same the second time; a held lock means that a run is on.

    What may pass by itself (a reader in PostgreSQL's way) is waited for inside the mirror, where it is known for sure.
    """
    defs = build_defs(House(home))
    for name in (MAIN_JOB, BACKFILL_JOB):
        job = defs.resolve_job_def(name)
        assert all(
            node.retry_policy is None and node.definition.retry_policy is None for node in job.graph.nodes
        )
        assert not any("retries" in key for key in {**job.tags, **job.run_tags})
    assert refusal_failure("нет").allow_retries is False

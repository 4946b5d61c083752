"""Academic years as partitions: a backfill is one run over the chosen years; freshness agrees with the schedule."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dbt_project.build.parts import Part
from dbt_project.build.recompute import Recomputed
from opora.config import Config
from opora.home import Home
from orchestration import steps
from orchestration.assets.lake import lake_key
from orchestration.assets.release import RELEASE
from orchestration.assets.years import BACKFILL_JOB, SAME_ROWS, YEARS, computed_years
from orchestration.build import MAIN_JOB, build_defs
from orchestration.freshness import EXAM_SEASON, OLYMPIAD_SEASON, WEEKLY
from orchestration.partitions import NAME, register_years
from orchestration.resources import House
from orchestration.schedules import EVERY_MORNING, TIMEZONE, is_due

ALL_YEARS = ["2021-2022", "2022-2023", "2023-2024"]


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    home = Home.create(tmp_path_factory.mktemp("years") / "home", Config.model_validate({}))
    return build_defs(House(home))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def test_no_warning_of_dagster_reaches_the_screen(tmp_path: Path) -> None:
    """In a process of its own: most definitions are made while modules are imported."""
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    code = (
        "import sys; from opora.home import Home; from orchestration.build import *; "
        "from orchestration.resources import House; "
        "build_defs(House(Home.open(sys.argv[1]))).resolve_job_def(MAIN_JOB)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home.root)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert "Warning" not in done.stderr + done.stdout


def test_the_main_job_leaves_backfills_alone(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    in_job = defs.resolve_job_def(MAIN_JOB).asset_layer.executable_asset_keys
    assert YEARS not in in_job and RELEASE in in_job
    assert graph.materializable_asset_keys - in_job == {YEARS}
    assert defs.resolve_job_def(BACKFILL_JOB).asset_layer.executable_asset_keys == {YEARS}


@pytest.mark.parametrize("changed", [False, True])
def test_a_backfill_is_one_run_that_compares(
    defs: dg.Definitions, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    calls = []

    def recompute(home: Home, years: list[str], progress: object) -> list[Recomputed]:
        calls.append(years)
        return [
            Recomputed(
                Part("gia", year, "k"), {"t": "1"}, {"t": "2" if changed and year == ALL_YEARS[2] else "1"}
            )
            for year in years
        ]

    monkeypatch.setattr(steps, "recompute", recompute)
    register_years(instance, reversed(ALL_YEARS))
    assert list(instance.get_dynamic_partitions(NAME)) == ALL_YEARS
    result = defs.resolve_job_def(BACKFILL_JOB).execute_in_process(
        instance=instance,
        tags={
            "dagster/asset_partition_range_start": ALL_YEARS[1],
            "dagster/asset_partition_range_end": ALL_YEARS[2],
        },
    )
    assert result.success and calls == [ALL_YEARS[1:]]
    assert set(instance.get_materialized_partitions(YEARS)) == set(ALL_YEARS[1:])
    for year in ALL_YEARS[1:]:
        shown = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=YEARS, asset_partitions=[year]), limit=1
        ).records[0]
        assert shown.asset_materialization is not None
        counts = {name: value.value for name, value in shown.asset_materialization.metadata.items()}
        is_other = changed and year == ALL_YEARS[2]
        assert counts == {"parts_computed": 1, "parts_changed": int(is_other), "dagster/row_count": 0}
    (check,) = [item for item in result.get_asset_check_evaluations() if item.check_name == SAME_ROWS]
    assert check.passed is not changed
    assert check.metadata["changed"].value == (f"gia {ALL_YEARS[2]}" if changed else "")


def test_the_main_job_tells_the_years_that_it_computed(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    built = [Part("gia", "2022-2023", "a"), Part("vsosh", "2022-2023", "b"), Part("gia", "2023-2024", "c")]
    for part, rows in zip(built, (5, 7, 0), strict=True):
        part.folder(home).mkdir(parents=True)
        pq.write_table(pa.table({"n": list(range(rows))}), part.folder(home) / "part_rows.parquet")
    events = computed_years(home, built, [Part("vsosh", "2023-2024", "d"), Part("gia", "2021-2022", "e")])
    assert {event.partition: event.metadata["parts_computed"].value for event in events} == {
        "2022-2023": 2,
        "2023-2024": 1,
    }
    assert events[1].metadata["parts_reused"].value == 1
    assert [event.metadata["dagster/row_count"].value for event in events] == [12, 0]


def test_freshness_asks_for_what_the_schedule_promises(defs: dg.Definitions) -> None:
    """Each deadline's window holds a tick of the schedule on which the calendar asks for a run."""
    graph = defs.resolve_asset_graph()
    for key in (RELEASE, lake_key("contingent")):
        assert graph.get(key).freshness_policy == WEEKLY
    minute, hour, *_ = EVERY_MORNING.split()
    assert WEEKLY.timezone == TIMEZONE and WEEKLY.deadline_cron.endswith("* * 1")
    last, first = (int(word) for word in WEEKLY.deadline_cron.split()[:2])
    for week in range(53):
        day = datetime(2026, 1, 5, tzinfo=ZoneInfo(TIMEZONE)) + timedelta(weeks=week)
        deadline, tick = day.replace(hour=first, minute=last), day.replace(hour=int(hour), minute=int(minute))
        assert is_due(tick.date())
        assert deadline - WEEKLY.lower_bound_delta <= tick < deadline - timedelta(hours=1)


def test_seasonal_sources_are_asked_for_every_morning_of_their_season(defs: dg.Definitions) -> None:
    """Exams and olympiads: each deadline's window holds a tick of the calendar's schedule."""
    graph = defs.resolve_asset_graph()
    policies = {"gia_protocol": EXAM_SEASON, "gia_admission": EXAM_SEASON, "vsosh_school_stage": OLYMPIAD_SEASON,
                "vsosh_municipal_protocol": OLYMPIAD_SEASON, "agreements": WEEKLY}  # fmt: skip
    for source, policy in policies.items():
        assert graph.get(lake_key(source)).freshness_policy == policy
    hour = int(EVERY_MORNING.split()[1])
    for policy, months in ((EXAM_SEASON, {6, 9}), (OLYMPIAD_SEASON, {9, 11, 12})):
        minute, deadline_hour, days, named, weekdays = policy.deadline_cron.split()
        assert (minute, days, weekdays) == ("0", "*", "*") and {
            int(month) for month in named.split(",")
        } == months
        for number in range(365):
            day = date(2026, 1, 1) + timedelta(days=number)
            if day.month in months:
                assert is_due(day)
        assert timedelta(hours=int(deadline_hour) - hour) < policy.lower_bound_delta

"""Facts about one run, read from Dagster's history of the home: whoever started the run, they are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any

import dagster as dg
from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._core.execution.stats import StepEventStatus

from orchestration.outcome import REFUSAL

HISTORY = 20
"""Earlier runs that a step's time is compared with."""
ENOUGH = 3
"""Earlier times that make a median worth comparing with."""
_LONGER, _SECONDS = 2.0, 5.0


@dataclass(frozen=True)
class StepTime:
    """Seconds of one step, and those of the same step in earlier runs that finished it (newest first)."""

    step: str
    seconds: float
    earlier: tuple[float, ...] = ()
    is_failed: bool = False

    @property
    def usual(self) -> float | None:
        """Median of the earlier times; None when there are too few to say."""
        return median(self.earlier) if len(self.earlier) >= ENOUGH else None

    @property
    def is_slow(self) -> bool:
        """True when the step took twice its usual time and more than five seconds above it."""
        return self.usual is not None and self.seconds > max(_LONGER * self.usual, self.usual + _SECONDS)


@dataclass(frozen=True)
class RunFacts:
    """One run: ``sources`` by name → counts, ``inbox`` as the run found it, ``published`` of the release's asset."""

    run_id: str
    started: datetime
    seconds: float
    is_success: bool
    cause: str
    refusal: str | None = None
    failure: str | None = None
    inbox: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    candidate: str | None = None
    published: dict[str, Any] = field(default_factory=dict)
    steps: tuple[StepTime, ...] = ()


def run_facts(instance: DagsterInstance, run_id: str) -> RunFacts:
    """Return the facts of a run that has ended; raise ``LookupError`` for an unknown one."""
    record = instance.get_run_record_by_id(run_id)
    if record is None:
        raise LookupError(run_id)
    run = record.dagster_run
    assets = _materialized(instance, run_id)
    failures = _events(instance, run_id, DagsterEventType.STEP_FAILURE)
    start = record.start_time or 0.0
    return RunFacts(
        run_id=run_id,
        started=datetime.fromtimestamp(start, UTC),
        seconds=max((record.end_time or start) - start, 0.0),
        is_success=run.status is DagsterRunStatus.SUCCESS,
        cause=run.tags.get("opora/cause", ""),
        refusal=refusal_of(failures),
        failure=_failed_step(failures),
        inbox=_observed(instance, run_id),
        sources={key.path[-1]: found for key, found in assets.items() if key.path[0] == "lake"},
        candidate=assets.get(dg.AssetKey("candidate_inputs"), {}).get("candidate"),
        published=assets.get(dg.AssetKey("release"), {}),
        steps=_step_times(instance, run_id, run.job_name, start),
    )


def refusal_of(failures: Sequence[dg.DagsterEvent]) -> str | None:
    """Return the gate's reason among the failures of steps; None when no step was refused."""
    for event in failures:
        told = event.step_failure_data.user_failure_data
        if told is not None and REFUSAL in told.metadata:
            return told.description or "выпуск остановлен"
    return None


def _failed_step(failures: Sequence[dg.DagsterEvent]) -> str | None:
    """Return the step that failed and the class of its error: messages of libraries may quote rows."""
    for event in failures:
        error = event.step_failure_data.error
        cause = getattr(error, "cause", None) or error
        name = getattr(cause, "cls_name", None) or "Failure"
        return f"{event.step_key}: {name}"
    return None


def _events(instance: DagsterInstance, run_id: str, kind: DagsterEventType) -> list[dg.DagsterEvent]:
    entries = instance.all_logs(run_id, of_type=kind)
    return [entry.dagster_event for entry in entries if entry.dagster_event is not None]


def _materialized(instance: DagsterInstance, run_id: str) -> dict[dg.AssetKey, dict[str, Any]]:
    found = {}
    for event in _events(instance, run_id, DagsterEventType.ASSET_MATERIALIZATION):
        made = event.step_materialization_data.materialization
        found[made.asset_key] = {name: value.value for name, value in made.metadata.items()}
    return found


def _observed(instance: DagsterInstance, run_id: str) -> dict[str, Any]:
    for event in _events(instance, run_id, DagsterEventType.ASSET_OBSERVATION):
        seen = event.asset_observation_data.asset_observation
        if seen.asset_key == dg.AssetKey("inbox"):
            return {name: value.value for name, value in seen.metadata.items()}
    return {}


def _step_times(
    instance: DagsterInstance, run_id: str, job_name: str, started: float
) -> tuple[StepTime, ...]:
    """Return this run's steps in the order of their start, each with its times in earlier runs of the job."""
    records = instance.get_run_records(RunsFilter(job_name=job_name), limit=HISTORY * 3)
    before = [
        item.dagster_run.run_id
        for item in records
        if item.dagster_run.run_id != run_id and item.start_time is not None and item.start_time < started
    ][:HISTORY]
    earlier: dict[str, list[float]] = {}
    for other in before:
        for step, _, seconds, is_failed in _finished(instance, other):
            if not is_failed:
                earlier.setdefault(step, []).append(seconds)
    return tuple(
        StepTime(step, seconds, tuple(earlier.get(step, ())), is_failed)
        for step, _, seconds, is_failed in sorted(_finished(instance, run_id), key=lambda item: item[1])
    )


def _finished(instance: DagsterInstance, run_id: str) -> Iterator[tuple[str, float, float, bool]]:
    """Yield (step, start, seconds, is failed) of the steps of a run that have begun and ended."""
    for stat in instance.get_run_step_stats(run_id):
        if stat.start_time is not None and stat.end_time is not None:
            seconds = stat.end_time - stat.start_time
            yield stat.step_key, stat.start_time, seconds, stat.status is StepEventStatus.FAILURE

"""Sensors: the inbox, runs that failed or were refused, and the page of every run."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from ingestion.inbox import fingerprint as inbox_fingerprint
from opora.home import Home
from opora.state import inputs_fingerprint
from orchestration.alerts import alert
from orchestration.outcome import MAIN_JOB
from orchestration.summary.facts import refusal_of
from orchestration.summary.page import write_summary

INBOX_SENSOR = "inbox_sensor"
ALERT_SENSOR = "failure_alerts"
SUMMARY_SENSOR = "run_summaries"
_EVERY_MINUTE = 60


def inbox_sensor(home: Home, job_name: str) -> dg.SensorDefinition:
    """Return the sensor that asks for a run when what a run depends on has changed.

    The cursor is a hash of contents (inbox, acts, rules, settings, code), never a time: a file that is touched but not
    changed asks for nothing, and neither does the release that a run has published. A changed inbox has to stand still
    for two looks before a run starts, so a delivery that is still being copied waits. The hash is the run's key:
    Dagster never starts two runs for one state.
    """

    @dg.sensor(
        name=INBOX_SENSOR,
        job_name=job_name,
        minimum_interval_seconds=_EVERY_MINUTE,
        description="Starts the main job when the inbox, acts, rules or settings hold something new and stand still.",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen = inputs_fingerprint(home, inbox_fingerprint(home))
        state, _, known = (context.cursor or "").partition(":")
        if known != seen:
            context.update_cursor(f"moving:{seen}")
            return dg.SkipReason("The home has changed; waiting until it stands still.")
        if state == "asked":
            return dg.SkipReason("Nothing new since the last request.")
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key=seen, tags={"opora/cause": "inbox"})], cursor=f"asked:{seen}"
        )

    return look


def failure_alerts(home: Home) -> dg.SensorDefinition:
    """Return the sensor that tells people about a run that failed or was refused by the gate."""

    @dg.run_failure_sensor(
        name=ALERT_SENSOR,
        description="Tells people in Russian that a run failed or was refused.",
        default_status=dg.DefaultSensorStatus.RUNNING,  # it starts nothing, and silence would pass for health
    )
    def tell(context: dg.RunFailureSensorContext) -> None:
        alert(home, *alert_text(context.get_step_failure_events(), context.dagster_run.run_id))

    return tell


def alert_text(failures: Sequence[dg.DagsterEvent], run_id: str) -> tuple[str, str]:
    """Return title and body of an alert in Russian; a refusal of the gate is told apart from a failure."""
    reason = refusal_of(failures)
    title = "Опора: выпуск остановлен проверками" if reason else "Опора: запуск не удался"
    told = f"{reason[:1].upper()}{reason[1:]}. " if reason else ""
    advice = "Прошлый выпуск остаётся в силе. Подробности: runs/latest.html дома, журнал запусков Dagster."
    return title, f"Запуск {run_id}. {told}{advice}"


def run_summaries(home: Home) -> list[dg.SensorDefinition]:
    """Return the sensors that write the summary page of every run that the daemon has started."""
    return [
        _summary_sensor(home, SUMMARY_SENSOR, dg.DagsterRunStatus.SUCCESS),
        _summary_sensor(home, f"{SUMMARY_SENSOR}_of_failures", dg.DagsterRunStatus.FAILURE),
    ]


def _summary_sensor(home: Home, name: str, status: dg.DagsterRunStatus) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=status,
        name=name,
        description="Writes the run's page into runs/ of the home.",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def write(context: dg.RunStatusSensorContext) -> None:
        if context.dagster_run.job_name == MAIN_JOB:
            write_summary(home, context.instance, context.dagster_run.run_id)

    return write

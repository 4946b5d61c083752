"""Sensors: the inbox, and runs that failed or were refused."""

from __future__ import annotations

import dagster as dg

from ingestion.inbox import fingerprint as inbox_fingerprint
from opora.home import Home
from opora.state import fingerprint
from orchestration.alerts import alert

INBOX_SENSOR = "inbox_sensor"
ALERT_SENSOR = "failure_alerts"
_EVERY_MINUTE = 60


def inbox_sensor(home: Home, job_name: str) -> dg.SensorDefinition:
    """Return the sensor that asks for a run when what a run depends on has changed.

    The cursor is a hash of contents (inbox, acts, rules, settings, current release, code), never a time: a file that is
    touched but not changed asks for nothing. A changed inbox has to stand still for two looks before a run starts, so a
    delivery that is still being copied waits. The hash is the run's key: Dagster never starts two runs for one state.
    """

    @dg.sensor(
        name=INBOX_SENSOR,
        job_name=job_name,
        minimum_interval_seconds=_EVERY_MINUTE,
        description="Starts the main job when the inbox, acts, rules or settings hold something new and stand still.",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen = fingerprint(home, inbox_fingerprint(home))
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
        name=ALERT_SENSOR, description="Tells people in Russian that a run failed or was refused."
    )
    def tell(context: dg.RunFailureSensorContext) -> None:
        alert(home, *alert_text(context.failure_event.message or "", context.dagster_run.run_id))

    return tell


def alert_text(message: str, run_id: str) -> tuple[str, str]:
    """Return title and body of an alert in Russian; a refusal of the gate is told apart from a failure."""
    is_refusal = "GateRefused" in message
    title = "Опора: выпуск остановлен проверками" if is_refusal else "Опора: запуск не удался"
    advice = "Прошлый выпуск остаётся в силе. Подробности: opora check, журнал запусков Dagster."
    return title, f"Запуск {run_id}. {advice}"

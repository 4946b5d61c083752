"""Runs whose process was killed: Dagster goes on counting them as running, so no later run would ever begin.

A killed process (power, memory, `kill -9`) tells Dagster nothing: its run stays «started», and the one slot of the pool
of writers stays taken. The home's lock does not: the system releases it with its holder. So whoever holds the lock
knows that no other step is at work, frees the slots and says that the run has ended.
"""

from __future__ import annotations

import time

import dagster as dg

from opora.errors import OporaError
from opora.home import Home
from opora.locks import writer_lock

TAG = "opora/home"
"""Marks runs of ``opora run``: they hold the home's lock from beginning to end, those of the daemon in every step."""

SENSOR = "dead_runs"
QUIET = 600.0
"""Seconds without an event after which a run of the daemon that holds no lock is dead: between steps pass moments."""

_OPEN = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
_WORDS = "Процесс запуска был прерван и не успел сказать об этом: замок дома свободен."


def bury(home: Home, instance: dg.DagsterInstance, living: str | None = None) -> list[str]:
    """End runs of this home whose process is gone and free the slots of the pool; return their ids.

    ``living`` is the caller's own run. Does nothing while another process holds the home's lock.
    """
    try:
        with writer_lock(home):
            return _bury(instance, living)
    except OporaError:
        return []


def _bury(instance: dg.DagsterInstance, living: str | None) -> list[str]:
    history = instance.event_log_storage
    dead = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=_OPEN)):
        run = record.dagster_run
        if run.run_id != living and (TAG in run.tags or _is_quiet(instance, run.run_id)):
            instance.report_run_failed(run, _WORDS)
            history.free_concurrency_slots_for_run(run.run_id)
            dead.append(run.run_id)
    # A step has its slot before it asks for the lock: one of a run that may be alive is no longer at work either.
    for pool in history.get_concurrency_keys():
        for slot in history.get_concurrency_info(pool).claimed_slots:
            if slot.run_id != living:
                history.free_concurrency_slot_for_step(slot.run_id, slot.step_key)
    return dead


def _is_quiet(instance: dg.DagsterInstance, run_id: str) -> bool:
    last = instance.event_log_storage.get_logs_for_run(run_id, limit=1, ascending=False)
    return not last or time.time() - last[0].timestamp > QUIET


def dead_runs_sensor(home: Home) -> dg.SensorDefinition:
    """Return the sensor that looks for such runs every minute while the daemon works."""

    @dg.sensor(
        name=SENSOR,
        minimum_interval_seconds=60,
        description="Ends runs whose process was killed, so that the next one can begin.",
        default_status=dg.DefaultSensorStatus.RUNNING,  # it starts nothing
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        dead = bury(home, context.instance)
        return dg.SkipReason(f"Ended: {', '.join(dead)}" if dead else "No dead runs.")

    return look

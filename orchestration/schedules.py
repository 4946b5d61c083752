"""Schedules: weekly all year, daily while exams and olympiads deliver."""

from __future__ import annotations

from datetime import date, datetime

import dagster as dg

SCHEDULE = "calendar_schedule"
TIMEZONE = "Asia/Yekaterinburg"
EVERY_MORNING = "0 5 * * *"
MONDAY_DEADLINE = "0 9 * * 1"
"""By when a Monday's run has ended: what freshness is judged by."""
MONDAY = 0
SEASONS = (
    ((5, 20), (7, 15)),  # ГИА: admission, the main period, reserve days and appeals
    ((9, 1), (10, 10)),  # ГИА in September, the school stage of ВсОШ, the contingent of 20 September
    ((11, 1), (12, 31)),  # the municipal stage of ВсОШ with appeals, the staff of 31 December
)
"""(month, day) of the first and last day on which deliveries come daily; the centre's calendar."""


def is_due(day: date) -> bool:
    """Return True on Mondays, and on every day of a season."""
    return day.weekday() == MONDAY or any(first <= (day.month, day.day) <= last for first, last in SEASONS)


def calendar_schedule(job_name: str) -> dg.ScheduleDefinition:
    """Return the schedule: every morning it asks the calendar, by the planned time of the tick, not by the clock."""

    @dg.schedule(
        name=SCHEDULE,
        job_name=job_name,
        cron_schedule=EVERY_MORNING,
        execution_timezone=TIMEZONE,
        description="Mondays all year; every morning in the seasons of exams and olympiads.",
    )
    def ask(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        planned: datetime = context.scheduled_execution_time
        if not is_due(planned.date()):
            return dg.SkipReason("Neither a Monday nor a season of exams or olympiads.")
        return dg.RunRequest(run_key=f"calendar-{planned.date()}", tags={"opora/cause": "calendar"})

    return ask

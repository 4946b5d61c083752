"""Freshness: by when a home must have been looked at and released again."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from orchestration.schedules import MONDAY_DEADLINE, TIMEZONE

WEEKLY = dg.FreshnessPolicy.cron(
    deadline_cron=MONDAY_DEADLINE, lower_bound_delta=timedelta(hours=5), timezone=TIMEZONE
)
"""Every Monday by nine there is a run of that morning: the schedule's own promise, whatever the season."""

"""Freshness: by when a home must have been looked at and released again."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from orchestration.schedules import MONDAY_DEADLINE, TIMEZONE

WEEKLY = dg.FreshnessPolicy.cron(
    deadline_cron=MONDAY_DEADLINE, lower_bound_delta=timedelta(hours=5), timezone=TIMEZONE
)
"""Every Monday by nine there is a run of that morning: the schedule's own promise, whatever the season."""

EXAM_SEASON = dg.FreshnessPolicy.cron(
    deadline_cron="0 9 * 6,9 *", lower_bound_delta=timedelta(hours=5), timezone=TIMEZONE
)
"""Every morning of June and September: results of ГИА, appeals and re-sits come day by day."""
OLYMPIAD_SEASON = dg.FreshnessPolicy.cron(
    deadline_cron="0 9 * 9,11,12 *", lower_bound_delta=timedelta(hours=5), timezone=TIMEZONE
)
"""Every morning of September (school stage), November and December (municipal stage with appeals)."""
_OF_DOMAIN = {"gia": EXAM_SEASON, "olympiad": OLYMPIAD_SEASON}


def of_domain(domain: str) -> dg.FreshnessPolicy:
    """Return the promise for a source: by season for exams and olympiads, by week for the rest and for a release.

    A policy has one cron, so seasonal sources lean on the release's weekly promise out of their season: one reading of
    the inbox renews them all.
    """
    return _OF_DOMAIN.get(domain, WEEKLY)

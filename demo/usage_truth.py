"""The true level L3 of I5: who acted in at least half of the weeks of school.

A report of a month does not tell its weeks, so there is a lower bound (weeks that the log proves) and an upper one (as
many more weeks as the reports allow). Counted from the invented people, like ``demo.truth``.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from demo.eventlogs import ACTS, PLATFORM, teaching_weeks
from demo.town import MUNICIPALITY_CODE, year_name
from demo.truth import areas, users_of_year
from demo.usage import APPROVED
from demo.world import World

COLUMNS = (
    "academic_year",
    "municipality_code",
    "area_kind",
    "area_code",
    "period",
    "teachers",
    "low",
    "high",
)


def rows(world: World) -> list[tuple[object, ...]]:
    """Return the teachers of every area and half-year with usage, and the bounds of those at level L3."""
    return [row for year in world.usage.months for row in _year_rows(world, year)]


def _year_rows(world: World, year: int) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    staff = users_of_year(world, year).staff
    spans = {
        "H1": (date(year, 9, 1), date(year, 12, 31)),
        "H2": (date(year + 1, 1, 1), date(year + 1, 5, 31)),
    }
    for half, (first, last) in spans.items():
        certain, possible = _weeks(world, half, first, last)
        need = len(teaching_weeks(first, last)) / 2
        for area in areas(year):
            teachers = {pid for school, pid in staff[half] if school in area.schools}
            low = sum(len(certain[pid]) >= need for pid in teachers)
            high = sum(len(certain[pid]) + possible[pid] >= need for pid in teachers)
            found.append(
                (year_name(year), MUNICIPALITY_CODE, area.kind, area.code, half, len(teachers), low, high)
            )
    return found


def _weeks(world: World, half: str, first: date, last: date) -> tuple[dict[int, set[date]], dict[int, int]]:
    """Return by teacher the weeks that the log proves, and how many more the monthly reports allow."""
    weeks = teaching_weeks(first, last)
    certain: dict[int, set[date]] = defaultdict(set)
    for event in world.events:
        monday = event.day - timedelta(days=event.day.weekday())
        if event.action in ACTS and first <= event.day <= last and monday in weeks:
            certain[event.teacher.pid].add(monday)
    possible: dict[int, int] = defaultdict(int)
    for row in world.usage.months[first.year - (first.month < 9)]:
        if row.half == half and row.platform in APPROVED and row.platform != PLATFORM and row.acts:
            start = row.first_day - timedelta(days=row.first_day.weekday())
            touched = (row.last_day - start).days // 7 + 1
            possible[row.teacher.pid] += min(row.acts, row.active_days, touched)
    return certain, possible

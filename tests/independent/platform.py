"""I5 by the methodology: teachers of the last day of the half-year who use approved platforms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.independent.areas import UNKNOWN, Map, Number, complete, count, share

Row = dict[str, Any]
HOLIDAYS = ((10, 28, 11, 5), (12, 29, 1, 11), (3, 22, 3, 30), (5, 1, 5, 9))
"""First and last month and day of the holidays of the default calendar."""
APPROVED = {"uchi_ru", "yaklass", "resh", "sferum"}


def _three_months_later(day: date) -> date:
    month = day.month + 3
    year, month = (day.year + 1, month - 12) if month > 12 else (day.year, month)
    for last in range(day.day, 0, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise ValueError(day)


def is_away(row: Row, day: date) -> bool:
    """Return True for a leave longer than three months that covers the day; one without an end is long."""
    start, end = row.get("leave_from"), row.get("leave_to")
    if start is None or start > day:
        return False
    return end is None or (end >= day and end >= _three_months_later(start))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def teaching_weeks(start: int, first: date, last: date) -> int:
    """Return the weeks of school of a half-year: a week counts when its Wednesday is in it and no holiday."""
    found = 0
    day = first
    while day <= last:
        is_holiday = any(
            date(start + (m1 < 9), m1, d1) <= day <= date(start + (m2 < 9), m2, d2)
            for m1, d1, m2, d2 in HOLIDAYS
        )
        found += day.weekday() == 2 and not is_holiday
        day += timedelta(days=1)
    return found


def possible_weeks(row: Row) -> int:
    """Return in how many weeks a row of a longer period may hold acts; it names none of them."""
    acts, days = row["assignments_issued"], row.get("active_days") or 0
    if not acts:
        return 0
    touched = (_monday(row["period_end"]) - _monday(row["period_start"])).days // 7 + 1
    return min(acts, days or acts, touched)


def figures(lake: dict[str, list[Row]], year: str, world: Map) -> Iterator[tuple[tuple[str, ...], Number]]:
    """Yield every figure of I5. Monthly reports name no week: of L3 they tell an upper end only."""
    start = int(year[:4])
    staff, usage = lake.get("teaching_staff__staff", []), lake.get("platform_persons__usage", [])
    rows = [
        r for r in usage if r["platform_code"] in APPROVED and r["user_role"] in ("teacher", "administrator")
    ]
    halves = {
        "H1": (date(start, 9, 1), date(start, 12, 31)),
        "H2": (date(start + 1, 1, 1), date(start + 1, 5, 31)),
    }
    for half, (first, last) in halves.items():
        lists = [row for row in staff if row["count_date"] == last]
        # A school that has closed by the last day, or opens after it, owes no list.
        listed = {row["school_code"] for row in lists} | {
            row["school_code"]
            for row in lake["school_register__schools"]
            if row["valid_from"] > last or (row["valid_to"] is not None and row["valid_to"] < last)
        }
        own = [row for row in rows if first <= row["period_start"] <= last]
        towns = {
            world.home.get(row["school_code"]) for row in own
        }  # reports of people and platforms that count
        months: dict[int, set[int]] = defaultdict(set)
        for row in own:
            if row["assignments_issued"] > 0:
                months[row["person"]].add(row["period_start"].month)
        users = {
            "L0": {row["person"] for row in rows if row["registered_on"] <= last},
            "L1": {row["person"] for row in own if row["logins"] + row["assignments_issued"] > 0},
            "L2": {person for person, active in months.items() if len(active) >= 2},
        }
        weeks: dict[int, int] = defaultdict(int)
        for row in own:
            weeks[row["person"]] += possible_weeks(row)
        enough = teaching_weeks(start, first, last) / 2
        may_be_weekly = {person for person, number in weeks.items() if number >= enough}
        for area in world.areas:
            teachers = {
                row["person"]
                for row in lists
                if row["school_code"] in area.schools
                and not row.get("is_external_part_timer")
                and not is_away(row, last)
            }
            known = area.municipalities <= towns and complete(area, listed)
            for level, people in users.items():
                n = len(teachers & people)
                keys = {"usage_level": level, "period": half}
                yield area.key("I5", "share", **keys), share(n, n, len(teachers)) if known else UNKNOWN
                yield area.key("I5", "teachers", **keys), count(n, n) if known else UNKNOWN
            n = len(teachers & may_be_weekly)
            keys = {"usage_level": "L3", "period": half}
            yield area.key("I5", "share", **keys), share(0, n, len(teachers)) if known else UNKNOWN
            yield area.key("I5", "teachers", **keys), count(0, n) if known else UNKNOWN

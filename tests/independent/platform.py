"""I5 by the methodology: teachers of the last day of the half-year who use approved platforms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.independent.areas import UNKNOWN, Map, Number, complete, count, share

Row = dict[str, Any]
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
    return end is None or (end >= day and end > _three_months_later(start))


def figures(lake: dict[str, list[Row]], year: str, world: Map) -> Iterator[tuple[tuple[str, ...], Number]]:
    """Yield every figure of I5 of levels L0, L1 and L2."""
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
        for area in world.areas:
            teachers = {
                row["person"]
                for row in lists
                if row["school_code"] in area.schools
                and not row.get("is_external_part_timer")
                and not is_away(row, last)
            }
            known = area.municipalities <= towns and complete(area, {row["school_code"] for row in lists})
            for level, people in users.items():
                n = len(teachers & people)
                keys = {"usage_level": level, "period": half}
                yield area.key("I5", "share", **keys), share(n, n, len(teachers)) if known else UNKNOWN
                yield area.key("I5", "teachers", **keys), count(n, n) if known else UNKNOWN

"""What teachers did on the platform that exports a log of events: every act has its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.people import Teacher, jobs_on
from demo.usage import MONTHS, Month, Usage

PLATFORM = "myschool"
YEAR = 2025
"""The only year whose log was delivered."""
ACTS = ("assignment", "work_check", "lesson")
HOLIDAYS = (((10, 28), (11, 5)), ((12, 29), (1, 11)), ((3, 22), (3, 30)), ((5, 1), (5, 9)))
"""First and last (month, day) of the holidays of every year."""


@dataclass(frozen=True, slots=True)
class Event:
    """One action of a teacher."""

    teacher: Teacher
    school: str
    day: date
    action: str


def run_eventlog(rng: Random, teachers: list[Teacher], usage: Usage) -> list[Event]:
    """Return the events of the year by day, and add what they amount to by month to ``usage``."""
    events: list[Event] = []
    for person in teachers:
        if rng.random() < 0.12 + 0.3 * person.zeal:
            events += _year(rng, person)
    events.sort(key=lambda event: (event.day, event.school, event.teacher.pid, event.action))
    _add_months(events, usage)
    return events


def _year(rng: Random, person: Teacher) -> list[Event]:
    pace = rng.choice((0.15, 0.45, 0.7, 0.95))  # how many weeks of school have an act
    events: list[Event] = []
    week = date(YEAR, 9, 1)
    while week < date(YEAR + 1, 6, 1):
        day = week + timedelta(days=rng.randrange(5))
        posts = [post for post in jobs_on(person, day) if not post[1]] if day.month in MONTHS else []
        if posts and not person.is_on_long_leave(day) and day < date(YEAR + 1, 6, 1):
            if rng.random() < pace:
                events.append(Event(person, posts[0][0], day, "login"))
                events += [
                    Event(person, posts[0][0], day, rng.choice(ACTS)) for _ in range(rng.randrange(1, 4))
                ]
            elif rng.random() < 0.3:
                events.append(Event(person, posts[0][0], day, rng.choice(("login", "page_view"))))
        week += timedelta(days=7)
    return events


def _add_months(events: list[Event], usage: Usage) -> None:
    first: dict[int, date] = {}
    months: dict[tuple[int, int], Month] = {}
    for event in events:
        pid = event.teacher.pid
        first.setdefault(pid, event.day)
        key = (pid, event.day.month)
        if key not in months:
            months[key] = Month(
                event.teacher, event.school, PLATFORM, YEAR, event.day.month, first[pid], event.day
            )
            usage.months[YEAR].append(months[key])
        row = months[key]
        row.last_login, row.logins = event.day, row.logins + 1
        row.lessons += event.action in ACTS


def teaching_weeks(first: date, last: date) -> set[date]:
    """Return the Mondays of the weeks of school: those whose Wednesday is within the days and no holiday."""
    found = set()
    day = first
    while day <= last:
        if day.weekday() == 2 and not any(_is_within(day, *holidays) for holidays in HOLIDAYS):
            found.add(day - timedelta(days=2))
        day += timedelta(days=1)
    return found


def _is_within(day: date, first: tuple[int, int], last: tuple[int, int]) -> bool:
    own = (day.month, day.day)
    return first <= own <= last if first <= last else own >= first or own <= last

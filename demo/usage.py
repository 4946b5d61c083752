"""What teachers did on online platforms: accounts, logins and acts by month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from demo.people import Teacher, jobs_on
from demo.town import YEARS

APPROVED = ("uchi_ru", "yaklass", "resh", "sferum", "myschool")
JOURNAL = "e_journal"
FIRST_YEAR = 2022
"""Nobody delivered usage for 2021-2022: I5 of that year is unavailable."""
MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5)
_SINCE = {"uchi_ru": 2022, "yaklass": 2022, "resh": 2022, "sferum": 2024, "e_journal": 2025}
_JOINS = {"uchi_ru": 0.5, "yaklass": 0.36, "resh": 0.3, "sferum": 0.35, "e_journal": 0.96}
_ACTS = {"uchi_ru": 0.55, "yaklass": 0.5, "resh": 0.35, "sferum": 0.12, "e_journal": 0.97}


@dataclass(slots=True)
class Month:
    """One teacher, platform and month."""

    teacher: Teacher
    school: str
    platform: str
    year: int
    month: int
    registered: date
    last_login: date | None
    logins: int = 0
    active_days: int = 0
    assignments: int = 0
    checked: int = 0
    lessons: int = 0
    minutes: int = 0

    @property
    def acts(self) -> int:
        return self.assignments + self.checked + self.lessons

    @property
    def half(self) -> str:
        return "H1" if self.month >= 9 else "H2"

    @property
    def first_day(self) -> date:
        return date(self.year if self.month >= 9 else self.year + 1, self.month, 1)

    @property
    def last_day(self) -> date:
        return (self.first_day + timedelta(days=32)).replace(day=1) - timedelta(days=1)


@dataclass
class Usage:
    """All reports by year."""

    months: dict[int, list[Month]] = field(default_factory=dict)


def run_usage(rng: Random, teachers: list[Teacher]) -> Usage:
    """Let teachers register and work; every account stands in every monthly report after its registration."""
    usage = Usage({year: [] for year in YEARS if year >= FIRST_YEAR})
    for person in teachers:
        for platform, since in _SINCE.items():
            if rng.random() < _JOINS[platform] * (0.55 + 0.9 * person.zeal):
                _account(rng, usage, person, platform, since)
    return usage


def _account(rng: Random, usage: Usage, person: Teacher, platform: str, since: int) -> None:
    opened = date(since - 1, 9, 1) + timedelta(days=rng.randrange(0, 900))
    registered = max(opened, person.hired + timedelta(days=rng.randrange(5, 40)))
    if platform == JOURNAL:
        registered = max(date(since, 8, 28), person.hired)
    keen = min(0.98, _ACTS[platform] * (0.4 + 1.1 * person.zeal))
    last_login: date | None = None
    for year in usage.months:
        if year < since:
            continue
        for number in MONTHS:
            row = Month(person, "", platform, year, number, registered, last_login)
            if registered > row.last_day:
                continue
            posts = [post for post in jobs_on(person, row.last_day) if not post[1]]
            if not posts:
                continue
            row.school = posts[0][0]
            if not person.is_on_long_leave(row.last_day) and rng.random() < keen + 0.12:
                _work(rng, row, keen)
                last_login = row.last_login
            usage.months[year].append(row)


def _work(rng: Random, row: Month, keen: float) -> None:
    start = max(row.first_day, row.registered)
    days = (row.last_day - start).days + 1
    row.active_days = rng.randrange(1, min(days, 20) + 1)
    row.logins = row.active_days + rng.randrange(0, 12)
    row.last_login = start + timedelta(days=rng.randrange(days))
    row.minutes = row.logins * rng.randrange(4, 40)
    if rng.random() < keen:
        row.assignments = rng.randrange(0, 14)
        row.checked = rng.randrange(0, 60) if row.assignments else 0
        row.lessons = rng.randrange(0, 4) if row.platform in ("resh", "sferum", "e_journal") else 0

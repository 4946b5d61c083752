"""True figures I2–I5 of the hidden town, counted from its life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from tests.hidden_town.activity import (
    CONTESTS,
    JOURNAL_HALF,
    LATE_PROTOCOL,
    MISSING_PROTOCOL,
    MONTHS,
    NO_CONTESTS,
    SIRIUS,
    by_person,
    half_days,
)
from tests.hidden_town.facts import Entry, Post, Use
from tests.hidden_town.life import Life
from tests.hidden_town.truth import UNKNOWN, Area, Key, Number, contingent, count, share

SUBJECTS = {"russian": 1, "mathematics": 2}
GRADES = set(range(8, 12))


class Olympiads:
    """Olympiads and contests of a year."""

    def __init__(self, life: Life, year: int) -> None:
        self.life, self.year = life, year
        self.entries = [one for one in life.activity.entries if one.year == year and one.score is not None]
        told: dict[int, int] = {
            one.person.number: one.study
            for one in life.activity.entries
            if one.year == year and one.is_study_told
        }
        self.studies = {
            id(one): one.study if one.is_study_told else told.get(one.person.number, one.performance)
            for one in self.entries
        }

    def of(self, area: Area, stage: str, subject: str) -> list[Entry]:
        codes = set(SUBJECTS.values()) if subject == "any" else {SUBJECTS[subject]}
        return [
            one
            for one in self.entries
            if one.school in area.schools and one.subject in codes and stage in ("any", one.stage)
            and self.studies[id(one)] in GRADES
        ]  # fmt: skip

    def is_delivered(self, stage: str, subject: str) -> bool:
        return not (
            stage != "school" and self.year == MISSING_PROTOCOL[0] and subject in ("any", "mathematics")
        )

    def figures(self, area: Area) -> Iterator[tuple[Key, Number]]:
        pupils, _, _ = contingent(self.life, self.year, area.schools, GRADES)
        for subject in (*SUBJECTS, "any"):
            for stage in ("school", "municipal", "any"):
                rows, keys = self.of(area, stage, subject), {"stage": stage, "subject": subject}
                people = {one.person.number for one in rows}
                older = {one.person.number for one in rows if one.performance > self.studies[id(one)]}
                if self.is_delivered(stage, subject):
                    numbers = (
                        count(len(people)),
                        count(len(rows)),
                        count(len(older)),
                        share(len(people), pupils),
                    )
                else:
                    numbers = (UNKNOWN,) * 4
                for measure, number in zip(
                    ("pupils", "participations", "older_grade", "per_100"), numbers, strict=True
                ):
                    yield area.key(self.year, "I2", measure, **keys), number
            yield from self._awards(area, subject)
        unmatched = UNKNOWN
        if self.year == SIRIUS and area.kind == "municipality":
            unmatched = count(len(self.life.activity.unmatched))
        yield area.key(self.year, "I2", "unmatched", stage="school", subject="mathematics"), unmatched
        yield area.key(self.year, "I4", "share", stage="any", subject="any"), self._movement(area, pupils)

    def _awards(self, area: Area, subject: str) -> Iterator[tuple[Key, Number]]:
        rows = self.of(area, "municipal", subject)
        is_final = self.year != LATE_PROTOCOL[0] or subject == "russian"
        known = is_final and self.is_delivered("municipal", subject)
        keys = {"stage": "municipal", "subject": subject}
        for award in ("any", "winner", "prize_winner"):
            held = [one for one in rows if one.award != "participant" and award in ("any", one.award)]
            for measure, number in (
                ("pupils", len({one.person.number for one in held})),
                ("diplomas", len(held)),
            ):
                yield (
                    area.key(self.year, "I3", measure, award=award, **keys),
                    count(number) if known else UNKNOWN,
                )
        held = [one for one in rows if one.award != "participant"]
        part = share(len({one.person.number for one in held}), len({one.person.number for one in rows}))
        yield (
            area.key(self.year, "I3", "share_of_participants", award="any", **keys),
            part if known else UNKNOWN,
        )

    def _movement(self, area: Area, pupils: int) -> Number:
        if self.year in (NO_CONTESTS, MISSING_PROTOCOL[0]):
            return UNKNOWN
        people = {one.person.number for one in self.of(area, "any", "any")}
        approved = {code: subject for code, _, subject, is_approved in CONTESTS if is_approved}
        for one in self.life.activity.contests:
            if one.year != self.year or one.school not in area.schools or one.grade not in GRADES:
                continue
            # К-03 names no subject in the list; its participants took part in the section of mathematics.
            subject = approved.get(one.code, 0) or (2 if one.code == "К-03" else 0)
            if subject in (1, 2) and date(self.year, 9, 1) <= one.day <= date(self.year + 1, 8, 31):
                people.add(one.person.number)
        return share(len(people), pupils)


HOLIDAYS = ((10, 28, 11, 5), (12, 29, 1, 11), (3, 22, 3, 30), (5, 1, 5, 9))
STAFF_ROLES = ("учитель", "администратор")


class Platforms:
    """Teachers and platforms of a year."""

    def __init__(self, life: Life, year: int) -> None:
        self.life, self.year = life, year
        activity = life.activity
        self.uses = by_person(
            [
                use
                for use in activity.uses
                if use.year == year and use.platform != "e_journal" and use.role in STAFF_ROLES
            ]
        )
        self.acts = [act for act in activity.acts if act.year == year]

    def figures(self, area: Area) -> Iterator[tuple[Key, Number]]:
        for half in MONTHS:
            known = self.year != 2019 and (self.year, half) != JOURNAL_HALF
            teachers = {
                post.person.number
                for post in self.life.activity.posts
                if (post.year, post.half) == (self.year, half)
                and post.school in area.schools
                and self._counts(post)
            }
            more = 0
            if half == "H1":
                more = sum(
                    n
                    for year, code, _, n in self.life.activity.unnamed
                    if year == self.year and code in area.schools
                )
            for level in ("L0", "L1", "L2", "L3"):
                users = [self._reaches(person, half, level) for person in teachers]
                low, high = sum(a for a, _ in users), sum(b for _, b in users)
                # Whoever a platform without names counts may be any teacher; of those registered it counts nobody.
                high = min(len(teachers), high + (len(teachers) if more and level == "L0" else more))
                keys = {"usage_level": level, "period": half}
                number = share(low, len(teachers), high) if known else UNKNOWN
                yield area.key(self.year, "I5", "share", **keys), number
                yield area.key(self.year, "I5", "teachers", **keys), count(low, high) if known else UNKNOWN

    def _counts(self, post: Post) -> bool:
        """Return True for a row of the headcount: neither from outside nor on a leave longer than three months."""
        _, last = half_days(self.year, post.half)
        if post.is_external:
            return False
        if post.leave is None or post.leave[0] > last:
            return True
        start, end = post.leave
        if end is None:
            return False
        # The first of October to the thirty-first of December are three months; a day more is longer.
        return end < last or end < _plus_three_months(start)

    def _reaches(self, person: int, half: str, level: str) -> tuple[bool, bool]:
        """Return whether a teacher certainly and possibly reaches a level in a half-year."""
        first, last = half_days(self.year, half)
        uses = self.uses.get(person, [])
        own = [use for use in uses if use.first >= first and use.last <= last]
        days = [act for act in self.acts if act.person.number == person and first <= act.day <= last]
        if level == "L0":
            is_in = any(use.registered <= last for use in uses)
            is_in = is_in or any(act.person.number == person and act.day <= last for act in self.acts)
            return is_in, is_in
        if level == "L1":
            entered = any(use.logins + use.days + _acts(use) > 0 for use in own)
            entered = entered or any(use.last_login and first <= use.last_login <= last for use in uses)
            return (entered or bool(days),) * 2
        taught = {act.day for act in days if act.action not in ("вход", "просмотр страницы")}
        if level == "L2":
            months = {day.month for day in taught}
            months |= {use.first.month for use in own if _acts(use) and use.first.month == use.last.month}
            longer = [use for use in own if use.first.month != use.last.month]
            room = sum(min(_acts(use), use.days or _acts(use)) for use in longer)
            return len(months) >= 2, len(months) + room >= 2
        weeks = {_monday(day) for day in taught} & school_weeks(self.year, first, last)
        room = sum(
            min(_acts(use), use.days or _acts(use), (_monday(use.last) - _monday(use.first)).days // 7 + 1)
            for use in own
        )
        enough = len(school_weeks(self.year, first, last)) / 2
        return len(weeks) >= enough, len(weeks) + room >= enough


def _acts(use: Use) -> int:
    return use.issued + use.checked + use.lessons


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def school_weeks(year: int, first: date, last: date) -> set[date]:
    """Return Mondays of weeks whose Wednesday is a day of the half-year and no holiday."""
    weeks: dict[date, bool] = defaultdict(bool)
    day = first
    while day <= last:
        if day.weekday() == 2:
            weeks[_monday(day)] = not any(
                date(year + (m1 < 9), m1, d1) <= day <= date(year + (m2 < 9), m2, d2)
                for m1, d1, m2, d2 in HOLIDAYS
            )
        day += timedelta(days=1)
    return {week for week, is_school in weeks.items() if is_school}


def _plus_three_months(day: date) -> date:
    month = day.month + 3
    year, month = (day.year + 1, month - 12) if month > 12 else (day.year, month)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise ValueError(day)

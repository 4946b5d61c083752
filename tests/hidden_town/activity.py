"""Olympiads, contests, teachers and platforms of the hidden town."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.hidden_town.facts import (
    CLOSING,
    EVENING,
    FIFTH,
    GYMNASIUM,
    NEW,
    PRIMARY,
    SECOND,
    VILLAGE,
    YEARS,
    Act,
    Contest,
    Entry,
    Person,
    Place,
    Post,
    Use,
    open_on,
)
from tests.hidden_town.names import TWINS, People

CONTESTS = (
    ("К-01", "Турнир знатоков русского языка", 1, True),
    ("К-02", "Математическая карусель", 2, False),
    ("К-03", "Научно-практическая конференция «Шаг»", None, True),
    ("К-04", "Живая классика", 18, True),
)
"""(code, name, subject, is approved); К-99 is in no list."""
NO_CONTESTS = 2023
STUDY_PROTOCOLS = 2021
"""The year whose municipal protocols tell the grade of study."""
LATE_PROTOCOL = (2019, 2)
"""Mathematics of 2019: the final protocol never came."""
MISSING_PROTOCOL = (2023, 2)
SIRIUS, PORTAL = 2021, 2022
PORTAL_SCHOOLS = (GYMNASIUM, SECOND)
MONTHS = {"H1": (9, 10, 11, 12), "H2": (1, 2, 3, 4, 5)}
LOG_YEAR = 2022
JOURNAL_HALF = (2023, "H1")
"""A half-year of which only the journal reported."""


def half_days(year: int, half: str) -> tuple[date, date]:
    """Return the first and the last day of a half-year of I5."""
    return (
        (date(year, 9, 1), date(year, 12, 31))
        if half == "H1"
        else (date(year + 1, 1, 1), date(year + 1, 5, 31))
    )


@dataclass
class Activity:
    entries: list[Entry] = field(default_factory=list)
    contests: list[Contest] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    unmatched: list[tuple[str, int, float]] = field(default_factory=list)
    """Codes of Sirius that no school gave: (code, grade, score)."""
    unnamed: list[tuple[int, str, int, int]] = field(default_factory=list)
    """What a platform without names tells: (year, school, month, sum of daily users among the staff)."""

    def fill(self, places: dict[int, list[Place]], people: People, rng: Random) -> None:
        for year in YEARS:
            autumn = [place for place in places[year] if place.school]
            for place in autumn:
                _school_stage(self, rng, year, place, people)
            if year != NO_CONTESTS:
                _contests(self, rng, year, autumn)
        self.unmatched = [("zz-0001", 9, 3.0), ("zz-0002", 10, 0.0), ("zz-0003", 8, 7.5)]
        _teachers(self, people, rng)


# --- olympiads -----------------------------------------------------------------------------------------------------


def _school_stage(activity: Activity, rng: Random, year: int, place: Place, people: People) -> None:
    is_twin = any(
        place.person is people.by_place.get(key) or place.person is people.by_place.get(model)
        for key, model in TWINS.items()
    )
    for subject in (1, 2, 3):
        if rng.random() > 0.45:
            continue
        performance = min(11, place.grade + (rng.random() < 0.15 and not is_twin))
        luck = rng.random()
        score = None if luck < 0.08 else 0.0 if luck < 0.14 else rng.randint(1, 40) / 2
        channel = "book"
        if (year, subject) == (SIRIUS, 2):
            channel = "sirius"
        elif (year, subject) == (PORTAL, 1) and place.school in PORTAL_SCHOOLS:
            channel = "portal"
        told = channel != "book" or is_twin or performance != place.grade or rng.random() < 0.7
        entry = Entry(
            place.person, year, "school", subject, place.school, place.grade, place.letter, performance, score,
            "winner" if luck > 0.95 else "participant", is_study_told=told, channel=channel,
        )  # fmt: skip
        activity.entries.append(entry)
        if score and score > 8 and subject < 3 and (year, subject) != MISSING_PROTOCOL:
            activity.entries.append(_municipal(rng, entry))


def _municipal(rng: Random, entry: Entry) -> Entry:
    awards = ("winner", "prize_winner", "prize_winner", "participant", "participant", "participant")
    luck = rng.random()
    score = None if luck < 0.1 else 0.0 if luck < 0.15 else float(rng.randint(1, 60))
    award = rng.choice(awards) if score else "participant"
    before = None
    if score and luck > 0.8:  # the appeal of the participant changed the protocol
        before = (score - 0.5, rng.choice(("winner", "prize_winner", "participant")))
    return Entry(
        entry.person, entry.year, "municipal", entry.subject, entry.school, entry.study, entry.letter,
        entry.performance, score, award, before, is_study_told=entry.year == STUDY_PROTOCOLS,
    )  # fmt: skip


def _contests(activity: Activity, rng: Random, year: int, places: list[Place]) -> None:
    days = (
        date(year, 9, 1), date(year, 11, 20), date(year + 1, 2, 15), date(year + 1, 8, 31), date(year + 1, 9, 1),
        date(year, 8, 31),
    )  # fmt: skip
    for place in places:
        if rng.random() < 0.2:
            activity.contests.append(
                Contest(
                    place.person, year, rng.choice(["К-01", "К-01", "К-02", "К-03", "К-04", "К-99"]), place.school,
                    place.grade, place.letter, rng.choice(days), is_dated=rng.random() < 0.5,
                )
            )  # fmt: skip


# --- teachers ------------------------------------------------------------------------------------------------------

_STAFF = {GYMNASIUM: 9, SECOND: 7, VILLAGE: 4, CLOSING: 4, FIFTH: 6, EVENING: 2, PRIMARY: 3, NEW: 3}


def _teachers(activity: Activity, people: People, rng: Random) -> None:
    for home, size in _STAFF.items():
        for number in range(size):
            person = people.adult(rng.randint(1960, 1995))
            for year in YEARS[1:]:
                _service(activity, rng, person, home, year, number)


def _service(activity: Activity, rng: Random, person: Person, home: str, year: int, number: int) -> None:
    """A teacher's year: posts on both days, use of platforms."""
    used = False
    for half in ("H1", "H2"):
        _, last = half_days(year, half)
        school = home
        if home == CLOSING and (year, half) >= (2022, "H2"):
            school = FIFTH
        if home == CLOSING and (year, half) == (2022, "H1"):
            school = FIFTH  # moved with the school on the eve
        if school not in open_on(year, last):
            continue
        leaves: tuple[tuple[date, date | None] | None, ...] = (
            (last - timedelta(days=20), None),
            (_months_before(last, 2), _months_before(last, -1) - timedelta(days=1)),  # three months to a day
            (_months_before(last, 2), _months_before(last, -1)),
            (last - timedelta(days=200), last - timedelta(days=1)),
            (last + timedelta(days=1), last + timedelta(days=300)),
        )
        leave = rng.choice(leaves) if rng.random() < 0.2 else None
        activity.posts.append(Post(person, year, half, school, leave=leave))
        if number == 0 and school in (SECOND, FIFTH):  # also in the gymnasium, as one of its own
            activity.posts.append(Post(person, year, half, GYMNASIUM, position="педагог-психолог"))
        if number == 1 and school != VILLAGE and VILLAGE in open_on(year, last):
            activity.posts.append(Post(person, year, half, VILLAGE, is_external=True))
        if number == 2 and school == SECOND:  # two posts in one school, one of them as from outside
            activity.posts.append(Post(person, year, half, school, is_external=True, position="логопед"))
        used = True
        _use(activity, rng, person, school, year, half)
    if used and year == 2020 and number == 3:  # registered and never came
        day = date(year, 12, 30)
        activity.uses.append(
            Use(person, year, "yaklass", home, date(year, 12, 1), date(year, 12, 31), day, None, 0, 0)
        )


def _months_before(day: date, number: int) -> date:
    month = day.year * 12 + day.month - 1 - number
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _use(activity: Activity, rng: Random, person: Person, school: str, year: int, half: str) -> None:
    first, last = half_days(year, half)
    platforms = ["uchi_ru", "yaklass"] if (year, half) != JOURNAL_HALF else []
    habit = rng.random()
    for platform in [*platforms, "e_journal"]:
        for number in MONTHS[half]:
            begin = date(first.year, number, 1)
            end = date(first.year, number, monthrange(first.year, number)[1])
            if rng.random() > habit:
                continue
            acts = rng.choice([0, 0, 1, 4])
            kind = rng.choice(["issued", "checked", "lessons"])
            activity.uses.append(
                Use(
                    person, year, platform, school, begin, end, registered=rng.choice([date(year, 9, 1), begin]),
                    last_login=end if rng.random() < 0.8 else None, logins=rng.choice([0, 3]) + acts,
                    days=rng.choice([0, 2]) + min(acts, 2), role="учитель" if rng.random() < 0.9 else "администратор",
                    **{kind: acts},
                )
            )  # fmt: skip
            if rng.random() < 0.1:  # the same person once more, as a parent
                activity.uses.append(
                    Use(person, year, platform, school, begin, end, begin, end, 9, 9, 0, role="родитель")
                )
    if (year, half) in (
        (2021, "H2"),
        (2023, "H2"),
    ) and rng.random() < 0.6:  # a report of the half-year as a whole
        acts = rng.choice([0, 1, 1, 2, 7])
        activity.uses.append(
            Use(person, year, "resh", school, first, last, first, last, 5, rng.choice([0, 1, 5]), issued=acts)
        )
    if year == LOG_YEAR:
        _log(activity, rng, person, school, year, half, habit)


def _log(
    activity: Activity, rng: Random, person: Person, school: str, year: int, half: str, habit: float
) -> None:
    first, last = half_days(year, half)
    for number in range((last - first).days + 1):
        if rng.random() < habit / 4:
            action = rng.choice(
                ["вход", "выдано задание", "проверена работа", "проведен урок", "просмотр страницы"]
            )
            activity.acts.append(Act(person, year, school, first + timedelta(days=number), action))
    if half == "H1":
        known = {(row[1], row[2]) for row in activity.unnamed}
        for month, users in ((10, 1), (11, 2)):
            if (SECOND, month) not in known and school == SECOND:
                activity.unnamed.append((year, SECOND, month, users))


def by_person(uses: list[Use]) -> dict[int, list[Use]]:
    """Return reports by the number of their person."""
    found: dict[int, list[Use]] = defaultdict(list)
    for use in uses:
        found[use.person.number].append(use)
    return found

"""What happened in the hidden town: people, places, exams. Drawn once from a fixed seed, with planted traps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from random import Random

from tests.hidden_town.activity import Activity
from tests.hidden_town.facts import (
    CLOSING,
    EVENING,
    FIFTH,
    GYMNASIUM,
    NEW,
    SECOND,
    VILLAGE,
    YEARS,
    Graduate,
    Place,
    Sitting,
)
from tests.hidden_town.names import People

COHORT = {GYMNASIUM: 9, SECOND: 8, VILLAGE: 4, CLOSING: 4, FIFTH: 7}
"""Pupils of one birth year by school."""
BASES = {(2021, 11), (2022, 9)}
"""Years and levels told by the base of РИС."""
RETURN = (2023, 11)
"""The year and level of which only the regional return came."""
MINIMUM = {1: 24, 2: 27, 3: 36, 6: 36, 9: 22, 12: 42}
CHOICES = (3, 6, 8, 9, 12, 18)
EXCUSED = ("absent_excused", "unfinished_excused")


@dataclass
class Life:
    """All that happened, by year."""

    people: People
    places: dict[int, list[Place]] = field(default_factory=lambda: defaultdict(list))
    graduates: list[Graduate] = field(default_factory=list)
    activity: Activity = field(default_factory=Activity)

    def of(self, year: int, level: int) -> list[Graduate]:
        return [one for one in self.graduates if (one.year, one.level) == (year, level)]


def live(seed: int = 31) -> Life:
    """Return the life of the town."""
    rng = Random(f"hidden town {seed}")
    life = Life(People(rng))
    _pupils(life, rng)
    for year in YEARS:
        for level in (9, 11):
            _exams(life, rng, year, level)
    life.activity.fill(life.places, life.people, Random(f"activity {seed}"))
    return life


# --- who studies where ---------------------------------------------------------------------------------------------


def _pupils(life: Life, rng: Random) -> None:
    for home, size in COHORT.items():
        for eighth in range(YEARS[0] - 3, YEARS[-1] + 2):
            for number in range(size):
                _schooldays(life, rng, home, eighth, number)


def _schooldays(life: Life, rng: Random, home: str, eighth: int, number: int) -> None:
    """One pupil from grade 7 to 11, with moves in the middle of a year."""
    person = life.people.pupil(born_in=eighth - 14, twin_of=(home, eighth, number))
    goes_on = rng.random() < (0.0 if home == VILLAGE else 0.6)
    letter = "АБ"[number % 2] if home == GYMNASIUM else "А"
    for grade in range(7, 12 if goes_on else 10):
        year = eighth + grade - 8
        if home == CLOSING and year > 2022:
            home, letter = FIFTH, "Б"
        end = home
        if home == CLOSING and year == 2022:
            end = FIFTH
        elif home == GYMNASIUM and year == 2022 and number in (2, 5):
            end = NEW
        elif grade in (9, 11) and rng.random() < 0.06 and home in (GYMNASIUM, SECOND, FIFTH):
            end = rng.choice([one for one in (GYMNASIUM, SECOND, FIFTH, "") if one != home])
        start = "" if grade == 9 and rng.random() < 0.03 else home
        if year in YEARS:
            life.places[year].append(Place(person, grade, letter, start, end))
        if not end:
            return
        home = end


# --- exams ---------------------------------------------------------------------------------------------------------

_DAYS = {
    9: {1: (6, 3), 2: (6, 6), 3: (6, 10), 6: (6, 11), 8: (6, 13), 9: (6, 16), 12: (6, 18), 18: (6, 19), 29: (6, 17)},
    11: {1: (5, 30), 2: (6, 4), 22: (6, 4), 3: (6, 9), 6: (6, 10), 9: (6, 14), 12: (6, 12), 29: (6, 17)},
}  # fmt: skip
_RESERVE, _SUMMER = (6, 27), (7, 4)
_AUTUMN = {1: (9, 9), 2: (9, 12), 22: (9, 12)}


def _exams(life: Life, rng: Random, year: int, level: int) -> None:
    for place in [one for one in life.places[year] if one.grade == level and one.end]:
        graduate = Graduate(
            place.person, year, level, place.end, place.letter, "oge" if level == 9 else "ege"
        )
        if place.school != place.end:
            graduate.first_school = place.school
        luck = rng.random()
        if luck < 0.06:
            graduate.is_admitted = False
        elif luck < 0.15:
            graduate.form, graduate.has_right = "gve", True
        if level == 9 and year != 2020 and graduate.form == "oge":
            _choose(rng, graduate)
        life.graduates.append(graduate)
        if graduate.is_admitted and year + level != 2019 + 9:
            _sit_all(rng, graduate)
    _outsiders(life, rng, year, level)


def _choose(rng: Random, graduate: Graduate) -> None:
    luck = rng.random()
    if luck < 0.08:  # ОВЗ: the ordinary form, the two mandatory subjects only
        graduate.has_right = True
    else:
        graduate.chosen = tuple(sorted(rng.sample(CHOICES, 1 if luck < 0.12 else 2)))
        graduate.has_right = luck < 0.12
        graduate.is_choice_told = luck < 0.9 or (graduate.year, graduate.level) in BASES


def _sit_all(rng: Random, graduate: Graduate) -> None:
    subjects: list[int] = [1]
    if graduate.level == 9 or graduate.form == "gve":
        subjects.append(2)
    else:
        subjects += rng.choice([[2], [22], [22], [2, 22]])
        if rng.random() < 0.3:
            subjects.append(rng.choice([3, 6, 9, 12]))
    if rng.random() < 0.04:
        subjects.pop(0)  # never came to Russian
    for subject in [*subjects, *graduate.chosen]:
        graduate.sittings += _sit(rng, graduate, subject)
    if any(one.subject == 9 for one in graduate.sittings):
        graduate.sittings.append(Sitting(29, date(graduate.year + 1, *_DAYS[graduate.level][29])))


def _sit(rng: Random, graduate: Graduate, subject: int) -> list[Sitting]:
    """Return the tries of a pupil at a subject; moves of a year are told in some protocols by the first school."""
    year = graduate.year + 1
    day = date(year, *_DAYS[graduate.level][subject])
    if subject in (1, 2) and rng.random() < 0.05:
        day = date(year, 4, 21)  # the early period
    reserve, summer = date(year, *_RESERVE), date(year, *_SUMMER)
    autumn = date(year, *_AUTUMN.get(subject, (9, 18)))

    def mark(is_pass: bool) -> int:
        if graduate.level == 11 and graduate.form == "ege" and subject != 22:
            least = MINIMUM[subject]
            return rng.choice([least, least + 1, 80, 100] if is_pass else [least - 1, least - 2, 5])
        return rng.choice([3, 3, 4, 5]) if is_pass else 2

    def tries(*results: tuple[date, str, bool | None]) -> list[Sitting]:
        return [
            Sitting(subject, when, status, None if good is None else mark(good))
            for when, status, good in results
        ]

    luck, again = rng.random(), rng.random()
    if luck < 0.62:
        found = tries((day, "valid", True))
    elif luck < 0.72:
        later = reserve if again < 0.5 else autumn
        found = tries((day, "valid", False), (later, "valid", again % 0.1 < 0.07))
    elif luck < 0.75:
        found = tries((day, "valid", False))
    elif luck < 0.78:
        found = tries((day, "absent", None), *([(autumn, "valid", True)] if again < 0.5 else []))
    elif luck < 0.82:
        found = tries(
            (day, rng.choice(EXCUSED), None), *([(reserve, "valid", again < 0.4)] if again < 0.6 else [])
        )
    elif luck < 0.84:
        found = tries((day, "removed", None), *([(autumn, "valid", True)] if again < 0.3 else []))
    elif luck < 0.87:
        found = tries((day, "annulled_retake", None), (autumn, "valid", again < 0.7))
    elif luck < 0.88:
        found = tries((day, "annulled_no_retake", None))
    elif luck < 0.95:
        better = luck < 0.92
        found = tries((day, "appeal_changed", better))
        found[0].before = mark(not better)
    elif luck < 0.97:
        found = tries((day, "valid", again < 0.5))
        found[0].is_declined = True
    else:  # sat again of their own will: what replaces may be lower
        found = tries((day, "valid", True), (summer if again < 0.6 else autumn, "valid", again < 0.2))
    if graduate.first_school and rng.random() < 0.3:
        found[0].school = graduate.first_school
    return found


_OUTSIDERS = (
    (EVENING, "ukp", True), (EVENING, "external", True), (GYMNASIUM, "past", False), (SECOND, "past", True),
    (FIFTH, "spo", True), (SECOND, "current", False), (GYMNASIUM, "external", False), (EVENING, "ukp", False),
)  # fmt: skip
"""(school, category, is in a list): those who sit exams and are no graduates of the school."""


def _outsiders(life: Life, rng: Random, year: int, level: int) -> None:
    if (year, level) == (2019, 9):
        return
    for school, category, is_listed in _OUTSIDERS:
        if (year, level) in BASES and category == "current":
            continue  # the base names the category of everybody
        person = life.people.adult(rng.randint(1985, 2001))
        graduate = Graduate(
            person,
            year,
            level,
            school,
            "А",
            "oge" if level == 9 else "ege",
            category=category,
            is_listed=is_listed,
        )
        for subject in (1, 2):
            graduate.sittings += _sit(rng, graduate, subject)
        life.graduates.append(graduate)

"""Pupils who persist over five years (grades 7–11 by name, 1–6 by number only), and teachers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from demo.names import Name, NameMaker
from demo.town import BY_CODE, SCHOOLS, YEARS, School, active_schools, shock

FIRST_NAMED_GRADE = 7
LETTERS = "АБВГД"


@dataclass(slots=True)
class Pupil:
    """One person. ``plain`` people (namesakes) never perform for an older grade; see ``plant_namesakes``."""

    pid: int
    name: Name
    is_female: bool
    born: date
    ability: float
    interest: float
    two_exams: bool = False
    gve: bool = False
    plain: bool = False
    no_olympiads: bool = False


@dataclass(slots=True)
class Place:
    """A pupil's place in a school in one year. A move within the year gives two places."""

    pupil: Pupil
    year: int
    school: str
    grade: int
    letter: str
    on_september_20: bool = True
    until_may: bool = True

    @property
    def moved(self) -> bool:
        return not (self.on_september_20 and self.until_may)


@dataclass
class Headcount:
    """Pupils of one grade on 20 September with the movement to the year's end."""

    pupils: int = 0
    arrivals: int = 0
    departures: int = 0

    @property
    def enrolled(self) -> int:
        return self.pupils + self.arrivals - self.departures


@dataclass
class Population:
    """Everything about who was where: ``places[year]`` and ``headcounts[year][school, grade]``."""

    pupils: list[Pupil] = field(default_factory=list)
    places: dict[int, list[Place]] = field(default_factory=dict)
    headcounts: dict[int, dict[tuple[str, int], Headcount]] = field(default_factory=dict)
    adults: dict[int, dict[tuple[str, int], int]] = field(default_factory=dict)


class PupilMaker:
    """Draws new pupils and places them."""

    def __init__(self, rng: Random, names: NameMaker, population: Population) -> None:
        self.rng = rng
        self.names = names
        self.population = population

    def pupil(self, year: int, grade: int, school: School) -> Pupil:
        """Return a new pupil who is in ``grade`` in the academic year that starts in ``year``."""
        rng = self.rng
        is_female = rng.random() < 0.51
        born = date(year - grade - 7, 9, 1) + timedelta(days=rng.randrange(365))
        special = school.kind == "special"
        limited = special or rng.random() < 0.02
        person = Pupil(
            pid=len(self.population.pupils) + 1,
            name=self.names.draw(is_female),
            is_female=is_female,
            born=born,
            ability=rng.gauss(0, 1) * 0.85 + school.strength * 0.5,
            interest=rng.random(),
            two_exams=limited,
            gve=special or (limited and rng.random() < 0.6),
        )
        self.population.pupils.append(person)
        return person

    def intake(self, year: int, school: School, grade: int) -> list[Place]:
        """Return a whole new grade of a school."""
        share = {10: 0.5, 11: 0.48}.get(grade, 1.0)
        if school.kind in ("lyceum", "gymnasium") and grade >= 10:
            share = 0.75
        if school.kind == "evening" and grade >= 10:
            share = 1.0
        size = max(3, round(school.size * share * self.rng.uniform(0.88, 1.1)))
        size = min(size, 110)
        return [
            Place(self.pupil(year, grade, school), year, school.code, grade, self.letter(i, size))
            for i in range(size)
        ]

    @staticmethod
    def letter(index: int, size: int) -> str:
        classes = max(1, min(len(LETTERS), round(size / 25)))
        return LETTERS[index % classes]


def first_places(maker: PupilMaker, year: int) -> list[Place]:
    """Return the named pupils of the first year."""
    places = []
    for school in active_schools(year):
        for grade in range(max(FIRST_NAMED_GRADE, school.lowest_grade), 12 if school.has_upper else 10):
            places += maker.intake(year, school, grade)
    return places


def next_places(
    maker: PupilMaker, year: int, before: list[Place], repeating: set[int], continuing: set[int]
) -> list[Place]:
    """Return the places of ``year`` from those of the year before.

    ``repeating``: people who stay in their grade; ``continuing``: grade 9 leavers who go on to grade 10.
    """
    rng = maker.rng
    upper = [school for school in active_schools(year) if school.has_upper and school.kind != "evening"]
    weights = [school.size for school in upper]
    active = {school.code for school in active_schools(year)}
    places = []
    for old in before:
        if not old.until_may:
            continue
        grade, code = old.grade + 1, old.school
        if old.pupil.pid in repeating:
            grade = old.grade
        elif old.grade == 11 or (old.grade == 9 and old.pupil.pid not in continuing):
            continue
        if rng.random() < 0.008:
            continue
        if code not in active:
            code = BY_CODE[code].successor
        if (grade >= 10 and not BY_CODE[code].has_upper) or (rng.random() < 0.015 and not old.pupil.plain):
            code = rng.choices(upper, weights)[0].code
        places.append(Place(old.pupil, year, code, grade, old.letter))
    for school in active_schools(year):
        places += maker.intake(year, school, max(FIRST_NAMED_GRADE, school.lowest_grade))
    return places


def move_within_year(maker: PupilMaker, year: int, places: list[Place]) -> None:
    """Let a few pupils leave town, arrive, or change school between 20 September and May (in place)."""
    rng = maker.rng
    extra: list[Place] = []
    for place in places:
        luck = rng.random()
        if place.pupil.plain or luck > 0.02:
            continue
        place.until_may = False
        if luck < 0.008:
            targets = [
                s
                for s in active_schools(year)
                if s.code != place.school and s.kind in ("secondary", "lyceum", "gymnasium")
            ]
            target = rng.choice(targets).code
            extra.append(
                Place(place.pupil, year, target, place.grade, "А", on_september_20=False, until_may=True)
            )
    for school in active_schools(year):
        top = 12 if school.has_upper else 10
        for _ in range(rng.randrange(0, 1 + school.size // 25)):
            grade = rng.randrange(max(FIRST_NAMED_GRADE, school.lowest_grade), top)
            person = maker.pupil(year, grade, school)
            extra.append(Place(person, year, school.code, grade, "А", on_september_20=False))
    places += extra


def count_heads(rng: Random, year: int, places: list[Place]) -> dict[tuple[str, int], Headcount]:
    """Return the contingent: grades 7–11 from the named pupils, lower grades drawn."""
    heads: dict[tuple[str, int], Headcount] = {}
    for school in active_schools(year):
        for grade in range(school.lowest_grade, 12 if school.has_upper else 10):
            heads[school.code, grade] = Headcount()
            if grade < FIRST_NAMED_GRADE:
                size = max(2, round(school.size * rng.uniform(0.9, 1.1)))
                heads[school.code, grade] = Headcount(min(size, 110), rng.randrange(3), rng.randrange(3))
    for place in places:
        head = heads[place.school, place.grade]
        head.pupils += place.on_september_20
        head.arrivals += not place.on_september_20
        head.departures += place.on_september_20 and not place.until_may
    return heads


def plant_namesakes(rng: Random, places: list[Place]) -> None:
    """Give some pairs one full name: across schools, across grades of a school, across classes of a grade.

    All stay resolvable: their birth dates differ, and without birth dates their school or grade does (pairs of one
    grade therefore keep away from olympiads, whose workbooks know no letter and no birth date).
    """
    by_school: dict[str, list[Place]] = {}
    for place in places:
        by_school.setdefault(place.school, []).append(place)
    big = sorted(code for code, rows in by_school.items() if len(rows) > 150)
    for index in range(14):
        first_code, second_code = rng.sample(big, 2)
        kind = "across" if index < 8 else ("grades" if index < 11 else "classes")
        if kind != "across":
            second_code = first_code
        one = rng.choice([p for p in by_school[first_code] if not p.pupil.plain])
        mates = [
            p
            for p in by_school[second_code]
            if p.pupil is not one.pupil
            and not p.pupil.plain
            and p.pupil.is_female == one.pupil.is_female
            and (kind != "grades" or p.grade != one.grade)
            and (kind != "classes" or (p.grade == one.grade and p.letter != one.letter))
        ]
        if not mates:
            continue
        other = rng.choice(mates)
        other.pupil.name = one.pupil.name
        for person in (one.pupil, other.pupil):
            person.plain = True
            person.no_olympiads = kind == "classes"
        if other.pupil.born == one.pupil.born:
            other.pupil.born += timedelta(days=1)


def year_ability(place: Place) -> float:
    """Return the ability a pupil shows at this school in this year, in standard deviations."""
    return place.pupil.ability + BY_CODE[place.school].strength * 0.5 + shock(place.school, place.year)


# --- teachers --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Teacher:
    """One teacher. ``jobs``: (school, external part-timer, position); ``leave``: a long or a short absence."""

    pid: int
    name: Name
    born: date
    jobs: list[tuple[str, bool, str]]
    hired: date
    left: date | None
    zeal: float
    leave: tuple[date, date] | None = None

    def works_on(self, day: date) -> bool:
        return self.hired <= day and (self.left is None or self.left > day)

    def is_on_long_leave(self, day: date) -> bool:
        """Whether a leave of more than three months covers the day (planted leaves are far from the limit)."""
        if self.leave is None or not self.leave[0] <= day <= self.leave[1]:
            return False
        return (self.leave[1] - self.leave[0]).days > 92


POSITIONS = (
    "учитель русского языка и литературы",
    "учитель математики",
    "учитель начальных классов",
    "учитель физики",
    "учитель истории и обществознания",
    "учитель английского языка",
    "учитель биологии",
    "учитель физической культуры",
    "педагог-психолог",
    "социальный педагог",
    "учитель-логопед",
)


def staff_dates() -> list[tuple[int, str, date]]:
    """Return (year, half, last day of the half-year) for all years."""
    return [
        item
        for year in YEARS
        for item in ((year, "H1", date(year, 12, 31)), (year, "H2", date(year + 1, 5, 31)))
    ]


def make_teachers(rng: Random, names: NameMaker) -> list[Teacher]:
    """Return all teachers of the five years with their jobs, leaves and part-time posts."""
    teachers: list[Teacher] = []

    def hire(school: School, hired: date) -> Teacher:
        born = date(rng.randrange(1958, 2000), rng.randrange(1, 13), rng.randrange(1, 29))
        person = Teacher(
            len(teachers) + 1,
            names.draw(rng.random() < 0.86),
            born,
            [(school.code, False, rng.choice(POSITIONS))],
            hired,
            None,
            rng.random(),
        )
        teachers.append(person)
        return person

    for school in SCHOOLS:
        headcount = 6 + round(school.size * (11 if school.has_upper else 9) / 24)
        if school.kind in ("evening", "special"):
            headcount = 8
        present = [hire(school, date(2015 + rng.randrange(6), 9, 1)) for _ in range(headcount)]
        for year in YEARS[1:]:
            for index, person in enumerate(present):
                if rng.random() < 0.05 and school.is_active(year):
                    person.left = date(year, 8, rng.randrange(1, 29))
                    present[index] = hire(school, date(year, 9, 1))
        if school.valid_to:
            for person in present:
                if person.left is None:
                    person.jobs = [(school.successor if rng.random() < 0.7 else "", False, person.jobs[0][2])]
                    person.jobs.insert(0, (school.code, False, person.jobs[0][2]))
    _plant_posts(rng, teachers)
    return teachers


def _plant_posts(rng: Random, teachers: list[Teacher]) -> None:
    codes = [school.code for school in SCHOOLS if school.valid_to is None]
    for person in teachers:
        home = BY_CODE[person.jobs[0][0]]
        if home.valid_to:
            continue
        luck = rng.random()
        if luck < 0.03:
            person.jobs.append(
                (rng.choice([c for c in codes if c != home.code]), True, rng.choice(POSITIONS))
            )
        elif luck < 0.045:
            person.jobs.append(
                (rng.choice([c for c in codes if c != home.code]), False, rng.choice(POSITIONS))
            )
        elif luck < 0.07:
            person.jobs.append((home.code, False, rng.choice(POSITIONS)))
        elif luck < 0.13:
            start = date(rng.choice(YEARS) + 1, rng.choice((2, 4, 11)), 10)
            person.leave = (start, start + timedelta(days=rng.choice((45, 60, 400, 540))))


def jobs_on(person: Teacher, day: date) -> list[tuple[str, bool, str]]:
    """Return the posts a teacher holds on a day, the merger taken into account."""
    if not person.works_on(day):
        return []
    posts = []
    for code, external, position in person.jobs:
        if not code:
            continue
        closed = BY_CODE[code].valid_to
        if closed and day > closed:
            continue
        takes_over = any(BY_CODE[c].valid_to and BY_CODE[c].successor == code for c, _, _ in person.jobs if c)
        if takes_over and day <= date(2023, 8, 31):
            continue
        posts.append((code, external, position))
    return posts

"""The hidden town: its schools, years, statuses and agreement, and the records of its life."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

TOWN, TOWN_NAME = "03120000", "Заозёрный муниципальный округ"
YEARS = (2019, 2020, 2021, 2022, 2023)
"""First halves of the academic years: 2019 is 2019-2020."""


def year_name(year: int) -> str:
    return f"{year}-{year + 1}"


@dataclass(frozen=True)
class Person:
    """Somebody of the town; ``patronymic`` may be empty."""

    number: int
    surname: str
    given: str
    patronymic: str
    born: date

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.surname, self.given, self.patronymic) if part)


@dataclass(frozen=True)
class School:
    code: str
    name: str
    short: str
    kind: str
    opened: date
    closed: date | None = None
    predecessor: str = ""
    successor: str = ""

    def is_open(self, first: date, last: date) -> bool:
        """Return True when the school worked on a day of the term."""
        return self.opened <= last and (self.closed is None or self.closed >= first)


GYMNASIUM, SECOND, VILLAGE, CLOSING, FIFTH, EVENING, PRIMARY, NEW = (
    f"03120{number}" for number in range(1, 9)
)
"""Codes begin with a nought: a workbook that takes them for numbers loses it."""
SCHOOLS = (
    School(GYMNASIUM, "Муниципальное бюджетное общеобразовательное учреждение «Гимназия № 1 имени К. Э. Циолковского»",
           "МБОУ «Гимназия № 1 им. К. Э. Циолковского»", "гимназия", date(1971, 9, 1)),
    School(SECOND, "Муниципальное автономное общеобразовательное учреждение «Средняя школа № 2»", "МАОУ «СШ № 2»",
           "средняя", date(1958, 9, 1)),
    School(VILLAGE, "Муниципальное казённое общеобразовательное учреждение «Берёзовская основная школа»",
           "МКОУ «Берёзовская ООШ»", "основная", date(1980, 9, 1)),
    School(CLOSING, "Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № 4»", "МБОУ «СШ № 4»",
           "средняя", date(1962, 9, 1), date(2022, 12, 30), successor=FIFTH),
    School(FIFTH, "Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № 5»", "МБОУ «СШ № 5»",
           "средняя", date(1966, 9, 1), predecessor=CLOSING),
    School(EVENING, "Муниципальное бюджетное общеобразовательное учреждение «Вечерняя (сменная) школа»",
           "МБОУ «Вечерняя школа»", "вечерняя", date(1990, 9, 1)),
    School(PRIMARY, "Муниципальное бюджетное общеобразовательное учреждение «Начальная школа № 7 „Росток“»",
           "МБОУ «НШ № 7»", "основная", date(2005, 9, 1)),
    School(NEW, "Муниципальное автономное общеобразовательное учреждение «Лицей „Кванториум“»", "МАОУ «Лицей»",
           "лицей", date(2023, 1, 9)),
)  # fmt: skip
"""The eighth opens in the middle of 2022-2023, when the fourth has just closed."""
BY_CODE = {school.code: school for school in SCHOOLS}
STATUSES = (
    ("shnor", SECOND, 2020, 2021),
    ("shnor", CLOSING, 2019, None),
    ("shnsu", VILLAGE, 2021, None),
    ("shnsu", SECOND, 2019, 2019),
)
"""(kind, school, first year, last year)."""
AGREEMENTS = (
    ("С-1", SECOND, GYMNASIUM, date(2020, 10, 1), date(2022, 8, 31)),
    ("С-2", CLOSING, FIFTH, date(2021, 9, 1), date(2022, 9, 1)),
)
"""(number, supported, partner, first day, last day); the second one touches 2022-2023 by a day."""


def active(year: int) -> list[School]:
    """Return the schools that worked on a day of the academic year."""
    return [school for school in SCHOOLS if school.is_open(date(year, 9, 1), date(year + 1, 8, 31))]


def open_on(year: int, day: date) -> set[str]:
    return {school.code for school in active(year) if school.is_open(day, day)}


@dataclass
class Place:
    """Where a pupil studies in a year: in ``school`` on 20 September (empty: not in the town), in ``end`` in May."""

    person: Person
    grade: int
    letter: str
    school: str
    end: str


@dataclass
class Sitting:
    """One try at an exam. ``mark`` is what the state set at last, ``before`` what stood before an appeal."""

    subject: int
    day: date
    status: str = "valid"
    mark: int | None = None
    before: int | None = None
    is_declined: bool = False
    school: str = ""
    """Where the protocol places the pupil, when that is not the school that was finished."""


@dataclass
class Graduate:
    """A pupil or an outsider before the exams of a year and level."""

    person: Person
    year: int
    level: int
    school: str
    letter: str
    form: str
    first_school: str = ""
    category: str = "current"
    is_admitted: bool = True
    is_listed: bool = True
    chosen: tuple[int, ...] = ()
    is_choice_told: bool = True
    has_right: bool = False
    sittings: list[Sitting] = field(default_factory=list)


@dataclass
class Entry:
    """A participation in an olympiad. ``score`` None: did not come."""

    person: Person
    year: int
    stage: str
    subject: int
    school: str
    study: int
    letter: str
    performance: int
    score: float | None
    award: str
    before: tuple[float, str] | None = None
    is_study_told: bool = True
    channel: str = "book"


@dataclass
class Contest:
    person: Person
    year: int
    code: str
    school: str
    grade: int
    letter: str
    day: date
    is_dated: bool = True


@dataclass
class Post:
    """A row of a school's list of teachers on a day."""

    person: Person
    year: int
    half: str
    school: str
    is_external: bool = False
    leave: tuple[date, date | None] | None = None
    position: str = "учитель"


@dataclass
class Use:
    """What a report of a platform says of a person; a period may be a month or longer."""

    person: Person
    year: int
    platform: str
    school: str
    first: date
    last: date
    registered: date
    last_login: date | None
    logins: int
    days: int
    issued: int = 0
    checked: int = 0
    lessons: int = 0
    role: str = "учитель"


@dataclass
class Act:
    """A line of a platform's log of events."""

    person: Person
    year: int
    school: str
    day: date
    action: str

"""ВсОШ and contests as they happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from demo.people import Place, Pupil, year_ability
from demo.town import BY_CODE

RUSSIAN, MATHEMATICS, PHYSICS, LITERATURE = 1, 2, 3, 18
COUNTED = {RUSSIAN: "russian", MATHEMATICS: "mathematics"}
"""Subjects that the indicators count."""
MAX_SCHOOL = {RUSSIAN: 60, MATHEMATICS: 35, PHYSICS: 40, LITERATURE: 50}
TASKS = {RUSSIAN: (10, 10, 12, 8, 10), MATHEMATICS: (7, 7, 7, 7, 7), PHYSICS: (10, 10, 10, 10)}
_TAKE_PART = {RUSSIAN: 0.11, MATHEMATICS: 0.13, PHYSICS: 0.04, LITERATURE: 0.03}
STUDY_GRADE_YEARS = frozenset({2022})
"""Years whose municipal protocols give the grade of study; nobody performs for an older grade then."""
PRELIMINARY_YEARS = frozenset({2021})
"""Years whose final municipal protocols were never delivered."""


@dataclass(slots=True)
class Entry:
    """A pupil's entry in one subject and stage. ``score`` None = did not come."""

    pupil: Pupil
    school: str
    study_grade: int
    performance_grade: int
    letter: str
    subject: int
    stage: str
    score: float | None
    award: str = "participant"
    tasks: tuple[float, ...] = ()
    before_appeal: tuple[float | None, str, tuple[float, ...]] | None = None


@dataclass(frozen=True)
class Contest:
    """A contest of the centre's list."""

    code: str
    name: str
    level: str
    organiser: str
    subject: int
    format: str
    is_approved: bool


@dataclass(slots=True)
class ContestEntry:
    pupil: Pupil
    school: str
    grade: int
    letter: str
    contest: Contest
    day: date
    result: str


@dataclass
class Season:
    """The olympiad year."""

    entries: list[Entry] = field(default_factory=list)
    contest_entries: list[ContestEntry] = field(default_factory=list)


CONTESTS: tuple[Contest, ...] = (
    Contest(
        "К-01",
        "Международный игровой конкурс «Русский медвежонок»",
        "international",
        "Центр продуктивного обучения",
        RUSSIAN,
        "full_time",
        True,
    ),
    Contest(
        "К-02",
        "Международный конкурс «Кенгуру»",
        "international",
        "Центр продуктивного обучения",
        MATHEMATICS,
        "full_time",
        True,
    ),
    Contest(
        "К-03",
        "Олимпиада школьников «Ломоносов» по математике",
        "national",
        "МГУ имени М. В. Ломоносова",
        MATHEMATICS,
        "mixed",
        True,
    ),
    Contest(
        "К-04",
        "Городской турнир юных математиков",
        "municipal",
        "Центр развития образования",
        MATHEMATICS,
        "full_time",
        True,
    ),
    Contest(
        "К-05",
        "Региональная олимпиада «Грамотей Прииртышья»",
        "regional",
        "Институт развития образования",
        RUSSIAN,
        "remote",
        True,
    ),
    Contest(
        "К-06",
        "Турнир по физике «Архимед»",
        "regional",
        "Институт развития образования",
        PHYSICS,
        "full_time",
        True,
    ),
    Contest(
        "К-07",
        "Онлайн-викторина «Мега-Талант», русский язык",
        "national",
        "ООО «Мега-Талант»",
        RUSSIAN,
        "remote",
        False,
    ),
    Contest(
        "К-08",
        "Летняя математическая смена",
        "municipal",
        "Центр развития образования",
        MATHEMATICS,
        "full_time",
        True,
    ),
    Contest(
        "К-09",
        "Конкурс сочинений «Без срока давности»",
        "national",
        "Министерство просвещения РФ",
        LITERATURE,
        "full_time",
        True,
    ),
)
_CONTEST_DAYS = {
    "К-01": (11, 14),
    "К-02": (3, 20),
    "К-03": (2, 16),
    "К-04": (12, 5),
    "К-05": (10, 22),
    "К-06": (1, 25),
    "К-07": (4, 3),
    "К-08": (7, 8),
    "К-09": (2, 2),
}
_CONTEST_SHARE = {
    "К-01": 0.05,
    "К-02": 0.055,
    "К-03": 0.006,
    "К-04": 0.012,
    "К-05": 0.02,
    "К-06": 0.008,
    "К-07": 0.02,
    "К-08": 0.004,
    "К-09": 0.01,
}


def run_season(rng: Random, year: int, places: list[Place]) -> Season:
    """Hold ВсОШ and the contests of a year; pupils who move within the year take no part."""
    season = Season()
    steady = [
        p for p in places if not p.moved and not p.pupil.no_olympiads and BY_CODE[p.school].kind != "evening"
    ]
    for place in steady:
        _school_stage(rng, season, place)
    _award(season.entries, "school")
    _municipal_stage(rng, year, season, steady)
    for place in steady:
        _contests(rng, year, season, place)
    return season


def _zeal(place: Place) -> float:
    kind = {"lyceum": 1.6, "gymnasium": 1.5, "special": 0.1}.get(BY_CODE[place.school].kind, 1.0)
    return kind * (0.35 + 1.3 * place.pupil.interest) * (1 + 0.15 * year_ability(place))


def _school_stage(rng: Random, season: Season, place: Place) -> None:
    # One decision a pupil: performing for an older grade is the same in all subjects of a year.
    older = (
        not place.pupil.plain
        and place.grade < 11
        and place.year not in STUDY_GRADE_YEARS
        and rng.random() < 0.03 * (1 + place.pupil.interest)
    )
    grade = place.grade + 1 if older else place.grade
    for subject, share in _TAKE_PART.items():
        if rng.random() >= share * max(0.05, _zeal(place)):
            continue
        score: float | None = None
        if rng.random() > 0.035:
            maximum = MAX_SCHOOL[subject]
            share_done = 0.38 + 0.17 * year_ability(place) + rng.gauss(0, 0.2) - 0.05 * older
            score = max(0.0, min(float(maximum), round(share_done * maximum * 2) / 2))
        season.entries.append(
            Entry(place.pupil, place.school, place.grade, grade, place.letter, subject, "school", score)
        )


def _award(entries: list[Entry], stage: str) -> None:
    """Give winners and prize-winners by subject and grade of performance (and school, at the school stage)."""
    tables: dict[tuple[int, int, str], list[Entry]] = {}
    for entry in entries:
        entry.award = "participant"
        if entry.stage == stage and entry.score is not None:
            where = entry.school if stage == "school" else ""
            tables.setdefault((entry.subject, entry.performance_grade, where), []).append(entry)
    for (subject, *_), rows in tables.items():
        maximum = MAX_SCHOOL[subject] if stage == "school" else sum(TASKS[subject])
        rows.sort(key=lambda row: (-(row.score or 0), row.pupil.pid))
        limit = max(1, round(len(rows) * 0.25))
        for position, row in enumerate(rows[:limit]):
            if (row.score or 0) >= maximum * 0.5:
                row.award = "winner" if position == 0 else "prize_winner"


def _municipal_stage(rng: Random, year: int, season: Season, steady: list[Place]) -> None:
    chosen: list[Entry] = []
    for entry in season.entries:
        if entry.subject not in TASKS or entry.score is None or entry.performance_grade < 7:
            continue
        strong = entry.award != "participant" or entry.score > 0.55 * MAX_SCHOOL[entry.subject]
        if strong and rng.random() < 0.75:
            chosen.append(_municipal_entry(rng, entry))
    entered = {entry.pupil.pid for entry in season.entries}
    direct = [p for p in steady if p.pupil.pid not in entered and p.grade >= 8 and p.pupil.interest > 0.9]
    for place in direct[:6]:
        source = Entry(
            place.pupil, place.school, place.grade, place.grade, place.letter, MATHEMATICS, "school", 20
        )
        chosen.append(_municipal_entry(rng, source))
    _award(chosen, "municipal")
    before = {id(entry): (entry.score, entry.award, entry.tasks) for entry in chosen}
    if year not in PRELIMINARY_YEARS:
        for entry in chosen:
            if entry.score is not None and rng.random() < 0.06:
                top = TASKS[entry.subject]
                tasks = list(entry.tasks)
                index = rng.randrange(len(tasks))
                tasks[index] = min(float(top[index]), tasks[index] + 2)
                entry.tasks, entry.score = tuple(tasks), sum(tasks)
        _award(chosen, "municipal")
    for entry in chosen:
        entry.before_appeal = before[id(entry)]
    season.entries += chosen


def _municipal_entry(rng: Random, source: Entry) -> Entry:
    tops = TASKS[source.subject]
    tasks: tuple[float, ...] = ()
    score: float | None = None
    if rng.random() > 0.06:
        share = 0.25 + 0.5 * ((source.score or 0) / MAX_SCHOOL[source.subject]) + rng.gauss(0, 0.18)
        tasks = tuple(
            max(0.0, min(float(top), round(top * (share + rng.gauss(0, 0.15)) * 2) / 2)) for top in tops
        )
        score = sum(tasks)
    return Entry(
        source.pupil,
        source.school,
        source.study_grade,
        source.performance_grade,
        source.letter,
        source.subject,
        "municipal",
        score,
        tasks=tasks,
    )


def _contests(rng: Random, year: int, season: Season, place: Place) -> None:
    for contest in CONTESTS:
        if rng.random() >= _CONTEST_SHARE[contest.code] * max(0.05, _zeal(place)):
            continue
        month, day = _CONTEST_DAYS[contest.code]
        held = date(year if month >= 9 else year + 1, month, day) + timedelta(days=year % 3)
        result = rng.choices(("участник", "призёр", "победитель"), (85, 12, 3))[0]
        season.contest_entries.append(
            ContestEntry(place.pupil, place.school, place.grade, place.letter, contest, held, result)
        )

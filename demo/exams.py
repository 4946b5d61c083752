"""ГИА as it happened: admission, attempts, re-sits, appeals; who passed by the rules of the methodology."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from demo.names import NameMaker
from demo.people import Place, Pupil, year_ability
from demo.town import BY_CODE

RUSSIAN, PROFILE, BASIC = 1, 2, 22
GVE_RUSSIAN, GVE_MATHEMATICS = 51, 52
CHOICE_9 = (12, 8, 5, 6, 3, 4, 9, 7, 18)
CHOICE_11 = (12, 5, 6, 3, 4, 7, 18, 9, 8)
CHOICE_WEIGHTS = (42, 34, 26, 18, 12, 10, 9, 6, 5)

# Subject: (maximum primary mark, primary mark that gives «3», «4», «5»). Grade 9, scales of 2024.
SCALE_9 = {
    1: (33, 15, 23, 29),
    2: (31, 8, 15, 22),
    3: (39, 11, 23, 35),
    4: (38, 10, 21, 31),
    5: (19, 5, 11, 16),
    6: (45, 13, 26, 38),
    7: (34, 11, 21, 29),
    8: (31, 12, 19, 26),
    9: (68, 29, 46, 58),
    12: (37, 14, 24, 32),
    18: (37, 14, 22, 29),
    51: (17, 5, 11, 15),
    52: (14, 4, 7, 10),
}
# Subject: (maximum primary mark, minimum of the 100-point scale). Grade 11.
SCALE_11 = {
    1: (50, 24),
    2: (31, 27),
    3: (45, 36),
    4: (56, 36),
    5: (29, 40),
    6: (57, 36),
    7: (40, 32),
    8: (39, 37),
    9: (82, 22),
    12: (57, 42),
    18: (45, 32),
}
BASIC_SCALE = (21, 7, 12, 17)

VALID = "valid"
APPEAL = "appeal_changed"
EXCUSED = ("absent_excused", "unfinished_excused")
_DAYS_9 = {
    51: (5, 30),
    52: (6, 2),
    9: (5, 21),
    7: (5, 26),
    3: (5, 26),
    6: (5, 26),
    4: (5, 29),
    2: (6, 3),
    5: (6, 5),
    12: (6, 5),
    8: (6, 5),
    1: (6, 9),
    18: (6, 16),
}
_DAYS_11 = {
    8: (5, 23),
    18: (5, 23),
    4: (5, 23),
    1: (5, 30),
    2: (6, 3),
    22: (6, 3),
    12: (6, 6),
    7: (6, 6),
    3: (6, 6),
    6: (6, 11),
    9: (6, 14),
    5: (6, 18),
}


@dataclass(slots=True)
class Attempt:
    """One attempt at one exam. ``mark`` on the scale that the state sets: 2–5, or 0–100 in ``test``."""

    pupil: Pupil
    school: str
    letter: str
    level: int
    subject: int
    day: date
    stage: str
    form: str
    status: str
    category: str = "current"
    primary: int | None = None
    test: int | None = None
    mark: int | None = None
    before_appeal: tuple[int | None, int | None, int | None] | None = None

    @property
    def has_result(self) -> bool:
        """Whether the attempt gave a result that counts."""
        return self.status in (VALID, APPEAL)

    @property
    def is_pass(self) -> bool:
        if not self.has_result:
            return False
        if self.mark is not None:
            return self.mark >= 3
        return self.test is not None and self.test >= SCALE_11[self.subject][1]


@dataclass(slots=True)
class Admission:
    """One row of the school's list."""

    pupil: Pupil
    school: str
    letter: str
    level: int
    is_admitted: bool
    form: str
    chosen: tuple[int, ...]
    two_exams: bool
    category: str = "current"


@dataclass
class Session:
    """ГИА of one academic year."""

    admissions: list[Admission] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


class Hall:
    """Runs the exams of one year."""

    def __init__(self, rng: Random, year: int) -> None:
        self.rng = rng
        self.year = year
        self.session = Session()

    def day(self, level: int, subject: int, stage: str) -> date:
        """Return the date of an exam; reserve days and September days are shared by subjects."""
        summer = self.year + 1
        if stage == "reserve":
            return date(summer, 6, 26) if level == 9 else date(summer, 6, 23)
        if stage == "additional":
            return date(summer, 9, 5) if subject in (RUSSIAN, GVE_RUSSIAN) else date(summer, 9, 9)
        month, number = (_DAYS_9 if level == 9 else _DAYS_11)[subject]
        return date(summer, month, number) + timedelta(days=self.year % 2)

    def sit(self, seat: Admission, subject: int, stage: str, ability: float, bonus: float = 0.0) -> Attempt:
        """Let a pupil sit an exam; return the attempt, which is also kept in the session."""
        status = VALID
        if stage == "main":
            luck = self.rng.random()
            for limit, name in _MISHAPS:
                if luck < limit:
                    status = name
                    break
        attempt = Attempt(
            seat.pupil,
            seat.school,
            seat.letter,
            seat.level,
            subject,
            self.day(seat.level, subject, stage),
            stage,
            seat.form,
            status,
            seat.category,
        )
        if status == VALID:
            self._mark(attempt, ability + bonus)
            if stage == "main" and self.rng.random() < 0.012:
                self._appeal(attempt)
        self.session.attempts.append(attempt)
        return attempt

    def _mark(self, attempt: Attempt, ability: float) -> None:
        drawn = ability * 0.75 + self.rng.gauss(0, 0.66)
        if attempt.level == 9 or attempt.subject in (BASIC, GVE_RUSSIAN, GVE_MATHEMATICS):
            scale = (
                BASIC_SCALE if attempt.level == 11 and attempt.subject == BASIC else SCALE_9[attempt.subject]
            )
            maximum, three, _, five = scale
            hard = 0.15 if attempt.subject in (2, 3, 4, BASIC) else 0.4
            middle = three + (five - three) * (0.42 + 0.2 * hard)
            primary = round(middle + drawn * (five - three) * 0.36)
            attempt.primary = max(0, min(maximum, primary))
            attempt.mark = mark_of(attempt.primary, scale)
        else:
            maximum, _ = SCALE_11[attempt.subject]
            middle = {1: 64, 2: 55}.get(attempt.subject, 57)
            test = round(middle + drawn * (14 if attempt.subject == 1 else 17))
            attempt.test = max(0, min(100, test))
            attempt.primary = round(maximum * attempt.test / 100)

    def _appeal(self, attempt: Attempt) -> None:
        """Raise the result a little: the row of the final protocol carries the changed one."""
        attempt.before_appeal = (attempt.primary, attempt.test, attempt.mark)
        assert attempt.primary is not None
        if attempt.test is not None:
            attempt.test = min(100, attempt.test + 3)
            attempt.primary = round(SCALE_11[attempt.subject][0] * attempt.test / 100)
        else:
            scale = BASIC_SCALE if attempt.subject == BASIC else SCALE_9[attempt.subject]
            attempt.primary = min(scale[0], attempt.primary + 1)
            attempt.mark = mark_of(attempt.primary, scale)
        attempt.status = APPEAL


_MISHAPS = (
    (0.0045, "absent_excused"),
    (0.0065, "unfinished_excused"),
    (0.0090, "absent"),
    (0.0105, "removed"),
    (0.0114, "annulled_retake"),
    (0.0118, "annulled_no_retake"),
)


def mark_of(primary: int, scale: tuple[int, int, int, int]) -> int:
    """Return the mark 2–5 of a primary mark."""
    return 2 + sum(primary >= limit for limit in scale[1:])


def required_9(seat: Admission) -> tuple[int, ...]:
    """Return the subjects a grade 9 pupil must pass."""
    if seat.form == "gve":
        return (GVE_RUSSIAN, GVE_MATHEMATICS)
    return (RUSSIAN, PROFILE, *seat.chosen)


def run_session(
    rng: Random, names: NameMaker, year: int, places: list[Place], leavers: list[Place]
) -> Session:
    """Hold the year's ГИА for the graduates among ``places``; ``leavers`` finished grade 11 a year ago."""
    hall = Hall(rng, year)
    for place in places:
        if not place.until_may:
            continue
        if place.grade == 9:
            _grade_9(hall, place)
        elif place.grade == 11:
            _grade_11(hall, place)
    _others(hall, names, leavers)
    return hall.session


def _grade_9(hall: Hall, place: Place) -> None:
    rng, pupil = hall.rng, place.pupil
    ability = year_ability(place)
    form = "gve" if pupil.gve else "oge"
    chosen: tuple[int, ...] = ()
    if not pupil.two_exams:
        chosen = _choose(rng, CHOICE_9, 2)
    admitted = pupil.plain or rng.random() > (0.035 if ability < -1 else 0.006)
    seat = Admission(pupil, place.school, place.letter, 9, admitted, form, chosen, pupil.two_exams)
    hall.session.admissions.append(seat)
    if not admitted:
        return
    bonus = 1.0 if form == "gve" else 0.0
    attempts = [hall.sit(seat, subject, "main", ability, bonus) for subject in required_9(seat)]
    failed = [a for a in attempts if a.has_result and not a.is_pass]
    excused = [a for a in attempts if a.status in EXCUSED]
    out = [a for a in attempts if not a.has_result and a.status not in EXCUSED]
    for first in excused:
        if rng.random() < 0.7:
            hall.sit(seat, first.subject, "reserve", ability, bonus)
        elif rng.random() < 0.6:
            hall.sit(seat, first.subject, "additional", ability, bonus)
    for first in failed:
        again = None
        if len(failed) + len(out) <= 2 and rng.random() < 0.8:
            again = hall.sit(seat, first.subject, "reserve", ability, bonus + 0.75)
        if (again is None or not again.is_pass) and rng.random() < 0.75:
            hall.sit(seat, first.subject, "additional", ability, bonus + 0.95)
    for first in out:
        if first.status != "annulled_no_retake" and rng.random() < 0.6:
            hall.sit(seat, first.subject, "additional", ability, bonus + 0.5)


def _choose(rng: Random, subjects: tuple[int, ...], count: int) -> tuple[int, ...]:
    picked: list[int] = []
    while len(picked) < count:
        subject = rng.choices(subjects, CHOICE_WEIGHTS)[0]
        if subject not in picked:
            picked.append(subject)
    return tuple(picked)


def _grade_11(hall: Hall, place: Place) -> None:
    rng, pupil = hall.rng, place.pupil
    ability = year_ability(place) + 0.25
    takes_profile = rng.random() < (0.62 if ability > 0 else 0.4)
    chosen = _choose(
        rng, CHOICE_11, rng.choice((1, 1, 2, 2, 3)) if BY_CODE[place.school].kind != "evening" else 1
    )
    admitted = pupil.plain or rng.random() > 0.006
    seat = Admission(pupil, place.school, place.letter, 11, admitted, "ege", chosen, False)
    hall.session.admissions.append(seat)
    if not admitted:
        return
    for subject in chosen:
        hall.sit(seat, subject, "main", ability)
    for first_subject in (RUSSIAN, PROFILE if takes_profile else BASIC):
        first = hall.sit(seat, first_subject, "main", ability)
        if first.is_pass:
            if first.subject == PROFILE and first.test and 70 < first.test < 90 and rng.random() < 0.02:
                _lawful_resit(hall, seat, first)
            continue
        subject = BASIC if first.subject == PROFILE and rng.random() < 0.8 else first.subject
        again = None
        if first.has_result or first.status in EXCUSED:
            if rng.random() < 0.8:
                again = hall.sit(seat, subject, "reserve", ability, 0.5)
        elif first.status == "annulled_no_retake":
            continue
        if (again is None or not again.is_pass) and rng.random() < 0.8:
            hall.sit(seat, BASIC if first.subject == PROFILE else subject, "additional", ability, 0.8)


def _lawful_resit(hall: Hall, seat: Admission, first: Attempt) -> None:
    """A re-sit of a passed subject on a reserve day replaces the result, even downward (still a pass)."""
    again = hall.sit(seat, first.subject, "reserve", 0.0)
    assert first.test is not None
    again.test = first.test - 6
    again.primary = round(SCALE_11[first.subject][0] * again.test / 100)


def _others(hall: Hall, names: NameMaker, leavers: list[Place]) -> None:
    """Add people who are no current-year graduates: past graduates, СПО, adults of the evening school (УКП)."""
    rng = hall.rng
    for place in leavers:
        if rng.random() < 0.05:
            seat = Admission(place.pupil, place.school, place.letter, 11, True, "ege", (), False, "past")
            for subject in _choose(rng, CHOICE_11, 1):
                hall.sit(seat, subject, "main", year_ability(place))
    schools = sorted({place.school for place in leavers}) or ["720103", "720105"]
    for index in range(7):
        category = "spo" if index < 3 else "ukp"
        born = date(hall.year - 18 - index, 1 + index, 11)
        pupil = Pupil(
            1_000_000 + hall.year * 100 + index, names.draw(index % 2 == 0), index % 2 == 0, born, 0.0, 0.0
        )
        level = 9 if index in (5, 6) else 11
        school = "072127" if category == "ukp" else rng.choice(schools)
        form = "ege" if level == 11 else "oge"
        seat = Admission(
            pupil, school, "А", level, True, form, (12, 8) if level == 9 else (), False, category
        )
        subjects = (RUSSIAN, PROFILE, 12, 8) if level == 9 else (RUSSIAN, BASIC)
        if category == "ukp":
            hall.session.admissions.append(seat)
        for subject in subjects:
            hall.sit(seat, subject, "main", 0.3)


def passed(session: Session, last_stage: str) -> set[tuple[int, int]]:
    """Return (pid, level) of admitted current-year graduates who pass by ``main`` or by ``additional``."""
    effective = effective_results(session, last_stage)
    done = set()
    for seat in session.admissions:
        if not seat.is_admitted or seat.category != "current":
            continue

        def ok(subject: int, pid: int = seat.pupil.pid, level: int = seat.level) -> bool:
            attempt = effective.get((pid, level, subject))
            return attempt is not None and attempt.is_pass

        if seat.level == 9:
            good = all(ok(subject) for subject in required_9(seat))
        else:
            good = ok(RUSSIAN) and (ok(BASIC) or ok(PROFILE))
        if good:
            done.add((seat.pupil.pid, seat.level))
    return done


def effective_results(session: Session, last_stage: str) -> dict[tuple[int, int, int], Attempt]:
    """Return the last attempt with a result by (pid, level, subject), up to the main or the additional period."""
    latest: dict[tuple[int, int, int], Attempt] = {}
    for attempt in session.attempts:
        if not attempt.has_result or (last_stage == "main" and attempt.stage == "additional"):
            continue
        key = (attempt.pupil.pid, attempt.level, attempt.subject)
        if key not in latest or latest[key].day < attempt.day:
            latest[key] = attempt
    return latest

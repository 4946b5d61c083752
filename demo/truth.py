"""The true figures, counted from the invented people by the rules of the methodology.

Nothing here reads a file or knows a table of the warehouse: this is the independent witness against which the
pipeline is compared. One row a figure, keyed like ``indicator_values``; ``symbol`` is empty for a plain number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from demo.exams import (
    BASIC,
    EXCUSED,
    PROFILE,
    RUSSIAN,
    Admission,
    Attempt,
    Session,
    effective_results,
    passed,
    required_9,
)
from demo.olympiads import COUNTED, PRELIMINARY_YEARS, Entry
from demo.people import jobs_on, staff_dates
from demo.town import MUNICIPALITY_CODE, YEARS, active_schools, groups, year_name
from demo.usage import APPROVED, FIRST_YEAR
from demo.world import World
from demo.write_sirius import UNMATCHED
from demo.write_sirius import YEAR as SIRIUS_YEAR

KEYS = (
    "academic_year",
    "municipality_code",
    "area_kind",
    "area_code",
    "indicator_code",
    "measure",
    "gia_level",
    "cutoff",
    "denominator_kind",
    "stage",
    "subject",
    "award",
    "usage_level",
    "period",
)
COLUMNS = (*KEYS, "numerator", "denominator", "value", "n_pending", "n_excluded", "symbol")
STAGES = ("school", "municipal", "any")
SUBJECTS = ("russian", "mathematics", "any")
AWARDS = ("any", "winner", "prize_winner")
GRADES = (8, 9, 10, 11)


Effective = dict[tuple[int, int, int], Attempt]
Keys = dict[str, str]
"""The key columns that apply to a figure beyond its area and measure."""


class Figure(NamedTuple):
    """A true figure; ``numerator`` … are None where they do not exist."""

    keys: tuple[str, ...]
    numerator: int | None
    denominator: int | None
    value: float | None
    n_pending: int | None = None
    n_excluded: int | None = None
    symbol: str = ""


@dataclass(frozen=True)
class Area:
    """A school, a group or the municipality in one year, as the set of its schools."""

    year: int
    kind: str
    code: str
    schools: frozenset[str]

    def count(self, indicator: str, measure: str, number: int | None, keys: Keys) -> Figure:
        """Return a count of this area; None stands for «unavailable»."""
        named = self._keys(indicator, measure, keys)
        if number is None:
            return Figure(named, None, None, None, symbol="x")
        return Figure(named, number, None, float(number))

    def share(
        self,
        name: tuple[str, str],
        part: int | None,
        whole: int,
        keys: Keys,
        left_out: tuple[int | None, int | None] = (None, None),
    ) -> Figure:
        """Return a share in per cent; ``name`` = (indicator, measure), ``left_out`` = (pending, excluded).

        A share of nobody is ``z``; a part that is None is «unavailable».
        """
        named = self._keys(*name, keys)
        if part is None:
            return Figure(named, None, None, None, symbol="x")
        if whole == 0:
            return Figure(named, 0, 0, None, *left_out, symbol="z")
        return Figure(named, part, whole, 100 * part / whole, *left_out)

    def _keys(self, indicator: str, measure: str, keys: Keys) -> tuple[str, ...]:
        named = {
            "academic_year": year_name(self.year),
            "municipality_code": MUNICIPALITY_CODE,
            "area_kind": self.kind,
            "area_code": self.code,
            "indicator_code": indicator,
            "measure": measure,
            **keys,
        }
        return tuple(named.get(key, "z") for key in KEYS)


def areas(year: int) -> Iterator[Area]:
    """Yield the areas of a year: schools, groups, the municipality."""
    codes = [school.code for school in active_schools(year)]
    for code in codes:
        yield Area(year, "school", code, frozenset({code}))
    for name, members in groups(year).items():
        yield Area(year, "group", name, frozenset(members))
    yield Area(year, "municipality", MUNICIPALITY_CODE, frozenset(codes))


def indicator_values(world: World) -> list[Figure]:
    """Return all figures, sorted by key."""
    figures: list[Figure] = []
    for year in YEARS:
        exams = _ExamYear.of(world.sessions[year])
        usage = users_of_year(world, year)
        for area in areas(year):
            figures += _i1(world, exams, area)
            figures += _i2(world, area)
            figures += _i3(world, area)
            figures += _i4(world, area)
            figures += _i5(usage, area)
    return sorted(figures)


# --- I1 -----------------------------------------------------------------------------------------------------------


@dataclass
class _ExamYear:
    admitted: list[Admission] = field(default_factory=list)
    done: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    pending: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    excluded: set[tuple[str, int, int]] = field(default_factory=set)

    @classmethod
    def of(cls, session: Session) -> _ExamYear:
        year = cls([seat for seat in session.admissions if seat.is_admitted and seat.category == "current"])
        for cutoff, last in (("main", "main"), ("september", "additional")):
            year.done[cutoff] = passed(session, last)
            year.pending[cutoff] = pending_people(session, year.admitted, last)
        year.excluded = {
            (a.school, a.level, a.pupil.pid) for a in session.attempts if a.category != "current"
        }
        return year


def pending_people(session: Session, admitted: Iterable[Admission], last_stage: str) -> set[tuple[int, int]]:
    """Return (pid, level) of admitted people who lack only results that they were excused from so far."""
    good = effective_results(session, last_stage)
    failed_to_come: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for attempt in session.attempts:
        if last_stage == "main" and attempt.stage == "additional":
            continue
        if not attempt.has_result:
            failed_to_come.setdefault((attempt.pupil.pid, attempt.level), []).append(
                (attempt.subject, attempt.status)
            )
    waiting = set()
    for seat in admitted:
        who = (seat.pupil.pid, seat.level)
        if who not in failed_to_come:
            continue
        required = required_9(seat) if seat.level == 9 else (RUSSIAN, "mathematics")
        missing = [s for s in required if not _has_passed(good, who, s)]
        excused = {subject for subject, status in failed_to_come[who] if status in EXCUSED}
        if missing and all(_is_excused(good, who, s, excused) for s in missing):
            waiting.add(who)
    return waiting


def _codes(subject: int | str) -> tuple[int, ...]:
    """Return the codes by which a required subject can be met: either mathematics of level 11."""
    return (PROFILE, BASIC) if subject == "mathematics" else (int(subject),)


def _has_passed(good: Effective, who: tuple[int, int], subject: int | str) -> bool:
    attempts = [good.get((*who, code)) for code in _codes(subject)]
    return any(attempt is not None and attempt.is_pass for attempt in attempts)


def _is_excused(good: Effective, who: tuple[int, int], subject: int | str, excused: set[int]) -> bool:
    codes = _codes(subject)
    return any(code in excused for code in codes) and not any((*who, code) in good for code in codes)


def _i1(world: World, exams: _ExamYear, area: Area) -> Iterator[Figure]:
    heads = world.population.headcounts[area.year]
    for level in ("9", "11", "all"):
        levels = (9, 11) if level == "all" else (int(level),)
        graduates = {
            (seat.pupil.pid, seat.level)
            for seat in exams.admitted
            if seat.school in area.schools and seat.level in levels
        }
        enrolled = sum(
            head.enrolled
            for (school, grade), head in heads.items()
            if school in area.schools and grade in levels
        )
        excluded = sum(school in area.schools and lev in levels for school, lev, _ in exams.excluded)
        for cutoff in ("main", "september"):
            done = len(graduates & exams.done[cutoff])
            pending = len(graduates & exams.pending[cutoff])
            for kind, whole in (("admitted", len(graduates)), ("enrolled", enrolled)):
                keys = {"gia_level": level, "cutoff": cutoff, "denominator_kind": kind, "period": "year"}
                yield area.share(("I1", "share"), done, whole, keys, (pending, excluded))


# --- I2, I3, I4 ------------------------------------------------------------------------------------------


def _counted(world: World, area: Area) -> list[Entry]:
    return [
        entry
        for entry in world.seasons[area.year].entries
        if entry.subject in COUNTED
        and entry.score is not None
        and entry.study_grade in GRADES
        and entry.school in area.schools
    ]


def _select(entries: Iterable[Entry], stage: str, subject: str) -> list[Entry]:
    return [e for e in entries if stage in ("any", e.stage) and subject in ("any", COUNTED[e.subject])]


def _people(entries: Iterable[Entry]) -> set[int]:
    return {entry.pupil.pid for entry in entries}


def _contingent(world: World, area: Area) -> int:
    heads = world.population.headcounts[area.year]
    return sum(h.pupils for (school, grade), h in heads.items() if school in area.schools and grade in GRADES)


def _i2(world: World, area: Area) -> Iterator[Figure]:
    entries = _counted(world, area)
    contingent = _contingent(world, area)
    for stage in STAGES:
        for subject in SUBJECTS:
            rows = _select(entries, stage, subject)
            keys = {"stage": stage, "subject": subject, "period": "year"}
            pupils = len(_people(rows))
            older = len(_people(e for e in rows if e.performance_grade > e.study_grade))
            yield area.count("I2", "pupils", pupils, keys)
            yield area.count("I2", "participations", len(rows), keys)
            yield area.share(("I2", "per_100"), pupils, contingent, keys)
            yield area.count("I2", "older_grade", older, keys)
    codes = UNMATCHED if area.year == SIRIUS_YEAR and area.kind == "municipality" else None
    yield area.count(
        "I2", "unmatched", codes, {"stage": "school", "subject": "mathematics", "period": "year"}
    )


def _i3(world: World, area: Area) -> Iterator[Figure]:
    known = area.year not in PRELIMINARY_YEARS
    entries = _counted(world, area)
    for subject in SUBJECTS:
        rows = _select(entries, "municipal", subject)
        keys = {"stage": "municipal", "subject": subject, "period": "year"}
        for award in AWARDS:
            held = [e for e in rows if e.award != "participant" and award in ("any", e.award)]
            own = {**keys, "award": award}
            yield area.count("I3", "pupils", len(_people(held)) if known else None, own)
            yield area.count("I3", "diplomas", len(held) if known else None, own)
        held = [e for e in rows if e.award != "participant"]
        part = len(_people(held)) if known else None
        yield area.share(("I3", "share_of_participants"), part, len(_people(rows)), {**keys, "award": "any"})


def _i4(world: World, area: Area) -> Iterator[Figure]:
    people = _people(_counted(world, area))
    for entry in world.seasons[area.year].contest_entries:
        in_year = date(area.year, 9, 1) <= entry.day <= date(area.year + 1, 8, 31)
        counts = entry.contest.is_approved and entry.contest.subject in COUNTED and entry.grade in GRADES
        if in_year and counts and entry.school in area.schools:
            people.add(entry.pupil.pid)
    keys = {"stage": "any", "subject": "any", "period": "year"}
    yield area.share(("I4", "share"), len(people), _contingent(world, area), keys)


# --- I5 -----------------------------------------------------------------------------------------------------------


@dataclass
class _UsageYear:
    """By half-year: (school, teacher) who count, and teachers by level of usage; ``known`` = anything delivered."""

    known: bool
    staff: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    users: dict[tuple[str, str], set[int]] = field(default_factory=dict)


def users_of_year(world: World, year: int) -> _UsageYear:
    """Return who taught and who used the platforms in the half-years of a year."""
    result = _UsageYear(known=year >= FIRST_YEAR)
    rows = [row for row in world.usage.months.get(year, []) if row.platform in APPROVED]
    for start, half, day in staff_dates():
        if start != year:
            continue
        result.staff[half] = {
            (school, person.pid)
            for person in world.teachers
            if not person.is_on_long_leave(day)
            for school, external, _ in jobs_on(person, day)
            if not external
        }
        result.users["L0", half] = {row.teacher.pid for row in rows if row.registered <= day}
        result.users["L1", half] = {row.teacher.pid for row in rows if row.half == half and row.logins > 0}
        months: dict[int, set[int]] = {}
        for row in rows:
            if row.half == half and row.acts > 0:
                months.setdefault(row.teacher.pid, set()).add(row.month)
        result.users["L2", half] = {pid for pid, active in months.items() if len(active) >= 2}
    return result


def _i5(usage: _UsageYear, area: Area) -> Iterator[Figure]:
    for half in ("H1", "H2"):
        teachers = {pid for school, pid in usage.staff[half] if school in area.schools}
        for level in ("L0", "L1", "L2"):
            using = len(teachers & usage.users[level, half]) if usage.known else None
            keys = {"usage_level": level, "period": half}
            yield area.share(("I5", "share"), using, len(teachers), keys)
            yield area.count("I5", "teachers", using, keys)


# --- subject results -------------------------------------------------------------------------------------

SUBJECT_COLUMNS = (
    "academic_year",
    "school_code",
    "gia_level",
    "subject_code",
    "participants",
    "passed",
    "high_80_99",
    "hundred",
    "mean_test_mark",
    "mean_mark",
)


def subject_results(world: World) -> list[tuple[object, ...]]:
    """Return school × subject counts of current-year graduates by the last result of the main period."""
    table: list[tuple[object, ...]] = []
    for year in YEARS:
        cells: dict[tuple[str, int, int], list[Attempt]] = {}
        for (_, level, subject), attempt in effective_results(world.sessions[year], "main").items():
            if attempt.category == "current":
                cells.setdefault((attempt.school, level, subject), []).append(attempt)
        for (school, level, subject), rows in sorted(cells.items()):
            tests = [a.test for a in rows if a.test is not None]
            marks = [a.mark for a in rows if a.mark is not None]
            table.append(
                (
                    year_name(year),
                    school,
                    level,
                    subject,
                    len(rows),
                    sum(a.is_pass for a in rows),
                    sum(80 <= t <= 99 for t in tests),
                    sum(t == 100 for t in tests),
                    sum(tests) / len(tests) if tests else None,
                    sum(marks) / len(marks) if marks else None,
                )
            )
    return table


def people_counts(world: World) -> dict[str, object]:
    """Return how many people stand behind the demo, by kind and year, and the schools of every group."""
    population = world.population
    return {
        "pupils": len(population.pupils),
        "teachers": len(world.teachers),
        "years": {
            year_name(year): {
                "named_pupils": len({place.pupil.pid for place in population.places[year]}),
                "gia_attempts": len(world.sessions[year].attempts),
                "vsosh_entries": len(world.seasons[year].entries),
                "contest_entries": len(world.seasons[year].contest_entries),
                "active_schools": len(active_schools(year)),
                "groups": {name: sorted(codes) for name, codes in groups(year).items()},
            }
            for year in YEARS
        },
    }

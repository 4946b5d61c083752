"""The true figures of the hidden town, counted from its life by the text of the methodology (section 1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tests.hidden_town.facts import (
    AGREEMENTS,
    BY_CODE,
    STATUSES,
    TOWN,
    YEARS,
    Graduate,
    Sitting,
    active,
    year_name,
)
from tests.hidden_town.life import BASES, EXCUSED, MINIMUM, RETURN, Life

KEYS = (
    "academic_year", "municipality_code", "area_kind", "area_code", "indicator_code", "measure", "gia_level", "cutoff",
    "denominator_kind", "stage", "subject", "award", "usage_level", "period",
)  # fmt: skip
Key = tuple[str, ...]


class Number(NamedTuple):
    """A figure: ``symbol`` is empty for a number; ``low`` and ``high`` stand where only bounds are known."""

    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    symbol: str = ""
    low: float | None = None
    high: float | None = None
    pending: int | None = None
    excluded: int | None = None


UNKNOWN = Number(symbol="x")


def count(low: int, high: int | None = None) -> Number:
    if high is None or low == high:
        return Number(low, None, float(low))
    return Number(low=float(low), high=float(high))


def share(low: int, whole: int, high: int | None = None) -> Number:
    if whole == 0:
        return Number(0, 0, symbol="z")
    if high is None or low == high:
        return Number(low, whole, 100 * low / whole)
    return Number(None, whole, None, "", 100 * low / whole, 100 * high / whole)


class Area(NamedTuple):
    kind: str
    code: str
    schools: frozenset[str]

    def key(self, year: int, indicator: str, measure: str, **keys: str) -> Key:
        named = {
            "academic_year": year_name(year), "municipality_code": TOWN, "area_kind": self.kind, "area_code": self.code,
            "indicator_code": indicator, "measure": measure, "period": "year", **keys,
        }  # fmt: skip
        return tuple(named.get(name, "z") for name in KEYS)


def areas(year: int) -> Iterator[Area]:
    """Yield schools, groups that have members, and the municipality."""
    codes = frozenset(school.code for school in active(year))
    groups: dict[str, set[str]] = defaultdict(set)
    for kind, code, first, last in STATUSES:
        if first <= year <= (last or year):
            groups[kind].add(code)
    for _, supported, partner, first_day, last_day in AGREEMENTS:
        if first_day <= date(year + 1, 8, 31) and last_day >= date(year, 9, 1):
            groups["supported"].add(supported)
            groups["partner"].add(partner)
    groups["other"] = set(codes) - groups["supported"] - groups["partner"]
    for code in codes:
        yield Area("school", code, frozenset({code}))
    for name, members in groups.items():
        if members & codes:
            yield Area("group", name, frozenset(members & codes))
    yield Area("municipality", TOWN, codes)


def contingent(life: Life, year: int, schools: frozenset[str], grades: set[int]) -> tuple[int, int, int]:
    """Return pupils of 20 September, arrivals and departures. A school that was not open on the day has none."""
    places = [one for one in life.places[year] if one.grade in grades]
    present = [one for one in places if one.school in schools]
    arrived = [one for one in places if one.end in schools and one.end != one.school]
    return len(present), len(arrived), sum(one.end != one.school for one in present)


# --- I1 ------------------------------------------------------------------------------------------------------------


class Exams:
    """The exams of a year."""

    def __init__(self, life: Life, year: int) -> None:
        self.life, self.year = life, year
        self.cutoffs = {"main": date(year + 1, 8, 31), "september": date(year + 1, 10, 10)}

    def outcome(self, one: Graduate, subject: int, cutoff: str) -> str:
        """Return passed, failed, waiting or nothing: the last valid result by the day, never the best."""
        is_base = (one.year, one.level) in BASES
        rows = [s for s in one.sittings if s.subject == subject and s.day <= self.cutoffs[cutoff]]
        rows.sort(key=lambda s: s.day)
        valid = [s for s in rows if s.mark is not None]
        if valid:
            return "passed" if self.is_pass(one, valid[-1]) else "failed"
        # The base knows works, not why somebody did not come.
        return "waiting" if rows and rows[-1].status in EXCUSED and not is_base else "nothing"

    def is_pass(self, one: Graduate, sitting: Sitting) -> bool:
        mark = sitting.mark or 0
        if one.level == 11 and one.form == "ege" and sitting.subject != 22:
            return mark >= MINIMUM[sitting.subject]
        return mark >= 3

    def required(self, one: Graduate) -> list[tuple[int, ...]]:
        if one.level == 9:
            chosen = () if self.year == 2020 else self.chosen(one)
            return [(1,), (2,), *((subject,) for subject in chosen)]
        if self.year == 2020:
            return [(1,), (2,)] if one.form == "gve" else [(1,)]
        return [(1,), (2, 22)]

    def chosen(self, one: Graduate) -> tuple[int, ...]:
        """What the pupil chose: told by the list or, where it is silent, seen in the protocols."""
        return one.chosen

    def figures(self, area: Area) -> Iterator[tuple[Key, Number]]:
        for level in ("9", "11", "all"):
            levels = {9, 11} if level == "all" else {int(level)}
            admitted = [
                one
                for one in self.life.graduates
                if one.year == self.year and one.level in levels and one.school in area.schools
                and one.category == "current" and one.is_listed and one.is_admitted
            ]  # fmt: skip
            outsiders = {
                one.person.number
                for one in self.life.graduates
                if one.year == self.year and one.level in levels and one.school in area.schools
                and (one.category != "current" or not one.is_listed)
            }  # fmt: skip
            present, arrived, left = contingent(self.life, self.year, area.schools, levels)
            for cutoff in self.cutoffs:
                ways = [
                    [[self.outcome(one, s, cutoff) for s in way] for way in self.required(one)]
                    for one in admitted
                ]
                done = sum(all("passed" in way for way in each) for each in ways)
                waiting = sum(_waits(each) for each in ways)
                for kind, whole in (("admitted", len(admitted)), ("enrolled", present + arrived - left)):
                    keys = {"gia_level": level, "cutoff": cutoff, "denominator_kind": kind}
                    number = share(done, whole)._replace(pending=waiting, excluded=len(outsiders))
                    if self.year == 2019 or (self.year == RETURN[0] and RETURN[1] in levels):
                        number = UNKNOWN
                    if kind == "enrolled" and not self.is_movement_known(area):
                        number = UNKNOWN
                    if (self.year, level, cutoff, kind) == (RETURN[0], "11", "main", "admitted"):
                        number = self.bounds(area)
                    yield area.key(self.year, "I1", "share", **keys), number

    def is_movement_known(self, area: Area) -> bool:
        """Return False for areas with a school that opened after 20 September: nobody told who came to it."""
        day = date(self.year, 9, 20)
        return not any(BY_CODE[code].opened > day for code in area.schools)

    def bounds(self, area: Area) -> Number:
        """Return the interval that the regional return leaves of an area: sums of its schools' bounds."""
        whole = low = high = 0
        for code in sorted(area.schools):
            counts = return_counts(self.life, code)
            graduates = counts[0][0]
            if graduates == 0:
                continue
            (russian, russian_failed), (profile, profile_failed), (base, base_failed) = (
                counts[s] for s in (1, 2, 22)
            )
            # Those who passed neither mathematics nobody can hide: participants are at most the graduates.
            seen = max(0, min(graduates, base + profile - min(base_failed + profile_failed, base, profile)))
            certain = max(
                russian_failed - max(0, russian - graduates),
                seen - (base - base_failed) - (profile - profile_failed),
                0,
            )
            possible = min(
                graduates,
                russian_failed + base_failed + profile_failed
                + max(0, graduates - russian) + max(0, graduates - base - profile),
            )  # fmt: skip
            whole, low, high = whole + graduates, low + graduates - possible, high + graduates - certain
        return share(low, whole, high) if whole else UNKNOWN


def _waits(ways: list[list[str]]) -> bool:
    """Return True when all that lacks is a result that the pupil was excused from."""
    lacking = [way for way in ways if "passed" not in way]
    return bool(lacking) and all("waiting" in way and "failed" not in way for way in lacking)


def return_counts(life: Life, school: str) -> dict[int, tuple[int, int]]:
    """Return (participants, below the minimum) by subject of the returned year; under 0 the graduates."""
    year, level = RETURN
    judge = Exams(life, year)
    own = [
        one
        for one in life.of(year, level)
        if one.school == school and one.category == "current" and one.is_listed
    ]
    own = [one for one in own if one.is_admitted]
    counts = {0: (len(own), 0)}
    for subject in (1, 2, 3, 22):
        results = [
            judge.outcome(one, subject, "main")
            for one in own
            if one.form == "ege" and any(s.subject == subject and s.mark is not None for s in one.sittings)
        ]
        results = [one for one in results if one in ("passed", "failed")]
        counts[subject] = (len(results), results.count("failed"))
    return counts


def figures(life: Life) -> dict[Key, Number]:
    """Return every figure of every year by its key."""
    from tests.hidden_town.truth_activity import Olympiads, Platforms

    found: dict[Key, Number] = {}
    for year in YEARS:
        exams, olympiads, platforms = Exams(life, year), Olympiads(life, year), Platforms(life, year)
        for area in areas(year):
            for part in (exams, olympiads, platforms):
                found |= dict(part.figures(area))
    return found

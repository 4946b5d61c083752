"""What anybody can guess about the counts: they add up, they contain each other.

Belongs here: relations between the named counts of one year. Does not belong here: solving.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

from quality.attacker.published import Count, Facts

_LEVELS = ("9", "11", "all")
_CUTOFFS = ("main", "september")
_KINDS = ("admitted", "enrolled")
_STAGES = ("school", "municipal", "any")
_SUBJECTS = ("russian", "mathematics", "any")
_AWARDS = ("winner", "prize_winner", "any")
_ADD_UP = frozenset(
    {"passed", "graduates", "took", "below", "top", "marks", "failed_low", "failed_high", "participations"}
    | {"diplomas", "contingent", "failed"}
)
"""Counts of things that belong to one school; people elsewhere may belong to two."""
_NOT_OVER_AREAS = frozenset({"above", "outside", "others"})


class Relation(NamedTuple):
    """``low ≤ Σ factor · count ≤ high``; a guess is true of people who belong to one school and were admitted there."""

    terms: tuple[tuple[Count, float], ...]
    low: float
    high: float
    is_guess: bool = False
    is_sure: bool = False
    """What holds in place of a guess when it is wrong."""

    def put_in(self, values: Mapping[Count, float]) -> Relation:
        """Return the relation of the other counts when these have these values."""
        known = sum(factor * values[count] for count, factor in self.terms if count in values)
        terms = tuple((count, factor) for count, factor in self.terms if count not in values)
        return self._replace(terms=terms, low=self.low - known, high=self.high - known)


def relations(facts: Facts) -> Iterator[Relation]:
    """Yield every relation between counts that stand in the tables or have to exist for their totals."""
    for passed in [name for name in facts.counts if name[0] == "passed" and name[-1][0] == "school"]:
        facts.counts.add((*passed[:2], "september", passed[-1]))  # not shown for schools, but it exists
    bounded = {name[1:-1] for name in facts.counts if name[0] == "failed_low"}
    for failed in [name for name in facts.counts if name[0] == "failed" and name[1:-1] in bounded]:
        facts.counts.update({("failed_low", *failed[1:]), ("failed_high", *failed[1:])})
    areas = {count[-1] for count in facts.counts}
    took: dict[Any, list[Count]] = defaultdict(list)
    for name in facts.counts:
        if name[0] == "took":
            took[name[-1]].append(name)
    for area in sorted(areas):
        yield from _exam(facts, area, sorted(took[area]))
        yield from _olympiad(facts, area)
        yield from _platform(facts, area)
    yield from _over_areas(facts, sorted(areas))


def _equal(whole: Count, parts: Sequence[Count], is_guess: bool = False) -> Relation:
    return Relation(((whole, 1.0), *((part, -1.0) for part in parts)), 0.0, 0.0, is_guess)


def _at_most(smaller: Count, larger: Count, factor: float = 1.0) -> Relation:
    return Relation(((larger, factor), (smaller, -1.0)), 0.0, float("inf"))


def _within(whole: Count, parts: Sequence[Count]) -> Iterator[Relation]:
    yield Relation(((whole, -1.0), *((part, 1.0) for part in parts)), 0.0, float("inf"))
    for part in parts:
        yield _at_most(part, whole)


def _have(facts: Facts, *names: Count) -> bool:
    return all(name in facts.counts for name in names)


def _totals(facts: Facts, names: Sequence[Count], is_sum: bool) -> Iterator[Relation]:
    """The last of the names is the total of the others, where all of them are there."""
    if _have(facts, *names):
        if is_sum:
            yield _equal(names[-1], names[:-1])
        else:
            yield from _within(names[-1], names[:-1])


def _ordered(
    facts: Facts, smaller: Count, larger: Count, factor: float = 1.0, is_guess: bool = False
) -> Iterator[Relation]:
    if _have(facts, smaller, larger):
        yield _at_most(smaller, larger, factor)._replace(is_guess=is_guess)


def _exam(facts: Facts, area: Any, subjects: Sequence[Count]) -> Iterator[Relation]:
    for level, cutoff, kind in product(_LEVELS, _CUTOFFS, _KINDS):
        passed, failed = ("passed", level, cutoff, area), ("failed", level, cutoff, kind, area)
        if _have(facts, failed):
            yield _equal(("graduates", level, kind, area), (passed, failed))
            yield from _ordered(facts, ("failed_low", *failed[1:]), failed)
            yield from _ordered(facts, failed, ("failed_high", *failed[1:]))
    for cutoff in _CUTOFFS:
        yield from _totals(facts, [("passed", level, cutoff, area) for level in _LEVELS], True)
    for kind in _KINDS:
        yield from _totals(facts, [("graduates", level, kind, area) for level in _LEVELS], True)
    for level in _LEVELS:
        yield from _ordered(facts, ("passed", level, "main", area), ("passed", level, "september", area))
    for took in subjects:
        yield from _one_subject(facts, took)


def _one_subject(facts: Facts, took: Count) -> Iterator[Relation]:
    _, level, code, area = took
    below, above = ("below", *took[1:]), ("above", *took[1:])
    yield _equal(took, (below, above))
    yield from _ordered(facts, ("top", *took[1:]), above)
    yield from _ordered(facts, ("marks", *took[1:]), took)
    if code in {"9": (1, 2), "11": (1,)}.get(level, ()):
        # Whoever sat the exam was admitted to it: of a participant from elsewhere that is not so.
        yield from _ordered(facts, below, ("failed", level, "main", "admitted", area), is_guess=True)


def _olympiad(facts: Facts, area: Any) -> Iterator[Relation]:
    for what in ("pupils", "participations", "older_grade"):
        adds_up = what == "participations"
        for subject in _SUBJECTS:
            yield from _totals(facts, [(what, stage, subject, area) for stage in _STAGES], adds_up)
        for stage in _STAGES:
            yield from _totals(facts, [(what, stage, subject, area) for subject in _SUBJECTS], adds_up)
    for stage, subject in product(_STAGES, _SUBJECTS):
        pupils, times = ("pupils", stage, subject, area), ("participations", stage, subject, area)
        yield from _ordered(facts, pupils, times)
        yield from _ordered(facts, times, pupils, (1.0 + (stage == "any")) * (1.0 + (subject == "any")))
        yield from _ordered(facts, ("older_grade", stage, subject, area), pupils)
        yield from _ordered(facts, pupils, ("contingent", area))
    yield from _ordered(facts, ("pupils", "any", "any", area), ("movement", area))
    movement = [("movement", area), ("outside", area), ("contingent", area)]
    yield from _totals(facts, movement, True)
    yield from _awards(facts, area)


def _awards(facts: Facts, area: Any) -> Iterator[Relation]:
    for what in ("awarded", "diplomas"):
        for subject in _SUBJECTS:
            yield from _totals(facts, [(what, subject, award, area) for award in _AWARDS], what == "diplomas")
        for award in _AWARDS:
            yield from _totals(
                facts, [(what, subject, award, area) for subject in _SUBJECTS], what == "diplomas"
            )
    for subject in _SUBJECTS:
        yield from _ordered(facts, ("awarded", subject, "any", area), ("pupils", "municipal", subject, area))


def _platform(facts: Facts, area: Any) -> Iterator[Relation]:
    for half in ("H1", "H2"):
        users = [("users", level, half, area) for level in ("L3", "L2", "L1", "L0")]
        present = [name for name in users if _have(facts, name)]
        for fewer, more in pairwise(present):
            yield _at_most(fewer, more)
        for name in present:
            yield from _totals(facts, [name, ("others", *name[1:]), ("staff", half, area)], True)


def _over_areas(facts: Facts, areas: Sequence[Any]) -> Iterator[Relation]:
    """Totals of groups and municipalities over schools, of a region over municipalities."""
    schools = [area for area in areas if area[0] == "school"]
    by_school = {name[:-1] for name in facts.counts if name[-1][0] == "school"}
    towns = [area for area in areas if area[0] == "municipality"]
    inside = {town: frozenset(_members(facts, town, schools)) for town in towns}
    for count in sorted(facts.counts, key=str):
        what, area = count[:-1], count[-1]
        if area[0] == "school" or what[0] in _NOT_OVER_AREAS or what[0] == "failed":
            continue
        is_by_school = what in by_school or (what[0] == "passed" and (*what[:2], "main") in by_school)
        if area[0] == "region":
            members = [town for town in towns if (*what, town) in facts.counts]
            if is_by_school:
                members += _outside(schools, [inside[town] for town in members])
        else:
            members = _members(facts, area, schools)
            if not is_by_school and len(members) != 1:
                continue
        parts = [(*what, member) for member in members]
        if parts:
            exact = what[0] in _ADD_UP
            yield _equal(count, parts, is_guess=not exact)
            if not exact:
                yield from (relation._replace(is_sure=True) for relation in _within(count, parts))


def _outside(schools: Sequence[Any], towns: Iterable[frozenset[Any]]) -> list[Any]:
    """Return the schools of no such municipality.

    A region adds up municipalities, each of which adds up its schools: that says all that a sum over schools would, and
    links what is hidden in one to another only where the totals of both are hidden.
    """
    covered = frozenset[Any]().union(*towns)
    return [school for school in schools if school not in covered]


def _members(facts: Facts, area: Any, schools: Sequence[Any]) -> list[Any]:
    if area in facts.members:
        return [("school", school, area[2]) for school in sorted(facts.members[area])]
    return [school for school in schools if school[2] == area[2]] if area[0] == "municipality" else []

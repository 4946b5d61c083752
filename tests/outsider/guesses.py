"""What a stranger may assume of the counts: what must hold, what people usually do, what holds wherever it can be seen.

Belongs here: relations. Does not belong here: solving.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from tests.outsider.counts import Count, Year

INFINITY = float("inf")
LEVELS = ("9", "11", "all")
STAGES = ("school", "municipal", "any")
SUBJECTS = ("russian", "mathematics", "any")
AWARDS = ("winner", "prize_winner", "any")
CUTOFFS = ("main", "september")
KINDS = ("admitted", "enrolled")
SEEN_OFTEN = 10
"""A guess is believed when it holds in so many places where all its counts are shown, and fails in none."""
_PEOPLE_OF_TWO_SCHOOLS = frozenset({"pupils", "awarded", "movement", "users", "staff", "older_grade"})


@dataclass(frozen=True)
class Relation:
    """``low ≤ Σ factor · count ≤ high``; ``rule`` names its kind, ``strength`` is sure, bold or guess."""

    terms: tuple[tuple[Count, float], ...]
    low: float
    high: float
    rule: str
    strength: str = "sure"


def relations(year: Year, with_guesses: bool = False) -> list[Relation]:
    """Return all relations of a year; guesses on demand, and only where what is shown bears them out."""
    areas = {count[-1] for count in (*year.known, *year.secrets, *year.limits)}
    areas |= {("school", school, area[2]) for area, schools in year.members.items() for school in schools}
    every = [relation for area in sorted(areas) for relation in _inside(area)]
    _absent(year, areas)
    names = {*year.known, *year.secrets, *year.limits}
    names |= {count for relation in every for count, _ in relation.terms if relation.strength == "sure"}
    every += _over(year, names, areas)
    if not with_guesses:
        return [item for item in every if item.strength != "guess"]
    known = year.known
    broken: set[str] = set()
    seen: dict[str, int] = {}
    for relation in every:
        if relation.strength == "guess" and all(count in known for count, _ in relation.terms):
            total = sum(factor * known[count] for count, factor in relation.terms)
            seen[relation.rule] = seen.get(relation.rule, 0) + 1
            if not relation.low - 1e-6 <= total <= relation.high + 1e-6:
                broken.add(relation.rule)
    believed = {rule for rule, times in seen.items() if times >= SEEN_OFTEN} - broken
    return [item for item in every if item.strength != "guess" or item.rule in believed]


def _sum(rule: str, whole: Count, parts: list[Count], strength: str = "sure") -> Relation:
    return Relation(((whole, 1.0), *((part, -1.0) for part in parts)), 0.0, 0.0, rule, strength)


def _order(rule: str, less: Count, more: Count, factor: float = 1.0, strength: str = "sure") -> Relation:
    return Relation(((more, factor), (less, -1.0)), 0.0, INFINITY, rule, strength)


def _union(rule: str, whole: Count, parts: list[Count]) -> Iterator[Relation]:
    yield Relation(((whole, -1.0), *((part, 1.0) for part in parts)), 0.0, INFINITY, rule)
    for part in parts:
        yield _order(rule, part, whole)


def _inside(area: Any) -> Iterator[Relation]:
    for level, cutoff, kind in product(LEVELS, CUTOFFS, KINDS):
        failed = ("failed", level, cutoff, kind, area)
        yield _sum(
            "passed and failed",
            ("graduates", level, kind, area),
            [("passed", level, cutoff, area), failed],
        )
    for cutoff in CUTOFFS:
        yield _sum(
            "levels", ("passed", "all", cutoff, area), [("passed", k, cutoff, area) for k in ("9", "11")]
        )
    for kind in KINDS:
        yield _sum(
            "levels", ("graduates", "all", kind, area), [("graduates", k, kind, area) for k in ("9", "11")]
        )
    for level in LEVELS:
        yield _order("september adds", ("passed", level, "main", area), ("passed", level, "september", area))
        admitted, enrolled = ("graduates", level, "admitted", area), ("graduates", level, "enrolled", area)
        yield _order("admitted were enrolled", admitted, enrolled, strength="guess")
        yield _sum("all were admitted", enrolled, [admitted], strength="guess")
        yield _sum(
            "nobody passes later",
            ("passed", level, "september", area),
            [("passed", level, "main", area)],
            strength="guess",
        )
    for level, code in product(("9", "11"), (1, 2, 22)):
        took, below, above = (
            ("took", level, code, area),
            ("below", level, code, area),
            ("above", level, code, area),
        )
        yield _sum("took", took, [below, above])
        yield _order("best marks are passes", ("top", level, code, area), above)
        yield _order("marks of 100", ("marks", level, code, area), took)
        failed, graduates = (
            ("failed", level, "main", "admitted", area),
            ("graduates", level, "admitted", area),
        )
        if code == 1 or level == "9":
            yield _order("a failed subject fails", below, failed)
            yield _sum(f"all graduates take {level} {code}", graduates, [took], strength="guess")
        yield _order(f"takers are graduates {level} {code}", took, graduates, strength="guess")
    for level, codes in (("9", (1, 2)), ("11", (1, 2, 22))):
        parts = [("below", level, code, area) for code in codes]
        failed = ("failed", level, "main", "admitted", area)
        yield Relation(
            ((failed, -1.0), *((part, 1.0) for part in parts)),
            0.0,
            INFINITY,
            f"who fails fails a subject {level}",
            "guess",
        )
        if level == "11":
            both = [("took", level, code, area) for code in (2, 22)]
            yield _sum("one mathematics each", ("graduates", "11", "admitted", area), both, "guess")
    yield from _olympiad(area)
    for half in ("H1", "H2"):
        users = [("users", level, half, area) for level in ("L3", "L2", "L1", "L0")]
        for less, more in pairwise(users):
            yield _order("usage levels", less, more)
        for name in users:
            yield _sum("staff", ("staff", half, area), [name, ("others", *name[1:])])
    for level in ("L0", "L1", "L2", "L3"):
        first, second = (("users", level, half, area) for half in ("H1", "H2"))
        yield _order(f"users only grow {level}", first, second, strength="guess")
    yield _sum("staff stays", ("staff", "H1", area), [("staff", "H2", area)], "guess")


def _olympiad(area: Any) -> Iterator[Relation]:
    for what in ("pupils", "participations", "older_grade"):
        for one, other in (
            *(
                (
                    (what, "any", subject, area),
                    [(what, stage, subject, area) for stage in ("school", "municipal")],
                )
                for subject in SUBJECTS
            ),
            *(
                (
                    (what, stage, "any", area),
                    [(what, stage, subject, area) for subject in ("russian", "mathematics")],
                )
                for stage in STAGES
            ),
        ):
            if what == "participations":
                yield _sum("participations", one, other)
            else:
                yield from _union("people of parts", one, other)
    for stage, subject in product(STAGES, SUBJECTS):
        pupils, times = ("pupils", stage, subject, area), ("participations", stage, subject, area)
        yield _order("pupils take part", pupils, times)
        yield _order(
            "participations of pupils", times, pupils, (1.0 + (stage == "any")) * (1.0 + (subject == "any"))
        )
        yield _order("older grades are pupils", ("older_grade", stage, subject, area), pupils)
        yield _order("pupils of the contingent", pupils, ("contingent", area))
        if stage == "municipal":
            school = ("pupils", "school", subject, area)
            yield _order("municipal after school", pupils, school, strength="guess")
    yield _order("movement holds the olympiad", ("pupils", "any", "any", area), ("movement", area))
    yield _sum("movement", ("contingent", area), [("movement", area), ("outside", area)])
    for subject in SUBJECTS:
        for award in AWARDS:
            awarded, diplomas = ("awarded", subject, award, area), ("diplomas", subject, award, area)
            yield _order("diplomas", awarded, diplomas)
            yield _order("diplomas of pupils", diplomas, awarded, 1.0 + (subject == "any"))
        parts = [("awarded", subject, award, area) for award in ("winner", "prize_winner")]
        yield from _union("awards", ("awarded", subject, "any", area), parts)
        yield _sum(
            "diplomas add up",
            ("diplomas", subject, "any", area),
            [("diplomas", subject, award, area) for award in ("winner", "prize_winner")],
        )
        yield _order(
            "awarded took part", ("awarded", subject, "any", area), ("pupils", "municipal", subject, area)
        )
    for award in AWARDS:
        parts = [("awarded", subject, award, area) for subject in ("russian", "mathematics")]
        yield from _union("awards", ("awarded", "any", award, area), parts)


def _absent(year: Year, areas: set[Any]) -> None:
    """A school without a row of a subject that other schools have did not have a taker."""
    every = (*year.known, *year.secrets, *year.limits)
    present = {count for count in every if count[0] == "took"}
    shown_for_schools = {count[1:3] for count in present if count[-1][0] == "school"}
    for (level, code), area in product(shown_for_schools, areas):
        if area[0] != "region" and ("took", level, code, area) not in present:
            for what in ("took", "below", "above", "top", "marks"):
                year.known.setdefault((what, level, code, area), 0.0)


def _over(year: Year, names: set[Count], areas: set[Any]) -> Iterator[Relation]:
    schools = {area for area in areas if area[0] == "school"}
    for count in sorted(names, key=str):
        what, area = count[:-1], count[-1]
        if area[0] == "school" or what[0] in ("above", "others", "outside", "failed"):
            continue
        if area[0] == "region":
            inside = sorted(schools)
        elif area in year.members:
            inside = [("school", school, area[2]) for school in sorted(year.members[area])]
        else:
            inside = sorted(school for school in schools if school[2] == area[2])
        parts = [(*what, school) for school in inside]
        if len(parts) < 2 and area[0] != "group":
            continue
        if what[0] == "contingent" or not parts:
            continue
        if not any(part in names for part in parts):
            continue
        if what[0] in _PEOPLE_OF_TWO_SCHOOLS:
            yield _sum("areas", count, parts, "bold")
            yield from _union("areas of people", count, parts)
        else:
            yield _sum("areas", count, parts)

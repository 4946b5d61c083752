"""Questions to many linked municipalities, put to one municipality at a time.

What links them are a few totals of the region. A program of all of them is large and there are thousands of questions;
nearly all are answered by two small programs. In one the other municipalities stand still at a point that is possible
for all: every point of it is possible. In the other the totals that link them are left out: whatever it proves is
proved. Where both give the same interval, that is the interval.

Belongs here: the two programs. Does not belong here: solving, which counts are linked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np

from quality.attacker.program import Met, Program, Recovered
from quality.attacker.published import Count, Facts
from quality.attacker.relations import Relation

_WIDE = ""
"""The municipality of a count that is wider than one."""


def town_of(count: Count) -> str:
    """Return the municipality of a count, ``""`` of one of a region."""
    kind, _, town = count[-1]
    return _WIDE if kind == "region" else str(town)


@dataclass(frozen=True)
class Answers:
    """Ranges that are possible for all municipalities together, and the secrets whose interval is certain."""

    met: Met
    proved: dict[Count, Recovered]


def ask_by_town(
    counts: Sequence[Count], rows: Sequence[Relation], facts: Facts, point: np.ndarray, asked: Sequence[Count]
) -> Answers:
    """Answer what single municipalities can about the secrets asked for; ``point`` is possible for all ``counts``."""
    at = dict(zip(counts, point.tolist(), strict=True))
    inside: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        inside[town_of(count)].append(count)
    touching: dict[str, list[Relation]] = defaultdict(list)
    for row in rows:
        for town in {town_of(count) for count, _ in row.terms}:
            touching[town].append(row)
    waiting: dict[str, list[Count]] = defaultdict(list)
    for count in asked:
        waiting[town_of(count)].append(count)
    wide = touching.pop(_WIDE, [])
    met: dict[Count, tuple[float, float]] = {}
    proved: dict[Count, Recovered] = {}
    for town, secrets in waiting.items():
        free = list(dict.fromkeys([*inside[town], *inside[_WIDE]]))
        own = list({id(row): row for row in (*touching[town], *wide)}.values())
        still = Program(free, list(_others_still(own, set(free), at)), facts, False, {})
        if still.ends(secrets) is None:
            continue  # the point is possible but for a rounding: the program of all is asked
        narrow = {item.count: item for item in still.prove(secrets)}
        for count, (least, most) in still.met().items():
            low, high = met.get(count, (least, most))
            met[count] = min(low, least), max(high, most)
        if narrow:
            alone = Program(free, list(_without_others(own, set(free))), facts, False, {})
            if alone.ends(list(narrow)) is not None:
                proved |= {
                    item.count: item for item in alone.prove(list(narrow)) if item == narrow[item.count]
                }
    return Answers(met, proved)


def _others_still(rows: Iterable[Relation], free: Set[Count], at: dict[Count, float]) -> Iterator[Relation]:
    for row in rows:
        known = sum(factor * at[count] for count, factor in row.terms if count not in free)
        terms = tuple((count, factor) for count, factor in row.terms if count in free)
        yield row._replace(terms=terms, low=row.low - known, high=row.high - known)


def _without_others(rows: Iterable[Relation], free: Set[Count]) -> Iterator[Relation]:
    return (row for row in rows if all(count in free for count, _ in row.terms))

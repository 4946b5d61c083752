"""Questions to many linked municipalities, put to one municipality at a time.

What links them are a few totals of the region. A program of all of them is large and there are thousands of questions;
nearly all are answered by two small programs. In one the other municipalities stand still at a point that is possible
for all: every point of it is possible. In the other the totals that link them are left out: whatever it proves is
proved. Where both give the same interval, that is the interval.

Belongs here: the two programs. Does not belong here: solving, which counts are linked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from quality.attacker.program import Program, Recovered
from quality.attacker.published import Count
from quality.attacker.relations import Relation

_WIDE = ""
"""The municipality of a count that is wider than one."""


def town_of(count: Count) -> str:
    """Return the municipality of a count, ``""`` of one of a region."""
    kind, _, town = count[-1]
    return _WIDE if kind == "region" else str(town)


def ask_by_town(whole: Program, point: np.ndarray, asked: Sequence[Count]) -> dict[Count, Recovered]:
    """Return those of the secrets asked for whose interval single municipalities tell for certain.

    ``whole``: the program of all of them; what is found possible widens its ranges. ``point`` is possible for all.
    """
    at = dict(zip(whole.counts, point.tolist(), strict=True))
    inside: dict[str, list[Count]] = defaultdict(list)
    for count in whole.counts:
        inside[town_of(count)].append(count)
    touching: dict[str, list[Relation]] = defaultdict(list)
    for row in whole.rows:
        for town in {town_of(count) for count, _ in row.terms}:
            touching[town].append(row)
    waiting: dict[str, list[Count]] = defaultdict(list)
    for count in asked:
        waiting[town_of(count)].append(count)
    wide = touching.pop(_WIDE, [])
    proved: dict[Count, Recovered] = {}
    for town, secrets in waiting.items():
        free = dict.fromkeys([*inside[town], *inside[_WIDE]])
        own = {id(row): row for row in (*touching[town], *wide)}.values()
        others = {count: at[count] for row in own for count, _ in row.terms if count not in free}
        still = Program(list(free), [row.put_in(others) for row in own], whole.facts, False, {})
        if still.ends(secrets) is None:
            continue  # the point is possible but for a rounding: the program of all is asked
        narrow = {item.count: item for item in still.prove(secrets)}
        whole.widen(still.met())
        if narrow:
            alone = [row for row in own if all(count in free for count, _ in row.terms)]
            proved |= {
                item.count: item
                for item in _proved(Program(list(free), alone, whole.facts, False, {}), list(narrow))
                if item == narrow[item.count]
            }
    return proved


def _proved(program: Program, secrets: Sequence[Count]) -> list[Recovered]:
    return [] if program.ends(secrets) is None else program.prove(secrets)

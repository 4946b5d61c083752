"""Proving hidden counts of a year: which unknown counts hang together, and what follows from each such set.

Belongs here: the sets and the order of the answers. Does not belong here: programs, what the counts mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from quality.attacker.program import Program, Recovered
from quality.attacker.published import Count, Facts
from quality.attacker.relations import Relation, relations
from quality.attacker.towns import ask_by_town, town_of

_EPS = 1e-5
_TOGETHER = 3
"""Municipalities, and the region beside them, up to which a program is small enough for every question."""
_OWN_ROW = frozenset({"pupils", "users", "movement", "awarded", "diplomas", "participations", "older_grade"})
"""Counts with one row of their own; the state exam's counts stand in several rows alike."""


def recover(
    facts: Facts,
    use_integers: bool = False,
    is_whole: bool = False,
    rows: Sequence[Relation] | None = None,
    met: dict[Count, tuple[float, float]] | None = None,
) -> list[Recovered]:
    """Return every hidden count of a year that follows from what is known.

    ``use_integers``: counts are whole numbers in every program, which proves a little more and costs much more.
    ``is_whole``: one program over the whole year; a proof that splitting into linked sets would lose shows here.
    ``rows``: what ``unknowns`` told of these facts. ``met``: values found possible by an attack that knows all this and
    more; they are possible here too and spare most questions. What is found possible here joins it.
    """
    unknown = unknowns(facts) if rows is None else rows
    found: list[Recovered] = []
    for counts, linked in _one_set(unknown) if is_whole else _linked_sets(unknown):
        secrets = [count for count in counts if count in facts.secrets]
        if secrets:
            guessed = [row for row in linked if not row.is_sure]
            program = Program(counts, guessed, facts, use_integers, met or {})
            by_town = not (use_integers or is_whole)
            answer = _ask(program, secrets, by_town)
            if answer is None:  # a guess was wrong; then the values met with the guesses say nothing
                sure = [row for row in linked if not row.is_guess]
                answer = _ask(Program(counts, sure, facts, use_integers, {}), secrets, by_town)
            elif met is not None:
                met.update(program.met())
            found.extend(answer or ())
    return found + _given_away(facts)


def _ask(program: Program, secrets: Sequence[Count], by_town: bool) -> list[Recovered] | None:
    """Return the secrets of a set that are proved; ``None`` when its relations contradict each other."""
    points = program.ends(secrets)
    if points is None:
        return None
    proved: dict[Count, Recovered] = {}
    if by_town and len({town_of(count) for count in program.counts}) > _TOGETHER:
        # Between two possible points every municipality has room on either side.
        proved = ask_by_town(program, np.mean(points, axis=0), program.narrow(secrets))
    rest = program.prove([count for count in secrets if count not in proved])
    proved |= {item.count: item for item in rest}
    return [proved[count] for count in secrets if count in proved]


def unknowns(facts: Facts) -> list[Relation]:
    """Return the relations of a year that hold an unknown count, the known ones put in.

    Counts that have to exist join the facts. How large a count may be at most says nothing here.
    """
    return _reduce(facts, relations(facts))


def _given_away(facts: Facts) -> list[Recovered]:
    """Counts hidden in their own row and printed in a row derived from it."""
    given = []
    for count, label in facts.secrets.items():
        if count[0] in _OWN_ROW and facts.exact.get(count, 0.0) >= 1 - _EPS:
            value = round(facts.exact[count])
            given.append(Recovered(count, label, value, value))
    return given


def _reduce(facts: Facts, every: Iterable[Relation]) -> list[Relation]:
    """Put the known values into the relations; those without an unknown are dropped."""
    reduced = (relation.put_in(facts.exact) for relation in every)
    return [relation for relation in reduced if relation.terms]


def _one_set(rows: Sequence[Relation]) -> list[tuple[list[Count], list[Relation]]]:
    counts = list(dict.fromkeys(count for row in rows for count, _ in row.terms))
    return [(counts, list(rows))] if counts else []


def _linked_sets(rows: Sequence[Relation]) -> list[tuple[list[Count], list[Relation]]]:
    """Split the relations into sets that share no unknown count (union-find)."""
    parent: dict[Count, Count] = {}

    def root(count: Count) -> Count:
        while parent[count] != count:
            parent[count] = parent[parent[count]]
            count = parent[count]
        return count

    for row in rows:
        for count, _ in row.terms:
            parent.setdefault(count, count)
        first = root(row.terms[0][0])
        for count, _ in row.terms[1:]:
            parent[root(count)] = first
    members: dict[Count, list[Count]] = defaultdict(list)
    for count in parent:
        members[root(count)].append(count)
    inside: dict[Count, list[Relation]] = defaultdict(list)
    for row in rows:
        inside[root(row.terms[0][0])].append(row)
    return [(members[key], inside[key]) for key in members]

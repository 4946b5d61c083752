"""Proving hidden counts: linear programs over the unknown counts, integer where a proof is near.

Belongs here: solving. Does not belong here: what the counts mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from opora.native_output import no_native_output
from quality.attacker.published import Count, Facts
from quality.attacker.relations import Relation, relations

NARROW = 3
_EPS = 1e-5
_MANY = 1e5
_OWN_ROW = frozenset({"pupils", "users", "movement", "awarded", "diplomas", "participations", "older_grade"})
"""Counts with one row of their own; the state exam's counts stand in several rows alike."""


Met = dict[Count, tuple[float, float]]
"""The least and the largest value that were found possible, by count."""


@dataclass(frozen=True)
class Recovered:
    """A hidden count that was proved: at least one, within an interval narrower than three."""

    count: Count
    label: str
    low: int
    high: int


def recover(
    facts: Facts,
    use_integers: bool = False,
    is_whole: bool = False,
    rows: Sequence[Relation] | None = None,
    met: Met | None = None,
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
            program = _Program(
                counts, [row for row in linked if not row.is_sure], facts, use_integers, met or {}
            )
            answer = program.intervals(secrets)
            if answer is None:  # a guess was wrong; then the values met with the guesses say nothing
                sure = [row for row in linked if not row.is_guess]
                answer = _Program(counts, sure, facts, use_integers, {}).intervals(secrets)
            elif met is not None:
                met.update(program.met())
            found.extend(answer or ())
    return found + _given_away(facts)


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
    reduced = []
    for relation in every:
        known = sum(factor * facts.exact[count] for count, factor in relation.terms if count in facts.exact)
        terms = tuple((count, factor) for count, factor in relation.terms if count not in facts.exact)
        if terms:
            reduced.append(
                relation._replace(terms=terms, low=relation.low - known, high=relation.high - known)
            )
    return reduced


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


class _Program:
    """One linked set as a program; widest ranges met so far spare most questions."""

    def __init__(
        self, counts: Sequence[Count], rows: Sequence[Relation], facts: Facts, use_integers: bool, met: Met
    ) -> None:
        self._facts = facts
        self._place = {count: number for number, count in enumerate(counts)}
        ranges = np.array([met.get(count, (np.inf, -np.inf)) for count in counts])
        self._least, self._most = ranges[:, 0].copy(), ranges[:, 1].copy()
        with no_native_output():  # the first model of a process prints a banner
            self._model = highspy.Highs()
        self._model.setOptionValue("output_flag", False)
        self._model.setOptionValue("threads", 1)
        self._model.setOptionValue("presolve", "on" if use_integers else "off")
        self._model.setOptionValue(
            "simplex_strategy", 4
        )  # primal: from question to question only the cost changes
        infinity = highspy.kHighsInf
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(counts), len(rows)
        program.col_cost_ = np.zeros(len(counts))
        program.col_lower_ = np.zeros(len(counts))
        program.col_upper_ = np.array([facts.at_most.get(count, _MANY) for count in counts])
        program.row_lower_ = np.array([max(row.low, -infinity) for row in rows])
        program.row_upper_ = np.array([min(row.high, infinity) for row in rows])
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = np.cumsum([0, *(len(row.terms) for row in rows)]).astype(np.int32)
        columns = [self._place[count] for row in rows for count, _ in row.terms]
        program.a_matrix_.index_ = np.array(columns, dtype=np.int32)
        program.a_matrix_.value_ = np.array([factor for row in rows for _, factor in row.terms])
        if use_integers:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            program.integrality_ = [kinds[count[0] != "marks"] for count in counts]
        self._model.passModel(program)

    def met(self) -> Met:
        """Return the widest ranges met, by count."""
        return {
            count: (float(self._least[place]), float(self._most[place]))
            for count, place in self._place.items()
        }

    def intervals(self, secrets: Sequence[Count]) -> list[Recovered] | None:
        """Return the secrets that are proved; ``None`` when the relations contradict each other."""
        places = np.array([self._place[count] for count in secrets])
        size = len(self._place)
        for direction in (1.0, -1.0):
            cost = np.zeros(size)
            cost[places] = direction
            if not self._solve(cost):
                return None
        proved = []
        for count, place in zip(secrets, places, strict=True):
            if self._is_open(place):
                continue
            for direction in (1.0, -1.0):
                cost = np.zeros(size)
                cost[place] = direction
                self._solve(cost)
                if self._is_open(place):
                    break
            else:
                low = int(np.ceil(self._least[place] - _EPS))
                high = int(np.floor(self._most[place] + _EPS))
                proved.append(Recovered(count, self._facts.secrets[count], low, high))
        return proved

    def _is_open(self, place: int) -> bool:
        """Tell whether the ranges met already show that the count cannot be proved."""
        low, high = np.ceil(self._least[place] - _EPS), np.floor(self._most[place] + _EPS)
        return bool(low < 1 or high - low >= NARROW)

    def _solve(self, cost: np.ndarray) -> bool:
        self._model.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        point = np.asarray(self._model.getSolution().col_value)
        np.minimum(self._least, point, out=self._least)
        np.maximum(self._most, point, out=self._most)
        return True

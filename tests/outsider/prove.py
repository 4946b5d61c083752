"""Proving hidden counts by linear programs, with whole numbers where a proof is near.

Belongs here: solving. Does not belong here: meaning.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tests.outsider.counts import Count, Year
from tests.outsider.guesses import Relation, relations

NARROW = 3
MANY = 1e5
SLACK = 1e-5
NEAR = 5
"""Intervals up to so wide are asked again in whole numbers."""


@dataclass(frozen=True)
class Claim:
    """A hidden count that is proved to be at least one, within an interval narrower than three."""

    count: Count
    label: str
    low: float
    high: float
    way: str


def prove(year: Year, with_guesses: bool = False) -> list[Claim]:
    """Return every hidden count of a year that follows from the rest.

    ``with_guesses``: rules of thumb count too, wherever what is shown bears them out.
    """
    claims = []
    for count, way in year.slips.items():
        value = year.known.get(count, float("nan"))
        claims.append(Claim(count, way, value, value, "slip"))
    for count, rows in _sets(year, relations(year, with_guesses)):
        secrets = [name for name in count if name in year.secrets]
        if not secrets:
            continue
        for kept in (
            [row for row in rows if row.strength != "none"],
            [row for row in rows if row.strength != "bold"],
            [row for row in rows if row.strength == "sure"],
        ):
            found = _Set(count, kept, year).ask(secrets)
            if found is not None:
                claims.extend(found)
                break
    return claims


def _sets(year: Year, every: list[Relation]) -> list[tuple[list[Count], list[Relation]]]:
    """Put in what is known and split what is left into sets that share no unknown count."""
    rows: list[Relation] = []
    place: dict[Count, int] = {}
    for relation in every:
        known = sum(factor * year.known[count] for count, factor in relation.terms if count in year.known)
        terms = tuple((count, factor) for count, factor in relation.terms if count not in year.known)
        if terms:
            for count, _ in terms:
                place.setdefault(count, len(place))
            rows.append(
                Relation(terms, relation.low - known, relation.high - known, relation.rule, relation.strength)
            )
    size = len(place)
    if not size:
        return []
    ends = [(place[count], size + k) for k, row in enumerate(rows) for count, _ in row.terms]
    total = size + len(rows)
    ones = np.ones(len(ends))
    graph = csr_array((ones, ([a for a, _ in ends], [b for _, b in ends])), shape=(total, total))
    _, label = connected_components(graph, directed=False)
    counts: dict[int, list[Count]] = defaultdict(list)
    inside: dict[int, list[Relation]] = defaultdict(list)
    for count, number in place.items():
        counts[label[number]].append(count)
    for k, row in enumerate(rows):
        inside[label[size + k]].append(row)
    return [(counts[key], inside[key]) for key in counts]


class _Set:
    """One set of linked unknown counts."""

    def __init__(self, counts: list[Count], rows: list[Relation], year: Year) -> None:
        self._year, self._place = year, {count: number for number, count in enumerate(counts)}
        limits = [year.limits.get(count, (0.0, MANY)) for count in counts]
        self._bounds = [(max(0.0, low), high) for low, high in limits]
        self._whole = np.array([count[0] != "marks" for count in counts], dtype=int)
        data, columns, starts = [], [], [0]
        for row in rows:
            for count, factor in row.terms:
                columns.append(self._place[count])
                data.append(factor)
            starts.append(len(columns))
        self._matrix = csr_array((data, columns, starts), shape=(len(rows), len(counts)))
        self._low = np.array([row.low for row in rows])
        self._high = np.array([row.high for row in rows])
        self._model = self._program()
        self._met_low, self._met_high = np.full(len(counts), np.inf), np.full(len(counts), -np.inf)

    def ask(self, secrets: list[Count]) -> list[Claim] | None:
        """Return the proved secrets; ``None`` when the relations contradict each other."""
        places = [self._place[count] for count in secrets]
        for direction in (1.0, -1.0):
            cost = np.zeros(len(self._place))
            cost[places] = direction
            if not self._solve(cost):
                return None
        draw = np.random.default_rng(len(places))
        for _ in range(8):
            waiting = [place for place in places if not self._is_open(place)]
            if not waiting:
                return []
            cost = np.zeros(len(self._place))
            cost[waiting] = draw.uniform(-1, 1, len(waiting))
            self._solve(cost)
        claims = []
        for count, place in zip(secrets, places, strict=True):
            if not self._is_open(place, NEAR) and (claim := self._proof(count, place)):
                claims.append(claim)
        return claims

    def _proof(self, count: Count, place: int) -> Claim | None:
        for direction in (1.0, -1.0):
            cost = np.zeros(len(self._place))
            cost[place] = direction
            self._solve(cost)
            if self._is_open(place, NEAR):
                return None
        low, high = self._met_low[place], self._met_high[place]
        way = "fractions"
        if self._is_open(place):
            ends = [self._solve_whole(place, direction) for direction in (1.0, -1.0)]
            if None in ends:
                return None
            low, high = ends[0], ends[1]
            way = "whole numbers"
        low, high = np.ceil(low - SLACK), np.floor(high + SLACK)
        if low >= 1 and high - low < NARROW:
            return Claim(count, self._year.secrets[count], float(low), float(high), way)
        return None

    def _is_open(self, place: int, width: float = NARROW) -> bool:
        low, high = np.ceil(self._met_low[place] - SLACK), np.floor(self._met_high[place] + SLACK)
        return bool(low < 1 or high - low >= width)

    def _program(self) -> highspy.Highs:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self._place), len(self._low)
        program.col_cost_ = np.zeros(len(self._place))
        program.col_lower_ = np.array([low for low, _ in self._bounds])
        program.col_upper_ = np.array([high for _, high in self._bounds])
        program.row_lower_, program.row_upper_ = self._low, self._high
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = self._matrix.indptr.astype(np.int32)
        program.a_matrix_.index_ = self._matrix.indices.astype(np.int32)
        program.a_matrix_.value_ = self._matrix.data
        model = highspy.Highs()
        # Only the cost changes from question to question: primal simplex goes on from the last answer.
        for option, value in (
            ("output_flag", False),
            ("presolve", "off"),
            ("threads", 1),
            ("simplex_strategy", 4),
        ):
            model.setOptionValue(option, value)
        model.passModel(program)
        return model

    def _solve(self, cost: np.ndarray) -> bool:
        self._model.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        point = np.asarray(self._model.getSolution().col_value)
        np.minimum(self._met_low, point, out=self._met_low)
        np.maximum(self._met_high, point, out=self._met_high)
        return True

    def _solve_whole(self, place: int, direction: float) -> float | None:
        cost = np.zeros(len(self._place))
        cost[place] = direction
        answer = milp(
            cost,
            integrality=self._whole,
            bounds=Bounds([low for low, _ in self._bounds], [high for _, high in self._bounds]),
            constraints=LinearConstraint(self._matrix, self._low - 1e-7, self._high + 1e-7),
            options={"node_limit": 50},
        )
        # The bound holds even where the search stopped early.
        bound = answer.mip_dual_bound if answer.mip_dual_bound is not None else None
        return None if bound is None else direction * bound

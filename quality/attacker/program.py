"""A set of linked unknown counts as a linear program.

Belongs here: the program and the ranges that its points have shown possible.
Does not belong here: what the counts mean, which of them hang together, which program a question is put to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from opora.native_output import no_native_output
from quality.attacker.published import Count, Facts
from quality.attacker.relations import Relation

NARROW = 3
_EPS = 1e-5
_MANY = 1e5

Met = Mapping[Count, tuple[float, float]]
"""The least and the largest value that were found possible, by count."""


@dataclass(frozen=True)
class Recovered:
    """A hidden count that was proved: at least one, within an interval narrower than three."""

    count: Count
    label: str
    low: int
    high: int


class Program:
    """One linked set as a program; widest ranges met so far spare most questions."""

    def __init__(
        self, counts: Sequence[Count], rows: Sequence[Relation], facts: Facts, use_integers: bool, met: Met
    ) -> None:
        self.counts, self.rows, self.facts = counts, rows, facts
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

    def widen(self, met: Met) -> None:
        """Take over ranges that are possible here too."""
        for count, (least, most) in met.items():
            place = self._place[count]
            self._least[place] = min(self._least[place], least)
            self._most[place] = max(self._most[place], most)

    def narrow(self, secrets: Sequence[Count]) -> list[Count]:
        """Return the secrets that could still be proved: no two points met are apart enough."""
        return [count for count in secrets if not self._is_open(self._place[count])]

    def ends(self, secrets: Sequence[Count]) -> list[np.ndarray] | None:
        """Return two possible points, where all secrets are small and large; ``None`` when the relations contradict."""
        places = np.array([self._place[count] for count in secrets])
        points = [
            point for sign in (1.0, -1.0) if (point := self._solve(self._cost(places, sign))) is not None
        ]
        return points if len(points) == 2 else None

    def prove(self, secrets: Sequence[Count]) -> list[Recovered]:
        """Return the secrets that are proved, asking for each that is still narrow; ``ends`` has to have been asked."""
        proved = []
        for count in self.narrow(secrets):
            place = self._place[count]
            for direction in (1.0, -1.0):
                if not self._is_open(place):
                    self._solve(self._cost(place, direction))
            if not self._is_open(place):
                low = int(np.ceil(self._least[place] - _EPS))
                high = int(np.floor(self._most[place] + _EPS))
                proved.append(Recovered(count, self.facts.secrets[count], low, high))
        return proved

    def _cost(self, places: np.ndarray | int, direction: float) -> np.ndarray:
        """Return the cost of a question: ``places`` as small as possible, or with -1 as large."""
        cost = np.zeros(len(self._place))
        cost[places] = direction
        return cost

    def _is_open(self, place: int) -> bool:
        """Tell whether the ranges met already show that the count cannot be proved."""
        low, high = np.ceil(self._least[place] - _EPS), np.floor(self._most[place] + _EPS)
        return bool(low < 1 or high - low >= NARROW)

    def _solve(self, cost: np.ndarray) -> np.ndarray | None:
        """Return a point of least cost, after widening the ranges by it; ``None`` when there is none."""
        self._model.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        point = np.asarray(self._model.getSolution().col_value)
        np.minimum(self._least, point, out=self._least)
        np.maximum(self._most, point, out=self._most)
        return point

"""The linear program of one linked set of unknown counts: warm between questions, and small.

Belongs here: what is said of counts as a program, made smaller before HiGHS sees it, and what an optimum leans on.
Does not belong here: what is asked and what an answer proves (``recover``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array

from disclosure.control.highs import Bounded, loaded

_EPS = 1e-6
_MANY = 1e5
"""No count of people is larger."""
_OPTIONS: Mapping[str, str | int] = {
    "presolve": "off",
    "simplex_strategy": 4,  # primal: only the cost changes between questions, the last basis stays feasible
    "simplex_scale_strategy": 0,  # factors are small whole numbers
}
_NONE = -1
_BASIC, _AT_AN_END = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kNonbasic


def _statuses(is_basic: np.ndarray) -> list[highspy.HighsBasisStatus]:
    return [_BASIC if each else _AT_AN_END for each in is_basic.tolist()]


@dataclass(frozen=True)
class Shown:
    """What everybody knows: values of counts (NaN where unknown), limits and the cell that gives each."""

    values: np.ndarray
    upper: np.ndarray
    limited_by: dict[int, int]


def gains_of(columns: np.ndarray, slopes: np.ndarray, shown: Shown) -> dict[int, float]:
    """Return how far hiding each known count moves an end that has these ``slopes`` in it; none that moves nothing.

    Hidden, a count may fall to zero (worth its slope times its value) or rise without end.
    """
    gains = np.where(slopes > 0, slopes * shown.values[columns], np.inf)
    return {
        column: gain for column, gain in zip(columns.tolist(), gains.tolist(), strict=True) if gain > _EPS
    }


@dataclass
class Basis:
    """What was basic in the last solution of a program, by count and by row of all relations.

    A program of a few more or fewer counts starts from it: most of its solution is the same.
    """

    columns: np.ndarray
    rows: np.ndarray

    @classmethod
    def empty(cls, rows: int, columns: int) -> Basis:
        """Return the basis of nothing solved yet: every row basic, no count."""
        return cls(np.zeros(columns, dtype=bool), np.ones(rows, dtype=bool))


class Program:
    """Counts ``columns`` within rows of relations; everything else in the rows is known.

    A row with one unknown count is a bound of that count. A count in one row only, that nobody asks for and no bound
    holds, only lets that row off on one side. Both leave the program before it is solved.
    """

    def __init__(
        self,
        block: csr_array,
        low: np.ndarray,
        high: np.ndarray,
        shown: Shown,
        columns: np.ndarray,
        asked: Sequence[int],
    ) -> None:
        self._shown = shown
        self._known = np.setdiff1d(block.indices, columns)
        self._by_known = csr_array(block[:, self._known].T)
        fixed = block @ np.nan_to_num(shown.values)
        inner = csr_array(block[:, columns])
        low, high = low - fixed, high - fixed
        self._lower, self._upper = np.zeros(len(columns)), np.minimum(shown.upper[columns], _MANY)
        self._lower_by, self._upper_by = np.full(len(columns), _NONE), np.full(len(columns), _NONE)
        lengths = np.diff(inner.indptr)
        self._is_contradicted = bool(
            np.any((low > _EPS) & (lengths == 0)) or np.any((high < -_EPS) & (lengths == 0))
        )
        self._factors = np.zeros(len(lengths))
        for row in np.flatnonzero(lengths == 1):
            self._bound(int(row), inner, low[row], high[row])
        rows, kept = self._reduce(inner, np.flatnonzero(lengths > 1), low, high, np.isin(columns, asked))
        self.columns: np.ndarray = columns[kept]
        """The counts that are left: all that may be asked for."""
        self._rows = rows
        self._lower, self._upper = self._lower[kept], self._upper[kept]
        self._lower_by, self._upper_by = self._lower_by[kept], self._upper_by[kept]
        self._cost = np.zeros(len(kept))
        matrix = csr_array(inner[rows][:, kept])
        self._model = loaded(
            matrix, Bounded(low[rows], high[rows]), Bounded(self._lower, self._upper), self._cost, _OPTIONS
        )

    def minimise(self, cost: np.ndarray) -> np.ndarray | None:
        """Return a point of least cost, by ``columns``; ``None`` when there is no point."""
        if self._is_contradicted:
            return None
        changed = np.flatnonzero(cost != self._cost).astype(np.int32)
        self._model.changeColsCost(len(changed), changed, cost[changed])
        self._cost = cost
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.asarray(self._model.getSolution().col_value)

    def start_from(self, basis: Basis, rows: np.ndarray) -> None:
        """Start from what was basic elsewhere; ``rows``: the number of each row of the program among all relations."""
        start = highspy.HighsBasis()
        start.valid, start.alien = True, True  # the solver mends what does not fit together
        start.col_status = _statuses(basis.columns[self.columns])
        start.row_status = _statuses(basis.rows[rows[self._rows]])
        self._model.setBasis(start)

    def keep_in(self, basis: Basis, rows: np.ndarray) -> None:
        """Note what is basic in the last solution."""
        last = self._model.getBasis()
        if last.valid:
            basis.columns[self.columns] = [status == _BASIC for status in last.col_status]
            basis.rows[rows[self._rows]] = [status == _BASIC for status in last.row_status]

    def leans_on(self) -> tuple[dict[int, float], frozenset[int]]:
        """Return what the last optimum leans on: known counts with what hiding each gives, cells with limits."""
        solution = self._model.getSolution()
        duals = np.zeros(self._by_known.shape[1])
        duals[self._rows] = solution.row_dual
        prices = np.asarray(solution.col_dual)
        for held, rows in ((prices > _EPS, self._lower_by), (prices < -_EPS, self._upper_by)):
            by_row = held & (rows != _NONE)
            duals[rows[by_row]] = prices[by_row] / self._factors[rows[by_row]]
        slopes = -(self._by_known @ duals)
        leaning = np.abs(slopes) > _EPS
        counts = gains_of(self._known[leaning], slopes[leaning], self._shown)
        at_limit = self.columns[(prices < -_EPS) & (self._upper_by == _NONE)].tolist()
        limited = self._shown.limited_by
        return counts, frozenset(limited[column] for column in at_limit if column in limited)

    def _bound(self, row: int, inner: csr_array, low: float, high: float) -> None:
        """Take a row with one unknown count as a bound of the count, if it is the closest."""
        place, factor = int(inner.indices[inner.indptr[row]]), float(inner.data[inner.indptr[row]])
        least, most = (low / factor, high / factor) if factor > 0 else (high / factor, low / factor)
        self._factors[row] = factor
        if least > self._lower[place]:
            self._lower[place], self._lower_by[place] = least, row
        if most < self._upper[place]:
            self._upper[place], self._upper_by[place] = most, row
        if self._lower[place] > self._upper[place]:  # by a rounding: a point; by more: no point
            self._is_contradicted = self._is_contradicted or bool(
                self._lower[place] > self._upper[place] + _EPS
            )
            self._lower[place] = self._upper[place]

    def _reduce(
        self, inner: csr_array, rows: np.ndarray, low: np.ndarray, high: np.ndarray, is_asked: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows and the counts that are left; rows of counts that are gone are let off in place."""
        is_free = ~is_asked & (self._lower == 0) & (self._lower_by == _NONE) & (self._upper == _MANY)
        is_left = np.ones(len(is_asked), dtype=bool)
        while True:
            part = inner[rows].tocoo()
            entries = is_left[part.col]
            degree = np.bincount(part.col[entries], minlength=len(is_left))
            gone = entries & is_free[part.col] & (degree[part.col] == 1)
            if not gone.any():
                return rows, np.flatnonzero(is_asked | (is_left & (degree > 0)))
            upwards = part.data > 0
            low[rows[part.row[gone & upwards]]] = -np.inf
            high[rows[part.row[gone & ~upwards]]] = np.inf
            is_left[part.col[gone]] = False
            rows = rows[np.isfinite(low[rows]) | np.isfinite(high[rows])]

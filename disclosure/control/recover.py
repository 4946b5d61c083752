"""What can be recovered from the cells that would be shown, and by which of them.

Belongs here: the linear programs. A recovered count comes with its proof: the shown counts without
which the proof falls. Does not belong here: choosing which of them to hide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

import highspy
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from disclosure.control.system import System

_EPS = 1e-6
_SLACK = 1e-4
NARROW = 3
"""A count is recovered when it is proved to be at least one, within an interval narrower than this."""


@dataclass(frozen=True)
class Proof:
    """A recovered secret (of a cell, or of a count that no cell shows) and what proves it."""

    secret: int
    cell: int | None
    low: float
    high: float
    by_counts: frozenset[int]
    by_limits: frozenset[int]


@dataclass(frozen=True)
class Shown:
    """What everybody knows: values of counts (NaN where unknown), limits and the cell that gives each."""

    values: np.ndarray
    upper: np.ndarray
    limited_by: dict[int, int]


class Recovery:
    """Asks of one system what can be recovered; questions differ in what is shown."""

    def __init__(self, system: System) -> None:
        self._system = system
        relations = system.relations
        size = (len(relations), len(system.keys))
        starts = np.cumsum([0, *(len(relation.terms) for relation in relations)])
        columns = [column for relation in relations for column, _ in relation.terms]
        factors = [factor for relation in relations for _, factor in relation.terms]
        self._matrix = csr_array((factors, columns, starts), shape=size, dtype=float)
        self._low = np.array([relation.low for relation in relations])
        self._high = np.array([relation.high for relation in relations])
        self._assumed = np.array([relation.is_assumed for relation in relations], dtype=bool)
        self._truth = np.array([np.nan if value is None else value for value in system.truth], dtype=float)

    def proofs(self, hidden: Sequence[bool]) -> list[Proof]:
        """Return every proof that succeeds when the cells marked ``hidden`` are not shown.

        Counts that no relation links are apart from each other: each linked set is asked for itself. People
        are first assumed to belong to one school; where that contradicts what is shown, only what holds in
        any case is used.
        """
        shown = self._shown(hidden)
        questions = self._questions(hidden, shown)
        found: list[Proof] = []
        for columns, rows in self._components(shown, questions):
            asked = [column for column in columns if column in questions]
            for keep in (rows, rows[~self._assumed[rows]]):
                attempt = _Component(self, shown, columns, keep).ask(asked, questions)
                if attempt is not None:
                    found.extend(attempt)
                    break
        return found

    def _shown(self, hidden: Sequence[bool]) -> Shown:
        values = np.full(len(self._truth), np.nan)
        upper = np.full(len(self._truth), np.inf)
        limited_by: dict[int, int] = {}
        constants = list(self._system.constants)
        values[constants] = self._truth[constants]
        for number, cell in enumerate(self._system.cells):
            if not hidden[number]:
                published = list(cell.publishes)
                values[published] = self._truth[published]
                for column, _, high in cell.limits:
                    upper[column], limited_by[column] = high, number
        return Shown(values, upper, limited_by)

    def _questions(self, hidden: Sequence[bool], shown: Shown) -> dict[int, int | None]:
        """Return the counts that must stay unknown, each with its cell (None: a count shared by cells)."""
        questions: dict[int, int | None] = {
            column: None
            for column in self._system.secrets
            if np.isnan(shown.values[column]) and not np.isnan(self._truth[column])
        }
        for number, cell in enumerate(self._system.cells):
            if hidden[number] or cell.limits:
                questions.update({c: number for c in cell.secrets if np.isnan(shown.values[c])})
        return questions

    def _components(
        self, shown: Shown, questions: dict[int, int | None]
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield (columns, rows) of every set of linked unknown counts that holds a question."""
        unknown = np.isnan(shown.values)
        entries = self._matrix.tocoo()
        open_entry = unknown[entries.col]
        rows, columns = entries.row[open_entry], entries.col[open_entry]
        size = self._matrix.shape[1]
        total = size + self._matrix.shape[0]
        graph = csr_array((np.ones(len(rows)), (columns, rows + size)), shape=(total, total))
        _, label = connected_components(graph, directed=False)
        wanted = {label[column] for column in questions}
        order = np.argsort(label, kind="stable")
        bounds = np.searchsorted(label[order], sorted(wanted))
        ends = np.searchsorted(label[order], sorted(wanted), side="right")
        for start, end in zip(bounds, ends, strict=True):
            members = order[start:end]
            inside = members[members < size]
            yield inside[unknown[inside]], members[members >= size] - size


class _Component:
    """The linear program of one linked set of unknown counts."""

    def __init__(self, recovery: Recovery, shown: Shown, columns: np.ndarray, rows: np.ndarray) -> None:
        self._shown, self._columns = shown, columns
        self._place = {int(column): number for number, column in enumerate(columns)}
        block = recovery._matrix[rows]
        known = np.nan_to_num(shown.values)
        self._fixed = block @ known
        self._rows_matrix = block
        inner = csr_array(block[:, columns])
        low, high = recovery._low[rows] - self._fixed, recovery._high[rows] - self._fixed
        self._model = _model(inner, low, high, shown.upper[columns])

    def ask(self, asked: Sequence[int], cells: dict[int, int | None]) -> list[Proof] | None:
        """Return the proofs about the counts asked for; ``None`` when the relations contradict what is shown."""
        waiting = set(asked)
        cost = np.zeros(len(self._columns))
        cost[[self._place[column] for column in waiting]] = 1.0
        while waiting:
            point = self._minimise(cost)
            if point is None:
                return None
            zero = {column for column in waiting if point[self._place[column]] <= _EPS}
            if not zero:
                break
            waiting -= zero
            cost[[self._place[column] for column in zero]] = 0.0
        proofs = (self._prove(column, cells[column]) for column in sorted(waiting))
        return [proof for proof in proofs if proof is not None]

    def _prove(self, column: int, cell: int | None) -> Proof | None:
        cost = np.zeros(len(self._columns))
        place = self._place[column]
        cost[place] = 1.0
        point = self._minimise(cost)
        if point is None or point[place] <= _SLACK:
            return None
        low = float(point[place])
        counts, limits = self._support()
        cost[place] = -1.0
        point = self._minimise(cost)
        if point is None or floor(point[place] + _SLACK) - ceil(low - _SLACK) >= NARROW:
            return None
        more_counts, more_limits = self._support()
        return Proof(column, cell, low, float(point[place]), counts | more_counts, limits | more_limits)

    def _minimise(self, cost: np.ndarray) -> np.ndarray | None:
        """Return a point of least cost; ``None`` when there is no point, or none is least."""
        size = len(cost)
        self._model.changeColsCost(size, np.arange(size, dtype=np.int32), cost)
        self._model.run()
        if self._model.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            return np.asarray(self._model.getSolution().col_value)
        return None

    def _support(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the known counts and the cells with limits that the last optimum leans on."""
        solution = self._model.getSolution()
        weights = self._rows_matrix.T @ np.asarray(solution.row_dual)
        known = ~np.isnan(self._shown.values)
        counts = frozenset(np.flatnonzero(known & (np.abs(weights) > _EPS)).tolist())
        duals = np.asarray(solution.col_dual)
        limited = self._shown.limited_by
        limits = frozenset(
            limited[int(column)]
            for number, column in enumerate(self._columns)
            if duals[number] < -_EPS and int(column) in limited
        )
        return counts, limits


def _model(matrix: csr_array, low: np.ndarray, high: np.ndarray, upper: np.ndarray) -> highspy.Highs:
    program = highspy.HighsLp()
    rows, size = matrix.shape
    program.num_col_, program.num_row_ = size, rows
    program.col_cost_ = np.zeros(size)
    program.col_lower_ = np.zeros(size)
    program.col_upper_ = np.where(np.isinf(upper), highspy.kHighsInf, upper)
    program.row_lower_ = np.where(np.isinf(low), -highspy.kHighsInf, low)
    program.row_upper_ = np.where(np.isinf(high), highspy.kHighsInf, high)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    program.a_matrix_.index_ = matrix.indices.astype(np.int32)
    program.a_matrix_.value_ = matrix.data
    model = highspy.Highs()
    for option, value in (("output_flag", False), ("presolve", "off"), ("threads", 1), ("random_seed", 0)):
        model.setOptionValue(option, value)
    model.passModel(program)
    return model

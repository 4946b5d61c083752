"""Questions to one linked set of unknown counts, first to two municipalities of it at a time.

Belongs here: which program a question is put to, and how few programs answer it. Does not belong here: the program
itself (``program``), which sets are linked and what is shown (``recover``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from disclosure.control.program import Basis, Program, Shown
from disclosure.control.proof import NARROW, SLACK, Proof, parts_of

_POINTS = 10
_TOGETHER = 2
"""Municipalities that are unknown at a time, before all linked ones are."""
NO_TOWN = -1
"""The number of the municipality of a count that is wider than one."""
_AT_ONCE = 20
"""Questions put to a program of many municipalities before the proofs found are cut."""


@dataclass(frozen=True)
class Answers:
    """Proofs found, and counts that are safe; a count that is in neither was not asked for, and there are proofs."""

    proofs: list[Proof]
    safe: set[int]


@dataclass(frozen=True)
class Linked:
    """Unknown counts ``columns`` that rows of relations link: ``low ≤ block · counts ≤ high``.

    ``rows``: the number of each row among all relations; ``truth``: true values of all counts (NaN where nobody knows
    one); ``towns``: the number of the municipality of each count, ``NO_TOWN`` of a wide one; ``basis``: the solution
    of the last program of many municipalities, which the next one starts from.
    """

    block: csr_array
    rows: np.ndarray
    low: np.ndarray
    high: np.ndarray
    shown: Shown
    columns: np.ndarray
    truth: np.ndarray
    towns: np.ndarray
    basis: Basis

    def ask(self, asked: Sequence[int], cells: Mapping[int, int | None]) -> Answers | None:
        """Return what is proved about the counts asked for; ``None`` when the relations contradict what is shown.

        ``cells``: the cell that asks for each count. Every count is answered, or there is a proof to cut first.
        """
        towns = np.setdiff1d(self.towns[self.columns], [NO_TOWN]).tolist()
        if len(towns) <= _TOGETHER:
            program = Program(self.block, self.low, self.high, self.shown, self.columns, asked)
            proofs = _Questions(program).ask(asked, cells)
            return None if proofs is None else _answers(proofs, asked)
        narrow = self._narrow(towns, asked, cells)
        safe = set(asked) - set(narrow)
        if not narrow:
            return Answers([], safe)
        # Made once: from one part to the next it stays warm, and what was met stays met.
        program = Program(self.block, self.low, self.high, self.shown, self.columns, narrow)
        program.start_from(self.basis, self.rows)
        whole = _Questions(program)
        found: list[Proof] = []
        for start in range(0, len(narrow), _AT_ONCE):
            part = narrow[start : start + _AT_ONCE]
            proofs = whole.ask(part, cells)
            if proofs is None:
                return None
            safe |= _answers(proofs, part).safe
            found = proofs
            if found:
                break
        program.keep_in(self.basis, self.rows)
        return Answers(found, safe)

    def is_possible(self) -> bool:
        """Tell whether the relations agree with what is shown."""
        program = Program(self.block, self.low, self.high, self.shown, self.columns, [])
        return program.minimise(np.zeros(len(program.columns))) is not None

    def _narrow(
        self, towns: Sequence[int], asked: Sequence[int], cells: Mapping[int, int | None]
    ) -> list[int]:
        """Return those asked for that stay narrow while only a few municipalities are unknown at a time, in order.

        A count that is wide while all others have their true values is wide in any case, and the program is small; of
        the others it proves nothing.
        """
        counts = np.array(asked)
        of_counts = self.towns[counts]
        by_column = csc_array(self.block)
        found: set[int] = set()
        for start in range(0, len(towns), _TOGETHER):
            few = [*towns[start : start + _TOGETHER], NO_TOWN]
            part = counts[np.isin(of_counts, few)].tolist()
            if part:
                found.update(self._among(few, part, by_column, cells))
        return sorted(found)

    def _among(
        self,
        towns: Sequence[int],
        asked: Sequence[int],
        by_column: csc_array,
        cells: Mapping[int, int | None],
    ) -> list[int]:
        """Return those asked for that stay narrow while only counts of these municipalities are unknown."""
        is_free = np.isin(self.towns[self.columns], towns) | np.isnan(self.truth[self.columns])
        free, fixed = self.columns[is_free], self.columns[~is_free]
        values = self.shown.values.copy()
        values[fixed] = self.truth[fixed]
        rows = np.unique(by_column[:, free].indices)
        known = Shown(values, self.shown.upper, self.shown.limited_by)
        program = Program(self.block[rows], self.low[rows], self.high[rows], known, free, asked)
        proofs = _Questions(program).ask(asked, cells)
        program.keep_in(self.basis, self.rows[rows])
        return list(asked) if proofs is None else [proof.secret for proof in proofs]


def _answers(proofs: list[Proof], asked: Sequence[int]) -> Answers:
    return Answers(proofs, set(asked) - {proof.secret for proof in proofs})


class _Questions:
    """Questions to one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        size = len(self._program.columns)
        self._place = {column: number for number, column in enumerate(self._program.columns.tolist())}
        self._least, self._most = np.full(size, np.inf), np.full(size, -np.inf)

    def ask(self, asked: Sequence[int], cells: Mapping[int, int | None]) -> list[Proof] | None:
        """Return the proofs about the counts asked for; ``None`` when the relations contradict what is shown.

        Every feasible point met widens what each count can be; only counts that stay narrow and above zero
        are asked for one by one.
        """
        places = np.array([self._place[column] for column in asked])
        generator = np.random.default_rng(len(self._least))
        for attempt in range(_POINTS):
            waiting = places[self._is_narrow(places)]
            if not len(waiting):
                return []
            cost = np.zeros(len(self._least))
            cost[waiting] = (1.0, -1.0)[attempt] if attempt < 2 else generator.uniform(-1, 1, len(waiting))
            if self._meet(cost) is None:
                return None
        proofs = []
        for column, place in zip(asked, places, strict=True):
            if self._is_narrow(np.array([place]))[0]:
                proof = self._prove(column, cells[column])
                if proof is not None:
                    proofs.append(proof)
        return proofs

    def _is_narrow(self, places: np.ndarray) -> np.ndarray:
        """Tell which counts are above zero and within less than ``NARROW`` in all points met so far."""
        low, high = self._least[places], self._most[places]
        width = np.floor(high + SLACK) - np.ceil(low - SLACK)
        return np.asarray((low > SLACK) & ~(width >= NARROW))

    def _prove(self, column: int, cell: int | None) -> Proof | None:
        place = self._place[column]
        sides = []
        for sign in (1.0, -1.0):
            cost = np.zeros(len(self._least))
            cost[place] = sign
            point = self._meet(cost)
            if point is None or not self._is_narrow(np.array([place]))[0]:
                return None
            sides.append((float(point[place]), *self._program.leans_on()))
        (low, low_counts, low_limits), (high, high_counts, high_limits) = sides
        gains = {
            known: low_counts.get(known, 0.0) + high_counts.get(known, 0.0)
            for known in {*low_counts, *high_counts}
        }
        return Proof(column, cell, low, high, parts_of(gains, low, high), low_limits | high_limits)

    def _meet(self, cost: np.ndarray) -> np.ndarray | None:
        """Return a point of least cost, after widening what each count can be by it; ``None`` when there is none."""
        point = self._program.minimise(cost)
        if point is not None:
            np.minimum(self._least, point, out=self._least)
            np.maximum(self._most, point, out=self._most)
        return point

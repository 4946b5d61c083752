"""The small warm program against the whole one solved by SciPy, and what proofs claim to lean on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from disclosure.control.choose import choose
from disclosure.control.program import Program, Shown
from disclosure.control.proof import NARROW
from disclosure.control.recover import Recovery
from disclosure.control.system import Cell, Relation, System

CASES = range(80)
WITHOUT_END = 3e4
"""Both programs end somewhere near 100,000 where nothing ends a count."""


class Town:
    """Random counts with random relations that hold of them; about half are shown, some by an upper bound."""

    def __init__(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.size = int(draw.integers(6, 14))
        self.truth = draw.integers(0, 25, self.size).astype(float)
        rows = int(draw.integers(4, 16))
        self.matrix = np.zeros((rows, self.size))
        for row in self.matrix:
            inside = draw.choice(self.size, int(draw.integers(2, 5)), replace=False)
            row[inside] = draw.choice([-1.0, 1.0, 1.0], len(inside))
        total = self.matrix @ self.truth
        is_exact, reaches_up = draw.random(rows) < 0.6, draw.random(rows) < 0.5
        slack = draw.integers(0, 4, rows)
        self.low = np.where(is_exact, total, np.where(reaches_up, total - slack, -np.inf))
        self.high = np.where(is_exact, total, np.where(reaches_up, np.inf, total + slack))
        self.is_shown = draw.random(self.size) < 0.5
        self.is_shown[int(draw.integers(self.size))] = False
        limited = ~self.is_shown & (draw.random(self.size) < 0.2)
        self.upper = np.where(limited, self.truth + 2, np.inf)

    @property
    def unknown(self) -> np.ndarray:
        """Return the numbers of the counts that are not shown."""
        return np.flatnonzero(~self.is_shown)

    def shown(self) -> Shown:
        """Return what everybody knows; a bound of count ``c`` is printed by cell ``100 + c``."""
        limited_by = {int(c): 100 + int(c) for c in np.flatnonzero(np.isfinite(self.upper))}
        return Shown(np.where(self.is_shown, self.truth, np.nan), self.upper, limited_by)

    def ends(
        self, count: int, is_shown: np.ndarray | None = None, upper: np.ndarray | None = None
    ) -> tuple[float, float]:
        """Return what a count can be at least and at most, by SciPy over the whole program."""
        is_shown = self.is_shown if is_shown is None else is_shown
        upper = self.upper if upper is None else upper
        ranges = [
            (t, t) if known else (0.0, min(u, 1e5))
            for t, known, u in zip(self.truth, is_shown, upper, strict=True)
        ]
        rows = [(row, high) for row, high in zip(self.matrix, self.high, strict=True) if np.isfinite(high)]
        rows += [(-row, -low) for row, low in zip(self.matrix, self.low, strict=True) if np.isfinite(low)]
        found = []
        for sign in (1.0, -1.0):
            cost = np.zeros(self.size)
            cost[count] = sign
            done = linprog(
                cost, A_ub=np.array([r for r, _ in rows]), b_ub=[b for _, b in rows], bounds=ranges
            )
            assert done.status == 0, done.message
            found.append(min(float(done.x[count]), WITHOUT_END))
        return found[0], found[1]


@pytest.mark.parametrize("seed", CASES)
def test_the_reduced_program_finds_the_ends_of_the_whole_one_and_what_they_lean_on(seed: int) -> None:
    town = Town(seed)
    asked = town.unknown[::2].tolist()
    program = Program(csr_array(town.matrix), town.low, town.high, town.shown(), town.unknown, asked)
    place = {column: number for number, column in enumerate(program.columns.tolist())}
    for count in asked:
        for sign, expected in zip((1.0, -1.0), town.ends(count), strict=True):
            cost = np.zeros(len(place))
            cost[place[count]] = sign
            point = program.minimise(cost)
            assert point is not None
            assert min(point[place[count]], WITHOUT_END) == pytest.approx(expected, abs=1e-6)
            counts, limits = program.leans_on()
            # Whatever the end does not lean on may be hidden: the end stays.
            kept = town.is_shown & (np.isin(np.arange(town.size), list(counts)) | (town.truth == 0))
            printed = np.where(np.isin(np.arange(town.size) + 100, list(limits)), town.upper, np.inf)
            assert town.ends(count, kept, printed)[int(sign < 0)] == pytest.approx(expected, abs=1e-6)


def test_what_contradicts_has_no_point() -> None:
    shown = Shown(np.array([9.0, np.nan]), np.full(2, np.inf), {})
    less = Program(csr_array([[1.0, 1.0]]), np.array([7.0]), np.array([7.0]), shown, np.array([1]), [1])
    assert less.minimise(np.array([1.0])) is None  # 9 + x = 7


def as_system(town: Town) -> System:
    """Return the town as a system: a cell a count, the shown ones to be shown."""
    system = System()
    for number, value in enumerate(town.truth):
        system.count((number,), float(value), is_secret=not town.is_shown[number])
    for row, low, high in zip(town.matrix, town.low, town.high, strict=True):
        terms = tuple((int(c), float(row[c])) for c in np.flatnonzero(row))
        system.relations.append(Relation(terms, float(low), float(high)))
    system.cells = [Cell([("t", number)], (number,), 1.0) for number in range(town.size)]
    return system


@pytest.mark.parametrize("seed", CASES)
def test_a_proof_is_true_and_every_narrow_secret_has_one(seed: int) -> None:
    """Plain proofs come first; once they are cut, the others: in the end what is asked is what SciPy finds wide."""
    town = Town(seed)
    town.upper[:] = np.inf
    recovery = Recovery(as_system(town))
    hidden = (~town.is_shown).tolist()
    proofs = recovery.proofs(hidden)
    narrow = {c for c in town.unknown.tolist() if is_narrow(*town.ends(c))}
    assert {proof.secret for proof in proofs} <= narrow
    assert bool(proofs) == bool(narrow)
    if not any(proof.is_plain for proof in proofs):
        assert {proof.secret for proof in proofs} == narrow
    for proof in proofs:
        low, high = town.ends(proof.secret)
        assert proof.low <= low + 1e-6 and proof.high >= high - 1e-6
        kept = town.is_shown & (np.isin(np.arange(town.size), list(proof.by_counts)) | (town.truth == 0))
        assert is_narrow(*town.ends(proof.secret, kept))


def is_narrow(low: float, high: float) -> bool:
    """Return whether a count is recovered: at least one, within an interval narrower than ``NARROW``."""
    return low > 1e-4 and np.floor(high + 1e-4) - np.ceil(low - 1e-4) < NARROW


def test_a_proof_that_nothing_can_break_hides_no_other() -> None:
    """``9 - b = a`` stands in an earlier release; ``c``, ``d`` and ``e`` follow from three sums that may be hidden."""
    system = System()
    a, b, nine = (system.count((name,), value) for name, value in (("a", 4), ("b", 5), ("nine", 9)))
    c, d, e = (system.count((name,), value) for name, value in (("c", 2), ("d", 3), ("e", 4)))
    system.total(nine, [a, b], is_exact=True)
    sums = []
    for parts, value in (((c, d), 5), ((d, e), 7), ((c, e), 6)):
        sums.append(system.count((parts,), value))
        system.total(sums[-1], parts, is_exact=True)
    system.cells = [
        Cell([("t", column)], (column,), 1.0, secrets=(column,), is_hidden=True) for column in (a, c, d, e)
    ]
    system.cells += [Cell([("t", column)], (column,), 1.0, is_public_already=True) for column in (b, nine)]
    system.cells += [Cell([("t", column)], (column,), 1.0) for column in sums]
    chosen = choose(system)
    assert chosen.unprotected == [a]
    assert sum(chosen.hidden[-len(sums) :]) == 1


def test_the_cases_hold_proofs_of_both_kinds() -> None:
    kinds = [
        {proof.is_plain for proof in Recovery(as_system(town)).proofs((~town.is_shown).tolist())}
        for town in map(Town, CASES)
    ]
    assert sum({True} == kind for kind in kinds) >= 10
    assert sum({False} == kind for kind in kinds) >= 10

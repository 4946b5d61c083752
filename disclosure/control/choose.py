"""Which cells to hide besides the primary ones: least loss such that nothing can be recovered.

Belongs here: the search. Every proof of recovery leans on shown cells; one of them has to go. The least
set of cells that hits every proof found so far is an integer program (HiGHS); new proofs are sought
until there are none. Does not belong here: linear programs of recovery, meaning of cells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from disclosure.control.proof import Proof
from disclosure.control.recover import Asked, Recovery, Safe
from disclosure.control.system import System

_TRIALS = (4, 6, 9, 13)
_ROUNDS = 200
_PLAIN = 0.25
"""What a round costs of the patience when no program was solved in it."""
_EPS = 1e-9
_GAP = 0.02
_NODES = 50


@dataclass
class Choice:
    """Hidden cells by number, and secrets that stay recoverable from what was public already."""

    hidden: list[bool]
    unprotected: list[int] = field(default_factory=list)
    rounds: int = 0


def choose(
    system: System, only: Iterable[int] | None = None, settled: Collection[Safe] = frozenset()
) -> Choice:
    """Return the cells to hide. ``only``: numbers of the cells that may be hidden in addition (default: all); cells
    that are computed from one of them are hidden with it.

    ``settled``: questions that are answered while no less is hidden than now; they are not asked.

    A result is free of proofs, save those that lean on already public cells alone. Where an earlier release leaves no
    such result (one secret needs a total hidden that its public parts give anyway), the total gives way: it is hidden
    and unprotected, and the gate says so. Raises ``RuntimeError`` when even that does not settle.
    """
    allowed = set(only) if only is not None else set(range(len(system.cells)))
    allowed |= {number for number, cell in enumerate(system.cells) if allowed & set(cell.follows)}
    for cell in system.cells:
        if not cell.is_hidden and not cell.is_public_already:
            cell.is_hidden = any(system.cells[leader].is_hidden for leader in cell.follows)
            cell.reason = cell.reason or ("follows a hidden cell" if cell.is_hidden else "")
    hidden = [cell.is_hidden for cell in system.cells]
    free = {
        number
        for number, cell in enumerate(system.cells)
        if number in allowed and not cell.is_hidden and not cell.is_public_already
    }
    search = _Search(system, free, hidden, settled)
    if system.as_before is not None:
        # Nothing changed: neither does what is hidden, while nothing follows from it.
        same = system.as_before & free
        as_before = [is_hidden or number in same for number, is_hidden in enumerate(hidden)]
        if not search.recovery.proofs(as_before, set(settled)):
            return Choice(as_before)
    best: set[int] | None = None
    start: set[int] = set()
    for patience in (*_TRIALS, _ROUNDS, _TRIALS[-1]):
        # All proofs found so far hold in any case: the least set that breaks them is a better start.
        found = search.descend(start, patience)
        if found is not None and (best is None or search.loss(found) < search.loss(best)):
            best = found
        start = search.master.solve()
        # The least loss is known no better than within the gap of the integer program.
        if best is not None and search.loss(best) <= (1 + _GAP) * search.loss(start):
            break
    if best is None:  # hide all that may be hidden: nothing shown, nothing recovered
        best = search.descend(free, _ROUNDS)
    if best is None:
        search = _Search(system, free, hidden, settled, gives_way=True)
        best = search.descend(set(), _ROUNDS)
    if best is None:
        raise RuntimeError(f"complementary suppression did not settle in {_ROUNDS} rounds")
    result = [is_hidden or number in best for number, is_hidden in enumerate(hidden)]
    return Choice(result, sorted({secret for secret, _, _ in search.beyond}), search.rounds)


class Answer(Enum):
    """What a proof means: hide some of what it leans on, do not hide its secret, or nothing can be done."""

    CUT = "cut"
    FUTILE = "futile"
    BEYOND = "beyond"


class _Search:
    """Descents over one system; they share the proofs found.

    ``gives_way``: a secret that cannot be one any more is left as it is, instead of showing its cell again.
    """

    def __init__(
        self,
        system: System,
        free: set[int],
        hidden: list[bool],
        settled: Collection[Safe],
        gives_way: bool = False,
    ) -> None:
        self.master = _Master(system, free)
        self.beyond: set[Asked] = set()
        self.rounds = 0
        self.recovery = Recovery(system)
        self._system, self._hidden, self._gives_way = system, hidden, gives_way
        self._settled = frozenset(settled)

    def loss(self, cells: set[int]) -> float:
        """Return what hiding these cells costs."""
        return sum(self._system.cells[cell].weight for cell in cells)

    def descend(self, start: set[int], patience: int) -> set[int] | None:
        """Hide more and more, from a start, until nothing can be recovered; None after ``patience`` rounds."""
        chosen = set(start)
        safe: set[Safe] = set(self._settled)
        self.master.keep(chosen)
        spent = 0.0
        while spent < patience:
            self.rounds += 1
            shown = [is_hidden or number in chosen for number, is_hidden in enumerate(self._hidden)]
            proofs = self.recovery.proofs(shown, safe, self.beyond)
            if not proofs:
                self.master.keep(set())
                return chosen
            spent += _PLAIN if all(proof.is_plain for proof in proofs) else 1
            for proof in proofs:
                answer = self.master.add(proof)
                if answer is Answer.BEYOND or (answer is Answer.FUTILE and self._gives_way):
                    self.beyond.add(_asked(proof))
                elif answer is Answer.FUTILE:
                    chosen -= self.master.reasons(proof)
                    safe = set(self._settled)  # less is hidden now
            self.master.keep(chosen)
            chosen |= self.master.solve()
            self.master.keep(chosen)
        self.master.keep(set())
        return None


def _asked(proof: Proof) -> Asked:
    """Return the question that the proof answers: what a believer finds says nothing of what everybody finds."""
    return proof.secret, proof.cell, proof.is_of_believer


class _Master:
    """The growing integer program: a variable a free cell, one a count («hidden everywhere»)."""

    def __init__(self, system: System, free: set[int]) -> None:
        self._system = system
        self._free = sorted(free)
        self._variable = {cell: number for number, cell in enumerate(self._free)}
        self._cost = [system.cells[cell].weight for cell in self._free]
        self._publishers = system.publishers()
        self._counts: dict[int, int | None] = {}
        self._kept: set[int] = set()
        self._rows: list[tuple[dict[int, float], float]] = []
        self._seen: set[tuple[object, ...]] = set()
        for number, cell in enumerate(system.cells):
            for leader in cell.follows:
                if number in self._variable and leader in self._variable:
                    self._rows.append(({self._variable[number]: 1.0, self._variable[leader]: -1.0}, 0.0))

    def add(self, proof: Proof) -> Answer:
        """Add «while the secret is hidden, enough of the proof is hidden too».

        Hiding takes nothing from a believer of an earlier release: what he believes is hidden already.
        """
        terms: dict[int, float] = {}
        for column, part in proof.by_counts.items():
            variable = None if column in proof.believed else self._hidden_everywhere(column)
            if variable is not None:
                terms[variable] = min(1.0, terms.get(variable, 0.0) + part)
        for cell in proof.by_limits:
            if cell in self._variable:
                terms[self._variable[cell]] = 1.0
        need = self._condition(proof)
        can_fall = sum(terms.values()) >= 1.0 - _EPS
        if not can_fall and (not need or self._is_told_already(proof)):
            return Answer.BEYOND
        terms = terms if can_fall else {}
        for variable in need:
            terms[variable] = terms.get(variable, 0.0) - 1.0
        row = (tuple(sorted(terms.items())), len(need))
        if row not in self._seen:
            self._seen.add(row)
            self._rows.append((terms, 1.0 - len(need)))
        return Answer.CUT if can_fall else Answer.FUTILE

    def _is_told_already(self, proof: Proof) -> bool:
        """True when earlier releases alone give the proof to a believer: whatever is shown now, he has it."""
        if not proof.believed or proof.by_limits:
            return False
        cells = self._system.cells
        return all(
            column in proof.believed
            or column in self._system.constants
            or any(cells[cell].is_public_already for cell in self._publishers.get(column, []))
            for column in proof.by_counts
        )

    def reasons(self, proof: Proof) -> set[int]:
        """Return the free cells whose hiding made the proof's count a secret."""
        return {self._free[variable] for variable in self._condition(proof)}

    def _condition(self, proof: Proof) -> list[int]:
        """Return the free cells whose hiding made the secret a secret (empty: it is one in any case)."""
        if proof.cell is not None:
            limited = bool(self._system.cells[proof.cell].limits)
            return [self._variable[proof.cell]] if proof.cell in self._variable and not limited else []
        publishers = self._publishers.get(proof.secret, [])
        return [self._variable[cell] for cell in publishers if cell in self._variable]

    def _hidden_everywhere(self, column: int) -> int | None:
        """Return the variable «no cell shows this count», or None when some cell or everybody always does."""
        if column in self._counts:
            return self._counts[column]
        variable: int | None = None
        publishers = [c for c in self._publishers.get(column, []) if not self._system.cells[c].is_hidden]
        fixed = column in self._system.constants or any(cell not in self._variable for cell in publishers)
        if publishers and not fixed:
            if len(publishers) == 1:
                variable = self._variable[publishers[0]]
            else:
                variable = len(self._cost)
                self._cost.append(0.0)
                for cell in publishers:
                    self._rows.append(({self._variable[cell]: 1.0, variable: -1.0}, 0.0))
        self._counts[column] = variable
        return variable

    def keep(self, cells: set[int]) -> None:
        """Keep these cells hidden from now on: then secrets found safe stay safe."""
        self._kept = {self._variable[cell] for cell in cells}

    def solve(self) -> set[int]:
        """Return the cells to hide in addition."""
        size = len(self._cost)
        if not size or not self._rows:
            return set()
        data: list[float] = []
        columns: list[int] = []
        starts = [0]
        for terms, _ in self._rows:
            columns.extend(terms)
            data.extend(terms.values())
            starts.append(len(columns))
        matrix = csr_array((data, columns, starts), shape=(len(self._rows), size))
        low = np.array([need for _, need in self._rows])
        floor = np.zeros(size)
        floor[list(self._kept)] = 1.0
        result = milp(
            np.array(self._cost),
            integrality=np.ones(size),
            bounds=Bounds(floor, 1),
            constraints=LinearConstraint(matrix, low, np.inf),
            options={"mip_rel_gap": _GAP, "node_limit": _NODES},
        )
        if result.x is None:
            return {cell for cell, variable in self._variable.items() if variable in columns}
        return {cell for cell, variable in self._variable.items() if result.x[variable] > 0.5}

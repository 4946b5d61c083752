"""The growing integer program: the cells of least loss that break every proof found so far.

Belongs here: what a proof says of cells as a row of the program, and its solution (HiGHS).
Does not belong here: finding proofs, the order of the search (``choose``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import highspy
import numpy as np
from scipy.sparse import csr_array

from disclosure.control.highs import Bounded, loaded
from disclosure.control.proof import Proof
from disclosure.control.system import System

_EPS = 1e-9
GAP = 0.02
"""How close to the least loss a solution is, as a share of it."""
_NODES = 50
_OPTIONS: Mapping[str, bool | int | float] = {
    "mip_rel_gap": GAP,
    "mip_max_nodes": _NODES,
    # Programs are small and many: what is tried beside branching costs more than it finds.
    "mip_detect_symmetry": False,
    "mip_allow_restart": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
}
_FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)


class Answer(Enum):
    """What a proof means: hide some of what it leans on, do not hide its secret, or nothing can be done."""

    CUT = "cut"
    FUTILE = "futile"
    BEYOND = "beyond"


class Master:
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
        model = loaded(
            matrix,
            Bounded(low, np.full(len(low), np.inf)),
            Bounded(floor, np.ones(size)),
            np.array(self._cost),
            _OPTIONS,
            is_whole=True,
        )
        model.run()
        if model.getInfo().primal_solution_status != _FEASIBLE:
            return {cell for cell, variable in self._variable.items() if variable in columns}
        values = np.asarray(model.getSolution().col_value)
        return {cell for cell, variable in self._variable.items() if values[variable] > 0.5}

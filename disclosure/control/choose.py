"""Which cells to hide besides the primary ones: least loss such that nothing can be recovered.

Belongs here: the search. Every proof of recovery leans on shown cells; one of them has to go. The least
set of cells that hits every proof found so far is an integer program (``master``); new proofs are sought
until there are none. Does not belong here: linear programs of recovery, meaning of cells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

from disclosure.control.master import GAP, Answer, Master
from disclosure.control.proof import Proof
from disclosure.control.recover import Asked, Recovery, Safe
from disclosure.control.system import System

_TRIALS = (4, 6, 9, 13)
_ROUNDS = 200
_PLAIN = 0.25
"""What a round costs of the patience when no program was solved in it."""


@dataclass
class Choice:
    """Hidden cells by number, what hiding those that were shown before loses, and secrets that stay recoverable from
    what was public already. ``is_as_before``: an earlier release hides the same.
    """

    hidden: list[bool]
    unprotected: list[int] = field(default_factory=list)
    rounds: int = 0
    loss: float = 0.0
    is_as_before: bool = False


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
    hidden, free = _hidden_and_free(system, only)
    search = _Search(system, free, hidden, settled)
    if system.as_before is not None:
        # Nothing changed: neither does what is hidden, while nothing follows from it.
        same = system.as_before & free
        as_before = [is_hidden or number in same for number, is_hidden in enumerate(hidden)]
        if not search.recovery.proofs(as_before, set(settled)):
            return Choice(as_before, loss=search.loss(same), is_as_before=True)
    best = search.least((*_TRIALS, _ROUNDS, _TRIALS[-1]))
    if best is None:  # hide all that may be hidden: nothing shown, nothing recovered
        best = search.descend(free, _ROUNDS)
    if best is None:
        search = _Search(system, free, hidden, settled, gives_way=True)
        best = search.descend(set(), _ROUNDS)
    if best is None:
        raise RuntimeError(f"complementary suppression did not settle in {_ROUNDS} rounds")
    return search.choice(best)


def choose_cheaper(system: System, settled: Collection[Safe], than: Choice) -> Choice | None:
    """Return a choice among all cells that loses less than one that is known, ``None`` where a few descents find none.

    A descent ends where it has lost as much: many cells that can stand for each other do not lead it astray.
    """
    hidden, free = _hidden_and_free(system, None)
    search = _Search(system, free, hidden, settled)
    best = search.least(_TRIALS, than.loss)
    return None if best is None or search.beyond else search.choice(best)


def _hidden_and_free(system: System, only: Iterable[int] | None) -> tuple[list[bool], set[int]]:
    """Return which cells are hidden in any case, and the cells that may be hidden in addition."""
    allowed = set(only) if only is not None else set(range(len(system.cells)))
    allowed |= {number for number, cell in enumerate(system.cells) if allowed & set(cell.follows)}
    for cell in system.cells:
        if not cell.is_hidden and not cell.is_public_already:
            cell.is_hidden = any(system.cells[leader].is_hidden for leader in cell.follows)
            cell.reason = cell.reason or ("follows a hidden cell" if cell.is_hidden else "")
    cells = system.cells
    free = {n for n in allowed if not cells[n].is_hidden and not cells[n].is_public_already}
    return [cell.is_hidden for cell in cells], free


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
        self.master = Master(system, free)
        self.beyond: set[Asked] = set()
        self.rounds = 0
        self.recovery = Recovery(system)
        self._system, self._hidden, self._gives_way = system, hidden, gives_way
        self._settled = frozenset(settled)
        self._safe: list[tuple[frozenset[int], set[Safe]]] = []

    def loss(self, cells: set[int]) -> float:
        """Return what hiding these cells costs."""
        return sum(self._system.cells[cell].weight for cell in cells)

    def choice(self, cells: set[int]) -> Choice:
        """Return the choice that hides these cells in addition."""
        hidden = [is_hidden or number in cells for number, is_hidden in enumerate(self._hidden)]
        unprotected = sorted({secret for secret, _, _ in self.beyond})
        return Choice(hidden, unprotected, self.rounds, self.loss(cells))

    def least(self, trials: Sequence[int], below: float = inf) -> set[int] | None:
        """Return the cells of least loss that descents of so many rounds find, ``None`` when none ends in time.

        ``below``: what loses as much or more is not sought.
        """
        best: set[int] | None = None
        start: set[int] = set()
        for number, patience in enumerate(trials):
            found = self.descend(start, patience, below)
            if found is not None and self.loss(found) < below:
                best, below = found, self.loss(found)
            if number + 1 < len(trials):
                # All proofs found so far hold in any case: the least set that breaks them is a better start.
                start = self.master.solve()
                # The least loss is known no better than within the gap of the integer program.
                if below <= (1 + GAP) * self.loss(start):
                    break
        return best

    def descend(self, start: set[int], patience: int, below: float = inf) -> set[int] | None:
        """Hide more and more, from a start, until nothing can be recovered; ``None`` after ``patience`` rounds, or
        when as much is lost as ``below``.
        """
        chosen = set(start)
        safe = self._known_safe(chosen)
        self.master.keep(chosen)
        spent = 0.0
        while spent < patience and self.loss(chosen) < below:
            self.rounds += 1
            shown = [is_hidden or number in chosen for number, is_hidden in enumerate(self._hidden)]
            before = set(safe)
            proofs = self.recovery.proofs(shown, safe, self.beyond)
            if new := safe - before:
                self._safe.append((frozenset(chosen), new))
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
                    safe = self._known_safe(chosen)  # less is hidden now
            self.master.keep(chosen)
            chosen |= self.master.solve()
            self.master.keep(chosen)
        self.master.keep(set())
        return None

    def _known_safe(self, chosen: set[int]) -> set[Safe]:
        """Return the secrets that were found safe while no more was hidden than these cells."""
        found = (safe for cells, safe in self._safe if cells <= chosen)
        return set(self._settled).union(*found)


def _asked(proof: Proof) -> Asked:
    """Return the question that the proof answers: what a believer finds says nothing of what everybody finds."""
    return proof.secret, proof.cell, proof.is_of_believer

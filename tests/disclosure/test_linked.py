"""Questions to many municipalities at once, by two of them at a time, against the whole program solved by SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from disclosure.control import linked
from disclosure.control.linked import NO_TOWN, Answers, Linked
from disclosure.control.program import Basis
from disclosure.control.recover import Recovery
from disclosure.control.system import WIDE, System
from tests.disclosure.test_program import CASES, Town, is_narrow


def ask(town: Town, seed: int, is_met: bool) -> Answers:
    """Ask for every unknown count of a town whose counts belong to three to five municipalities and the region.

    ``is_met``: the programs start from something else than nothing, whatever it may be.
    """
    draw = np.random.default_rng(1000 + seed)
    towns = draw.choice([*range(int(draw.integers(3, 6))), NO_TOWN], town.size)
    columns = town.unknown
    block = csr_array(town.matrix)
    rows = np.arange(len(town.low))
    basis = (
        Basis(draw.random(town.size) < 0.5, draw.random(len(rows)) < 0.5)
        if is_met
        else Basis.empty(*block.shape)
    )
    asked = Linked(block, rows, town.low, town.high, town.shown(), columns, town.truth, towns, basis)
    answers = asked.ask(columns.tolist(), dict.fromkeys(columns.tolist()))
    assert answers is not None
    return answers


@pytest.mark.parametrize(("at_once", "is_met"), [(1, False), (20, False), (20, True)])
@pytest.mark.parametrize("seed", CASES)
def test_pairs_find_safe_only_what_is_wide_in_the_whole(
    seed: int, at_once: int, is_met: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked, "_AT_ONCE", at_once)
    town = Town(seed)
    answers = ask(town, seed, is_met)
    narrow = {count for count in town.unknown.tolist() if is_narrow(*town.ends(count))}
    assert {proof.secret for proof in answers.proofs} <= narrow
    assert not answers.safe & narrow
    assert bool(answers.proofs) == bool(narrow)
    if not answers.proofs:
        assert answers.safe == set(town.unknown.tolist())
    elif at_once > len(narrow):
        assert {proof.secret for proof in answers.proofs} == narrow


def test_what_no_wide_count_is_linked_to_is_apart() -> None:
    """Two municipalities of two schools and their region: of the second one the total is known."""
    system = System()
    columns = {}
    for town, parts in (("1", (4, 6)), ("2", (5, 7))):
        whole = ("municipality", town, town)
        columns[town] = system.count(("area", "n", whole), float(sum(parts)))
        schools = [
            system.count(("area", "n", ("school", f"{town}{rank}", town)), float(part), is_secret=True)
            for rank, part in enumerate(parts)
        ]
        system.total(columns[town], schools, is_exact=True)
    wide = system.count(("area", "n", ("region", "r", WIDE)), 22.0)
    system.total(wide, list(columns.values()), is_exact=True)
    system.constants = {columns["2"], wide}
    apart, asked = Recovery(system).split({wide}, [])
    secrets = {system.keys[count][-1][1] for count, _, _ in apart}  # type: ignore[index]
    assert secrets == {"20", "21"}
    assert {system.keys[count][-1][1] for count in asked} == {"10", "11"}  # type: ignore[index]

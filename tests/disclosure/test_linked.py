"""Questions to many municipalities at once, by two of them at a time, against the whole program solved by SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from disclosure.control import linked
from disclosure.control.linked import Answers, Linked
from disclosure.control.recover import Recovery
from disclosure.control.system import WIDE, System
from tests.disclosure.test_program import CASES, Town, is_narrow


def ask(town: Town, seed: int) -> Answers:
    """Ask for every unknown count of a town whose counts belong to three to five municipalities and the region."""
    draw = np.random.default_rng(1000 + seed)
    names = np.array([*"abcde"[: int(draw.integers(3, 6))], WIDE], dtype=object)
    towns = draw.choice(names, town.size)
    columns = town.unknown
    block = csr_array(town.matrix)
    asked = Linked(block, town.low, town.high, town.shown(), columns, town.truth, towns)
    answers = asked.ask(columns.tolist(), dict.fromkeys(columns.tolist()))
    assert answers is not None
    return answers


@pytest.mark.parametrize("at_once", [1, 20])
@pytest.mark.parametrize("seed", CASES)
def test_pairs_find_safe_only_what_is_wide_in_the_whole(
    seed: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked, "_AT_ONCE", at_once)
    town = Town(seed)
    answers = ask(town, seed)
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

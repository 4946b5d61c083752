"""Many municipalities linked by totals of a region: asked one at a time they tell what all of them together tell."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from quality.attacker import prove
from quality.attacker.program import Recovered
from quality.attacker.prove import recover
from quality.attacker.published import Count, Facts

WHAT = ("participations", "any", "any")
"""Adds up over schools and over municipalities."""
REGION = (*WHAT, ("region", "71", "z"))


def town(number: int) -> Count:
    """Return the count of a municipality."""
    code = f"714000{number:02d}"
    return (*WHAT, ("municipality", code, code))


def school(town_number: int, number: int) -> Count:
    """Return the count of a school."""
    return (*WHAT, ("school", f"{town_number:02d}{number:04d}", f"714000{town_number:02d}"))


def some_region(seed: int, n_towns: int = 7) -> tuple[Facts, dict[Count, int]]:
    """Return what is known of a region, and the truth: some schools and some municipalities are hidden."""
    draw = random.Random(seed)
    facts, truth = Facts(), {}
    for one in range(1, n_towns + 1):
        inside = {school(one, k): draw.choice([0, 1, 2, 3, 4, 12, 30]) for k in range(1, draw.randint(2, 5))}
        whole = {town(one): sum(inside.values())}
        truth |= inside | whole
        for count, value in (inside | whole).items():
            if draw.random() < (0.5 if count in inside else 0.4):
                facts.hide(count, str(count))
                if draw.random() < 0.2:
                    facts.at_most[count] = value + draw.randint(0, 2)
            else:
                facts.know(count, value)
    truth[REGION] = sum(value for count, value in truth.items() if count[-1][0] == "municipality")
    facts.know(REGION, truth[REGION])
    return facts, truth


def by_scipy(facts: Facts, truth: dict[Count, int]) -> dict[Count, tuple[int, int]]:
    """Return the hidden counts that follow: sums written by hand, another solver, one program of everything."""
    names = list(truth)
    place = {count: number for number, count in enumerate(names)}
    sums = []
    for whole in names:
        kind, _, code = whole[-1]
        if kind == "school":
            continue
        row = np.zeros(len(names))
        row[place[whole]] = 1.0
        for part in names:
            if part[-1][0] == "school" and (kind == "region" or part[-1][2] == code):
                row[place[part]] = -1.0
        sums.append(row)
    bounds = [
        (facts.exact[count],) * 2 if count in facts.exact else (0, facts.at_most.get(count, 1e5))
        for count in names
    ]
    found = {}
    for count in facts.secrets:
        ends = []
        for sign in (1.0, -1.0):
            cost = np.zeros(len(names))
            cost[place[count]] = sign
            ends.append(
                sign * linprog(cost, A_eq=np.array(sums), b_eq=np.zeros(len(sums)), bounds=bounds).fun
            )
        low, high = int(np.ceil(ends[0] - 1e-5)), int(np.floor(ends[1] + 1e-5))
        if low >= 1 and high - low < 3:
            found[count] = (low, high)
    return found


@pytest.mark.parametrize("seed", range(30))
def test_the_answers_are_those_of_one_program_and_of_another_solver(seed: int) -> None:
    facts, truth = some_region(seed)
    found = {item.count: (item.low, item.high) for item in recover(facts)}
    whole = {item.count: (item.low, item.high) for item in recover(facts, is_whole=True)}
    # A count printed in a row derived from a hidden one is no matter of programs.
    assert found == whole == by_scipy(facts, truth)
    assert all(low <= truth[count] <= high for count, (low, high) in found.items())


def test_the_seeds_ask_what_they_are_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets of many municipalities are met; some secrets are proved by one of them alone, some only by all together."""
    by_town: list[int] = []
    by_all: list[int] = []
    ask = prove.ask_by_town

    def counted(*given: Any) -> dict[Count, Recovered]:
        answers = ask(*given)
        by_town.append(len(answers))
        return answers

    monkeypatch.setattr(prove, "ask_by_town", counted)
    for seed in range(100):
        facts, _ = some_region(seed)
        before = len(by_town)
        found = recover(facts)
        if len(by_town) > before:
            by_all.append(len(found) - by_town[-1])
    assert len(by_town) >= 20 and sum(by_town) >= 10 and max(by_all) >= 1


def test_a_school_alone_in_its_municipality_is_its_total() -> None:
    """By hand: totals of all municipalities but one are known; the region gives that one, and so its hidden school."""
    facts = Facts()
    for one in range(1, 6):
        facts.know(school(one, 1), 20.0)
        facts.hide(school(one, 2), f"{one}")
        (facts.hide(town(one), f"t{one}") if one == 5 else facts.know(town(one), 20.0 + one))
    facts.know(REGION, 5 * 20.0 + 1 + 2 + 3 + 4 + 5)
    found = {item.count: (item.low, item.high) for item in recover(facts)}
    assert found == {school(one, 2): (one, one) for one in range(1, 6)} | {town(5): (25, 25)}


def test_schools_of_a_municipality_without_a_row_stand_in_the_region_themselves() -> None:
    facts = Facts()
    for one in range(1, 6):
        facts.know(school(one, 1), 20.0)
        if one < 5:
            facts.know(town(one), 20.0)
    facts.hide(school(5, 2), "hidden")
    facts.know(REGION, 5 * 20.0 + 7)
    assert [(item.count, item.low, item.high) for item in recover(facts)] == [(school(5, 2), 7, 7)]


def test_who_failed_without_being_admitted_does_not_stop_the_attack() -> None:
    """By hand: all ten graduates passed; the municipality's one failure in Russian can be of this school alone."""
    code = "71400001"
    here: Callable[..., Count] = lambda *what: (*what, ("school", "000001", code))  # noqa: E731
    there: Callable[..., Count] = lambda *what: (*what, ("municipality", code, code))  # noqa: E731
    facts = Facts()
    facts.know(here("passed", "11", "main"), 10)
    facts.know(here("graduates", "11", "admitted"), 10)
    facts.know(here("failed", "11", "main", "admitted"), 0)
    facts.know(here("took", "11", 1), 11)
    facts.hide(here("below", "11", 1), "hidden")
    guess = recover(facts)
    assert guess == []  # nobody failed, as it seems: no secret of at least one
    facts.know(there("below", "11", 1), 1)
    facts.know(there("took", "11", 1), 11)
    (item,) = recover(facts)
    assert (item.count, item.low, item.high) == (here("below", "11", 1), 1, 1)

"""Dose and response: doses and residuals by hand, the correlation against scipy, silence where it means nothing."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.effect.dose import (
    NO_REGISTERS,
    NO_SPREAD,
    TOO_FEW,
    association,
    duty_doses,
    fulfilment_doses,
    residual_changes,
)
from analysis.effect.panel import NEVER, Panel
from analysis.effect.windows import CannotEstimate, Windows

WINDOWS = {2023: Windows((2021,), (2023,)), 2024: Windows((2021, 2022), (2024, 2025))}
STARTED = {"a": 2023, "b": 2024}


def _duty(pair: str, school: str, year: str, minimum: int, meets: bool) -> dict[str, object]:
    return {"pair_id": pair, "supported_school_code": school, "academic_year": year, "minimum": minimum,
            "meets_minimum": meets}  # fmt: skip


DUTIES = pd.DataFrame(
    [
        _duty("1", "a", "2023-2024", 2, True),
        _duty("1", "a", "2023-2024", 1, False),
        _duty("1", "a", "2023-2024", 0, True),  # no minimum: nothing to meet
        _duty("1", "a", "2024-2025", 2, True),  # after the follow-up of its cohort
        _duty("2", "b", "2024-2025", 1, True),
        _duty("3", "b", "2025-2026", 1, True),
        _duty("2", "b", "2023-2024", 1, False),  # before the support
    ]
)


def test_duty_dose_is_the_share_of_minimums_met_in_the_follow_up() -> None:
    assert duty_doses(DUTIES, STARTED, WINDOWS) == {"a": 0.5, "b": 1.0}


def test_fulfilment_dose_pools_the_first_plans_of_all_pairs_of_a_school() -> None:
    def row(
        pair: str, year: str, numerator: int, denominator: int, plan: str = "baseline"
    ) -> dict[str, object]:
        return {"scope": "pair", "component": "done", "plan_version": plan, "pair_id": pair, "academic_year": year,
                "numerator": numerator, "denominator": denominator}  # fmt: skip

    criteria = pd.DataFrame(
        [
            row("1", "2023-2024", 3, 4),
            row("1", "2023-2024", 1, 4),
            row("1", "2023-2024", 4, 4, "current"),
            row("1", "2024-2025", 4, 4),
            row("2", "2024-2025", 1, 2),
            row("3", "2025-2026", 4, 8),
            row("3", "2025-2026", 0, 0),
        ]
    )
    assert fulfilment_doses(criteria, DUTIES, STARTED, WINDOWS) == {"a": 0.5, "b": 0.5}


def test_residual_is_the_change_less_that_of_the_controls_by_hand() -> None:
    given = Panel(
        ("a", "c", "d"),
        (2021, 2023),
        np.array([[5.0, 8.0], [5.0, 5.0], [2.0, 4.0]]),
        np.array([[10.0, 10.0], [10.0, 10.0], [10.0, 10.0]]),
        np.array([2023, NEVER, NEVER]),
        np.zeros(3, dtype=np.int64),
    )
    own = np.log(8.5 / 2.5) - np.log(5.5 / 5.5)
    controls = (0.0 + np.log(4.5 / 6.5) - np.log(2.5 / 8.5)) / 2
    found = residual_changes(given, {2023: Windows((2021,), (2023,))})
    assert found == {"a": pytest.approx(own - controls)}


def test_correlation_and_p_agree_with_every_order_of_seven_schools() -> None:
    dose = [0.1, 0.4, 0.2, 0.9, 0.7, 0.5, 0.8]
    response = [0.3, 0.1, -0.2, 0.8, 0.9, 0.2, 0.4]
    found = association(
        {str(i): x for i, x in enumerate(dose)}, {str(i): x for i, x in enumerate(response)}, seed=5
    )
    rho = stats.spearmanr(dose, response).statistic
    ranks = stats.rankdata(response)
    every = [np.corrcoef(order, ranks)[0, 1] for order in permutations(stats.rankdata(dose))]
    greater = sum(value >= rho - 1e-12 for value in every) / len(every)
    assert found.n == 7
    assert found.rho == pytest.approx(rho)
    assert found.p == pytest.approx(min(1.0, 2 * greater), abs=1e-9)


@pytest.mark.parametrize(
    ("doses", "reason"),
    [
        ({}, NO_REGISTERS),
        ({str(i): i / 10 for i in range(5)}, TOO_FEW),
        (dict.fromkeys("0123456", 0.5), NO_SPREAD),
    ],
)
def test_where_it_means_nothing_it_says_why(doses: dict[str, float], reason: str) -> None:
    with pytest.raises(CannotEstimate, match=reason):
        association(doses, {str(i): float(i) for i in range(7)}, seed=1)


@pytest.mark.slow
def test_no_dose_no_association_in_four_of_a_hundred() -> None:
    """Under no relation the test rejects about 5 % of the time: 400 draws, two standard errors."""
    random = np.random.default_rng(11)
    rejected = 0
    for draw in range(400):
        doses = {str(i): float(x) for i, x in enumerate(random.random(8))}
        residuals = {str(i): float(x) for i, x in enumerate(random.normal(size=8))}
        rejected += _quick(doses, residuals, draw) <= 0.05
    assert rejected / 400 <= 0.05 + 2 * (0.05 * 0.95 / 400) ** 0.5


def _quick(doses: dict[str, float], residuals: dict[str, float], seed: int) -> float:
    import analysis.effect.dose as room

    before, room.DRAWS = room.DRAWS, 999
    try:
        return association(doses, residuals, seed).p
    finally:
        room.DRAWS = before

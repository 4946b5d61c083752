"""The effect of support against slow, plain re-computations and hand-made cases."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from analysis.effect.design import PRIMARY, Design, outcome_panel, read_design
from analysis.effect.estimate import estimate, permutation_strata
from analysis.effect.panel import NEVER, Panel, changes, empirical_log_odds
from analysis.effect.permutation import Distribution, assignments, count_assignments
from analysis.effect.robustness import leave_one_out, mean_reversion, placebo_start
from analysis.effect.table import MAIN, support_effect
from analysis.effect.windows import CannotEstimate, Windows, choose_windows

YEARS = (2021, 2022, 2023, 2024)


def panel(treated: int, schools: int, *, effect: float = 0.0, seed: int = 3, start: int = 2023) -> Panel:
    random = np.random.default_rng(seed)
    totals = random.integers(20, 90, size=(schools, len(YEARS))).astype(float)
    labels = np.full(schools, NEVER)
    labels[:treated] = start
    odds = np.full((schools, len(YEARS)), 1.5) + random.normal(0, 0.3, size=(schools, 1))
    odds[:treated, [year >= start for year in YEARS]] += effect
    successes = random.binomial(totals.astype(int), 1 / (1 + np.exp(-odds))).astype(float)
    names = tuple(f"{place:02d}" for place in range(schools))
    return Panel(names, YEARS, successes, totals, labels, np.zeros(schools, dtype=np.int64))


def plain_statistic(given: Panel, treated: set[int], base: list[int], follow: list[int]) -> float:
    """Weighted mean change of treated minus that of the rest, written as loops."""
    sums = {True: [0.0, 0.0], False: [0.0, 0.0]}
    for school in range(len(given.schools)):
        k0, n0 = given.successes[school, base].sum(), given.totals[school, base].sum()
        k1, n1 = given.successes[school, follow].sum(), given.totals[school, follow].sum()
        change = np.log((k1 + 0.5) / (n1 - k1 + 0.5)) - np.log((k0 + 0.5) / (n0 - k0 + 0.5))
        weight = 1 / (1 / n0 + 1 / n1)
        sums[school in treated][0] += weight * change
        sums[school in treated][1] += weight
    return sums[True][0] / sums[True][1] - sums[False][0] / sums[False][1]


def test_empirical_log_odds_by_hand():
    assert empirical_log_odds(np.array([0.0, 5, 10]), np.array([10.0, 10, 10])) == pytest.approx(
        [np.log(0.5 / 10.5), 0.0, np.log(10.5 / 0.5)]
    )


@pytest.mark.parametrize(
    ("years", "start", "excluded", "base", "follow"),
    [
        (range(2018, 2026), 2023, {2022}, (2018, 2021), (2023, 2024)),
        (range(2020, 2026), 2024, {2022, 2023}, (2020, 2021), (2024, 2025)),
        (range(2021, 2026), 2023, {2022}, (2021,), (2023,)),
    ],
)
def test_windows_are_clean_equal_and_nearest(years, start, excluded, base, follow):
    assert choose_windows(years, start, excluded | {2019, 2020} if base[0] == 2018 else excluded) == Windows(
        base, follow
    )


def test_the_selection_year_alone_is_no_base():
    with pytest.raises(CannotEstimate, match="отборе"):
        choose_windows([2021, 2022], 2022, {2021})


def test_no_year_after_the_start_is_no_estimate():
    with pytest.raises(CannotEstimate, match="после начала"):
        choose_windows([2019, 2020, 2021], 2022, set())


def test_estimate_equals_the_plain_loops_over_all_assignments():
    given = panel(3, 12, effect=0.6)
    found = estimate(given, {}, seed=1)
    observed = plain_statistic(given, {0, 1, 2}, [0, 1], [2, 3])
    assert found.log_odds == pytest.approx(observed)
    everyone = [plain_statistic(given, set(pick), [0, 1], [2, 3]) for pick in combinations(range(12), 3)]
    assert found.p == pytest.approx(np.mean([abs(value) >= abs(observed) - 1e-9 for value in everyone]))


def test_the_interval_holds_exactly_the_effects_that_the_test_does_not_reject():
    given = panel(3, 12, effect=0.6)
    found = estimate(given, {}, seed=1)
    window = changes(given, Windows((2021, 2022), (2023, 2024)))
    picks = list(combinations(range(12), 3))

    def p_of(effect: float) -> float:
        shifted = window.log_odds - effect * (given.labels != NEVER)
        values = []
        for pick in picks:
            mask = np.isin(np.arange(12), pick)
            values.append(
                np.average(shifted[mask], weights=window.weight[mask])
                - np.average(shifted[~mask], weights=window.weight[~mask])
            )
        observed = values[picks.index((0, 1, 2))]
        return float(np.mean(np.abs(values) >= abs(observed) - 1e-9))

    for effect in np.linspace(found.low - 1, found.high + 1, 60):
        if min(abs(effect - found.low), abs(effect - found.high)) < 1e-6:
            continue
        assert (p_of(effect) > 0.05) == (found.low < effect < found.high)


def test_drawn_assignments_agree_with_all_of_them():
    given = panel(8, 28, effect=0.7)
    one, two = estimate(given, {}, seed=1), estimate(given, {}, seed=2)
    assert one.p == pytest.approx(two.p, abs=0.02)
    assert (one.low, one.high) == pytest.approx((two.low, two.high), abs=0.06)
    assert estimate(given, {}, seed=1) == one


def test_assignments_keep_the_number_of_supported_schools_in_each_stratum():
    labels = np.array([2022, 2022, 2023, NEVER, NEVER, 2022, NEVER, NEVER])
    strata = np.array([0, 0, 0, 0, 0, 1, 1, 1])
    drawn, is_exact = assignments(labels, strata, seed=5, draws=200)
    assert not is_exact
    assert ((drawn[:, :5] == 2022).sum(axis=1) == 2).all() and ((drawn[:, 5:] == 2022).sum(axis=1) == 1).all()
    assert count_assignments(labels, strata) == (10 * 3 * 1) * 3


def test_too_few_assignments_is_no_estimate():
    with pytest.raises(CannotEstimate, match="200"):
        estimate(panel(2, 10), {}, seed=1)


def test_strata_without_a_comparable_school_make_a_model_based_test():
    strata, is_model_based = permutation_strata(np.array([2023, NEVER, 2023]), np.array([1, 0, 1]))
    assert is_model_based and set(strata) == {0}
    strata, is_model_based = permutation_strata(np.array([2023, NEVER, NEVER]), np.array([1, 0, 1]))
    assert not is_model_based and list(strata) == [1, 0, 1]


def test_one_year_against_one_is_marked_short():
    given = panel(4, 20)
    found = estimate(given, {2023: {2022}}, seed=1)
    assert found.is_short and found.windows[2023] == Windows((2021,), (2023,))
    assert not estimate(given, {}, seed=1).is_short


def test_interval_is_unbounded_where_nothing_can_be_rejected():
    distribution = Distribution(0.3, np.array([0.1, -0.2]), np.array([0.0, 0.1]), True)
    assert distribution.interval() == (-np.inf, np.inf)


def test_placebo_uses_only_years_before_support():
    given = panel(5, 20, start=2024, effect=5.0)
    found = placebo_start(given, {2024: set()}, seed=1)
    assert found.windows == {2023: Windows((2022,), (2023,))}
    assert found.p > 0.05
    with pytest.raises(CannotEstimate, match="мнимый старт"):
        placebo_start(given, {2024: {2022, 2023}}, seed=1)


def test_leave_one_out_spans_the_estimates_without_each_school():
    given = panel(4, 16, effect=0.5)
    low, high = leave_one_out(given, {}, seed=1)
    plain = []
    for left in range(4):
        rest = given.without(left)
        plain.append(plain_statistic(rest, set(range(3)), [0, 1], [2, 3]))
    assert (low.log_odds, high.log_odds) == pytest.approx((min(plain), max(plain)))


def test_mean_reversion_explains_a_rise_that_is_only_chance():
    random = np.random.default_rng(11)
    schools, n = 400, 40
    share = random.beta(45, 5, size=schools)
    k = random.binomial(n, share[:, None], size=(schools, 2)).astype(float)
    labels = np.full(schools, NEVER)
    labels[np.argsort(k[:, 0])[:80]] = 2023
    given = Panel(
        tuple(map(str, range(schools))),
        (2022, 2023),
        k,
        np.full((schools, 2), float(n)),
        labels,
        np.zeros(schools, dtype=np.int64),
    )
    found = mean_reversion(given, 2023, [2022], [2023])
    assert found.observed_pp > 4
    assert found.beyond_pp == pytest.approx(0, abs=1.0)


def _figures(given: Panel) -> pd.DataFrame:
    keys = {"area_kind": "school", "value_kind": "point", "municipality_code": "m"} | dict(PRIMARY.keys)
    return pd.DataFrame(
        [
            keys
            | {
                "area_code": school,
                "academic_year": f"{year}-{year + 1}",
                "numerator": given.successes[row, column],
                "denominator": given.totals[row, column],
                "stage": "z",
                "subject": "z",
                "award": "z",
                "usage_level": "z",
                "period": "year",
            }
            for row, school in enumerate(given.schools)
            for column, year in enumerate(given.years)
        ]
    )


def test_panel_from_marts_leaves_partners_out_and_knows_the_strata():
    given = panel(4, 12)
    partnerships = pd.DataFrame(
        {
            "academic_year": ["2024-2025", "2023-2024", "2023-2024"],
            "supported_school_code": ["00", "00", "01"],
            "partner_school_code": ["11", "11", "10"],
        }
    )
    statuses = pd.DataFrame({"school_code": ["00", "05"], "selection_years": ["2022-2023, 2021-2022", None]})
    design = read_design(partnerships, statuses)
    assert design.started == {"00": 2023, "01": 2023}
    assert design.partners == {"10", "11"}
    assert design.selection == {2023: frozenset({2021, 2022})}
    made = outcome_panel(_figures(given), PRIMARY, design)
    assert made.schools == tuple(f"{place:02d}" for place in range(10))
    assert made.labels.tolist() == [2023, 2023] + [NEVER] * 8
    assert made.strata.tolist() == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert (made.successes == given.successes[:10]).all() and (made.totals == given.totals[:10]).all()


def test_table_answers_where_it_can_and_says_why_where_it_cannot():
    given = panel(6, 24, effect=1.2)
    design = Design(
        {f"{place:02d}": 2023 for place in range(6)}, frozenset(), frozenset(), {2023: frozenset()}
    )
    table = support_effect(_figures(given), design).set_index(["cohort", "outcome", "method"])
    main = table.loc[("all", "I1_9", MAIN)]
    assert main["verdict"] == "beyond_noise" and main["is_primary"] and main["symbol"] == ""
    assert main["n_treated"] == 6 and main["n_control"] == 18
    assert main["base_years"] == "2021-2022, 2022-2023"
    absent = table.loc[("all", "I4", MAIN)]
    assert absent["verdict"] == "cannot_estimate" and absent["symbol"] == "x" and absent["reason"]
    tainted = Design(design.started, frozenset(), frozenset(), {2023: frozenset({2021, 2022})})
    refused = support_effect(_figures(given), tainted).set_index(["cohort", "outcome", "method"])
    assert refused.loc[("all", "I1_9", MAIN)]["verdict"] == "cannot_estimate"
    assert "отбор" in refused.loc[("all", "I1_9", MAIN)]["reason"]


def test_table_without_supported_schools_is_an_answer_too():
    table = support_effect(_figures(panel(0, 6)), Design({}, frozenset(), frozenset(), {}))
    assert set(table["verdict"]) == {"cannot_estimate"} and table["reason"].str.contains("соглашения").all()

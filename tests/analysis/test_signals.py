"""Shrinkage and funnel limits against scipy's own distributions and hand-made cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.beta_binomial import BetaPrior, fit_prior, posterior
from analysis.figures import KEYS
from analysis.funnel import binomial_limits, flag
from analysis.run import analyse_public
from analysis.signals import indicator_signals
from opora.candidates import Candidate
from opora.config import Config, Municipality
from opora.home import Home


def test_fit_recovers_the_prior_that_made_the_schools():
    random = np.random.default_rng(7)
    n = np.full(4000, 60.0)
    k = random.binomial(60, random.beta(18, 2, size=4000)).astype(float)
    prior = fit_prior(k, n)
    assert prior is not None
    assert prior.mean == pytest.approx(0.9, abs=0.005)
    assert prior.strength == pytest.approx(20, rel=0.12)


def test_fit_maximises_the_likelihood_of_scipys_beta_binomial():
    k, n = np.array([3.0, 9, 14, 20, 28]), np.array([10.0, 12, 20, 22, 30])
    prior = fit_prior(k, n)
    assert prior is not None

    def likelihood(mean: float, strength: float) -> float:
        return float(stats.betabinom.logpmf(k, n, mean * strength, (1 - mean) * strength).sum())

    best = likelihood(prior.mean, prior.strength)
    for mean in np.linspace(0.55, 0.95, 41):
        for strength in np.geomspace(1, 1e5, 60):
            assert likelihood(mean, strength) <= best + 1e-6


def test_equal_schools_may_be_counted_once():
    """As often as they stand: the same prior as of every school by itself, to the precision of doubles."""
    random = np.random.default_rng(11)
    n = random.integers(5, 12, size=3000).astype(float)
    k = random.binomial(n.astype(int), random.beta(6, 3, size=3000)).astype(float)
    pairs, counts = np.unique(np.column_stack([k, n]), axis=0, return_counts=True)
    apart, together = fit_prior(k, n), fit_prior(pairs[:, 0], pairs[:, 1], counts)
    assert apart is not None
    assert together is not None
    assert len(pairs) < 80
    assert together.mean == pytest.approx(apart.mean, rel=1e-7)
    assert together.strength == pytest.approx(apart.strength, rel=1e-5)
    assert fit_prior(np.array([2.0, 5.0]), np.array([9.0, 9.0]), np.array([1, 1])) is None
    assert fit_prior(np.array([2.0, 5.0]), np.array([9.0, 9.0]), np.array([1, 2])) is not None


def test_no_prior_where_there_is_nothing_to_learn():
    assert fit_prior(np.array([5.0, 5]), np.array([9.0, 9])) is None
    assert fit_prior(np.array([9.0, 9, 9]), np.array([9.0, 9, 9])) is None
    assert fit_prior(np.zeros(4), np.full(4, 9.0)) is None


def test_posterior_by_hand():
    mean, low, high = posterior(np.array([8.0]), np.array([10.0]), BetaPrior(0.5, 10))
    assert mean[0] == pytest.approx(13 / 20)
    assert low[0] == pytest.approx(stats.beta(13, 7).ppf(0.025))
    assert high[0] == pytest.approx(stats.beta(13, 7).ppf(0.975))


def test_funnel_limits_by_hand():
    # Five pupils, half of all pass: P(X = 0) = 1/32 = 0.03125 > 0.025, so the limit lies before the first count:
    # 0 − (0.03125 − 0.025) / 0.03125 = −0.2, cut at 0; the upper one by symmetry at 1.
    low, high = binomial_limits(np.array([5.0]), 0.5, 0.95)
    assert (low[0], high[0]) == (0.0, 1.0)
    # Ten pupils: P(X ≤ 1) = 11/1024 = 0.010742, P(X ≤ 2) = 56/1024 = 0.054688; r = 2,
    # 2 − (0.0546875 − 0.025) / 0.0439453 = 1.324444; of ten: 0.1324444, and 1 − 0.1324444 above.
    low, high = binomial_limits(np.array([10.0]), 0.5, 0.95)
    assert low[0] == pytest.approx(0.13244444, abs=1e-8)
    assert high[0] == pytest.approx(1 - 0.13244444, abs=1e-8)
    # Beyond 99.8 %: r = 1, 1 − (0.0107422 − 0.001) / 0.0097656 = 0.0024.
    low, _ = binomial_limits(np.array([10.0]), 0.5, 0.998)
    assert low[0] == pytest.approx(0.00024, abs=1e-8)


def test_shrinkage_by_hand_goes_the_way_of_the_weights():
    # A prior of 20 pseudo-pupils at 90 %: a school of 20 moves half of the way, of 180 a tenth.
    mean, _, _ = posterior(np.array([10.0, 90.0]), np.array([20.0, 180.0]), BetaPrior(0.9, 20))
    assert mean == pytest.approx([0.7, 0.54])


@pytest.mark.parametrize("coverage", [0.95, 0.998])
def test_funnel_limits_leave_at_most_the_tail_outside(coverage):
    n = np.arange(1, 200, dtype=float)
    low, high = binomial_limits(n, 0.83, coverage)
    tail = (1 - coverage) / 2
    for size, l_limit, h_limit in zip(n, low, high, strict=True):
        counts = np.arange(size + 1)
        mass = stats.binom.pmf(counts, size, 0.83)
        assert mass[counts / size < l_limit - 1e-12].sum() <= tail + 1e-9
        assert mass[counts / size > h_limit + 1e-12].sum() <= tail + 1e-9


def test_funnel_widens_as_schools_get_smaller_and_has_no_limit_without_variation():
    low, high = binomial_limits(np.array([10.0, 100, 1000]), 0.6, 0.95)
    assert (np.diff(high - low) < 0).all()
    assert np.isnan(binomial_limits(np.array([10.0]), 1.0, 0.95)[0]).all()
    assert np.isnan(binomial_limits(np.array([0.0]), 0.5, 0.95)[0]).all()


def test_flags_name_the_first_limit_crossed():
    arrays = [np.array([v] * 5) for v in (0.4, 0.8, 0.3, 0.9)]
    assert flag(np.array([0.2, 0.35, 0.6, 0.85, 0.95]), *arrays) == [
        "below998",
        "below95",
        "within",
        "above95",
        "above998",
    ]


def _figures(rows: list[tuple[str, float, float]], **extra: object) -> pd.DataFrame:
    keys = dict.fromkeys(KEYS, "z") | {
        "academic_year": "2024-2025",
        "indicator_code": "I1",
        "measure": "share",
    }
    return pd.DataFrame(
        [
            {
                **keys,
                "figure_id": i,
                "area_kind": "school",
                "value_kind": "point",
                "numerator": k,
                "denominator": n,
            }
            | extra
            for i, k, n in rows
        ]
    )


def test_one_bad_school_is_flagged_and_pulled_towards_the_others():
    rows = [(f"s{i:02d}", 57.0, 60.0) for i in range(20)] + [("bad", 20.0, 60.0)]
    out = indicator_signals(_figures(rows)).set_index("figure_id")
    assert out.loc["bad", "flag"] == "below998"
    assert set(out.drop("bad")["flag"]) <= {"within", "above95"}
    assert 100 * 20 / 60 < out.loc["bad", "eb_value"] < 94


def test_only_point_shares_of_schools_get_a_signal():
    shares = _figures([("a", 5, 10), ("b", 6, 10), ("c", 7, 10)])
    others = [
        _figures([("d", 5, 10)], area_kind="group"),
        _figures([("e", 5, 10)], value_kind="interval"),
        _figures([("f", 5, 0)]),
        _figures([("g", 12, 10)]),
        _figures([("h", 5, 10)], measure="pupils"),
    ]
    out = indicator_signals(pd.concat([shares, *others], ignore_index=True))
    assert list(out["figure_id"]) == ["a", "b", "c"]


def test_nothing_to_signal_gives_an_empty_table_with_its_columns():
    out = indicator_signals(_figures([("a", 5, 10)], area_kind="group"))
    assert "figure_id" in out.columns and len(out) == 0


def test_signals_of_the_public_know_nothing_of_hidden_schools(tmp_path):
    """School «a» is hidden: its counts change no public signal, and the shown total gives the funnel."""
    rows = _figures([("b", 30, 40), ("c", 50, 60), ("d", 70, 80)])
    hidden = _figures([("a", None, None)])
    town = _figures([("t", 156, 190)], area_kind="municipality")
    home = Home.create(tmp_path / "home", Config(municipality=Municipality(code="71000001", name="Округ")))
    found = []
    for figures in ([rows, town], [rows, hidden, town]):
        candidate = Candidate(home, f"c{len(found)}")
        candidate.public_tables.mkdir(parents=True)
        pd.concat(figures, ignore_index=True).to_parquet(candidate.public_tables / "indicator_values.parquet")
        analyse_public(home, candidate)
        found.append(pd.read_parquet(candidate.public_tables / "indicator_signals.parquet"))
    pd.testing.assert_frame_equal(*found)
    low, _ = binomial_limits(np.array([40.0]), 156 / 190, 0.95)
    first = found[0].set_index("figure_id").loc[rows["figure_id"].iloc[0]]
    assert first["funnel_low95"] == pytest.approx(100 * low[0])
    prior = fit_prior(np.array([30.0, 50, 70]), np.array([40.0, 60, 80]))
    assert first["eb_value"] == pytest.approx(
        100 * posterior(np.array([30.0]), np.array([40.0]), prior)[0][0]
    )


def test_two_municipalities_without_a_region_give_no_common_share():
    """Which of two totals stands for all is not known: the shown schools do."""
    rows = _figures([("b", 30, 40), ("c", 50, 60), ("d", 70, 80)])
    towns = _figures([("t", 156, 190), ("u", 10, 100)], area_kind="municipality")
    one = indicator_signals(pd.concat([rows, towns], ignore_index=True), some_are_hidden=True)
    pd.testing.assert_frame_equal(one, indicator_signals(rows))
    region = _figures([("z", 166, 290)], area_kind="region")
    both = indicator_signals(pd.concat([rows, towns, region], ignore_index=True), some_are_hidden=True)
    low, _ = binomial_limits(np.array([40.0]), 166 / 290, 0.95)
    assert both.set_index("figure_id").loc[rows["figure_id"].iloc[0], "funnel_low95"] == pytest.approx(
        100 * low[0]
    )

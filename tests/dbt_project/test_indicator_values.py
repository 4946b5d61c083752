"""Shape of the mart, intervals and changes: compared with hashlib, statsmodels and arithmetic by hand."""

from __future__ import annotations

import hashlib
from math import sqrt

import pandas as pd
import pytest

from tests.dbt_project.figure_table import FigureTable
from tests.dbt_project.town import LAST, THIS, A, B

KEYS = [
    "academic_year", "municipality_code", "area_kind", "area_code", "indicator_code", "measure", "gia_level",
    "cutoff", "denominator_kind", "stage", "subject", "award", "usage_level", "period",
]  # fmt: skip
PINNED = (
    "figure_id " + " ".join(KEYS) + " numerator denominator value value_kind value_low value_high n_pending "
    "n_ambiguous n_excluded ci_low ci_high change change_low change_high change_status series_break symbol "
    "is_official rule_version"
).split()
ANY = {"stage": "any", "subject": "any"}


def test_columns_and_ids(tables: dict[str, pd.DataFrame]) -> None:
    values = tables["indicator_values"]
    assert list(values.columns) == PINNED
    ids = values[KEYS].agg("|".join, axis=1).map(lambda text: hashlib.md5(text.encode()).hexdigest()[:16])
    assert (ids == values["figure_id"]).all()
    assert values["figure_id"].is_unique


def test_every_area_has_every_variant(tables: dict[str, pd.DataFrame]) -> None:
    per_area = tables["indicator_values"].groupby(KEYS[:4]).size()
    # I1 3·2·2; I2 4 measures · 9 + unmatched; I3 9 + 9 + 3; I4 1; I5 8 + 8
    assert set(per_area) == {12 + 37 + 21 + 1 + 16}


def test_official_variants(tables: dict[str, pd.DataFrame]) -> None:
    official = tables["indicator_values"].query("is_official and area_code == @A and academic_year == @THIS")
    assert official.groupby("indicator_code").size().to_dict() == {
        "I1": 3,
        "I2": 1,
        "I3": 1,
        "I4": 1,
        "I5": 2,
    }


def test_unavailable_figures_hold_no_numbers(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["indicator_values"].query("symbol == 'x'")
    numbers = [name for name in PINNED if name.startswith(("n_", "value_l", "value_h", "ci_", "change_l"))]
    assert len(rows) > 100
    assert rows[["numerator", "denominator", "value", "change", *numbers]].isna().all(axis=None)
    assert set(rows["change_status"]) == {"not_comparable"}


def test_shares_have_the_wilson_interval(figures: FigureTable) -> None:
    from statsmodels.stats.proportion import proportion_confint

    row = figures.row(THIS, A, "I4", "share", **ANY)
    low, high = proportion_confint(5, 30, method="wilson")
    assert row["value"] == pytest.approx(100 * 5 / 30)
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(100 * low), pytest.approx(100 * high))


def test_the_change_of_a_share_is_newcombes(figures: FigureTable) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    row = figures.row(THIS, A, "I2", "per_100", **ANY)  # 2 of 30 after 1 of 12
    low, high = confint_proportions_2indep(2, 30, 1, 12, method="newcomb", compare="diff")
    assert row["change"] == pytest.approx(100 * (2 / 30 - 1 / 12))
    assert (row["change_low"], row["change_high"]) == (pytest.approx(100 * low), pytest.approx(100 * high))
    assert row["change_status"] == "within_noise"


def test_the_change_of_a_count_is_poisson(figures: FigureTable) -> None:
    row = figures.row(THIS, A, "I2", "pupils", **ANY)  # 2 after 1
    half = 1.959963984540054 * sqrt(3) + 1
    assert row["change"] == 1
    assert (row["change_low"], row["change_high"]) == (pytest.approx(1 - half), pytest.approx(1 + half))
    assert (row["ci_low"], row["ci_high"]) == (None, None)


def test_change_needs_a_point_in_both_years(figures: FigureTable) -> None:
    assert figures.row(LAST, A, "I2", "pupils", **ANY)["change_status"] == "not_comparable"
    assert figures.row(THIS, A, "I4", "share", **ANY)["change_status"] == "not_comparable"
    nothing = figures.row(THIS, B, "I2", "pupils", stage="municipal", subject="russian")  # 0 after 0
    assert (nothing["change"], nothing["change_low"], nothing["change_high"]) == (0, 0, 0)
    assert nothing["change_status"] == "within_noise"


@pytest.mark.parametrize(
    ("before", "now", "is_growth"), [(0, 5, False), (0, 6, True), (10, 21, False), (10, 25, True)]
)
def test_the_count_rule_agrees_with_the_exact_test(before: int, now: int, is_growth: bool) -> None:
    """The rule written out again, against the conditional binomial test of two Poisson counts."""
    from scipy.stats import binomtest

    low = now - before - 1.959963984540054 * sqrt(now + before) - 1
    assert (low > 0) == is_growth == (binomtest(now, now + before, 0.5).pvalue < 0.05)

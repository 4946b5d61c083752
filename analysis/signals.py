"""``indicator_signals``: shrunken values and funnel flags for every share of a school."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.beta_binomial import fit_prior, posterior
from analysis.figures import FAMILY, SHARES
from analysis.funnel import binomial_limits, flag

NUMBERS = [
    "eb_value",
    "eb_low",
    "eb_high",
    "funnel_low95",
    "funnel_high95",
    "funnel_low998",
    "funnel_high998",
]
COLUMNS = ["figure_id", *NUMBERS, "flag"]


def indicator_signals(figures: pd.DataFrame, some_are_hidden: bool = False) -> pd.DataFrame:
    """Return one row for every point share of a school with a denominator above 0.

    Input: ``indicator_values``. Output columns: ``COLUMNS``; values and limits in per cent, NaN where the
    family of schools is too small or has no variation to learn from. Schools of one year and one definition
    make a family; a value outside its funnel asks a question, it ranks nobody.
    ``some_are_hidden``: small schools are missing from ``figures``; the common share of the funnel is then that of
    the widest area shown, since the schools left are not like all schools.
    """
    schools = figures[
        (figures["area_kind"] == "school")
        & figures["measure"].isin(SHARES)
        & (figures["value_kind"] == "point")
        & (figures["denominator"].fillna(0) > 0)
        & figures["numerator"].notna()
        # A share above 1 (enrolled by a count that moved) is a finding of the gate, not a binomial share.
        & (figures["numerator"] <= figures["denominator"])
    ]
    wide = _widest_shares(figures) if some_are_hidden else {}
    parts = [
        _family(group, wide.get(key)) for key, group in schools.groupby(FAMILY, sort=True, observed=True)
    ]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in COLUMNS}).astype(
            {"figure_id": "str", "flag": "str"}
        )
    return pd.concat(parts, ignore_index=True).sort_values("figure_id", ignore_index=True)[COLUMNS]


def _widest_shares(figures: pd.DataFrame) -> dict[Any, float]:
    """Return family → share (0–1) of the region, else of the only municipality, where it is a point."""
    wide = figures[
        figures["area_kind"].isin(["region", "municipality"])
        & (figures["value_kind"] == "point")
        & figures["numerator"].notna()
        & (figures["denominator"].fillna(0) > 0)
        & (figures["numerator"] <= figures["denominator"])
    ]
    found = {}
    for key, group in wide.groupby(FAMILY, sort=True, observed=True):
        kinds = group["area_kind"]
        last = group[kinds == "region"] if (kinds == "region").any() else group
        if len(last) == 1:
            found[key] = float(last["numerator"].iloc[0] / last["denominator"].iloc[0])
    return found


def _family(group: pd.DataFrame, wide: float | None = None) -> pd.DataFrame:
    """Judge the schools of a family; what they share is their size and count, so each pair is judged once."""
    counts = group[["numerator", "denominator"]].to_numpy(dtype=float)
    pairs, pair_of, schools = np.unique(counts, axis=0, return_inverse=True, return_counts=True)
    k, n = pairs[:, 0], pairs[:, 1]
    out = pd.DataFrame({column: np.full(len(pairs), np.nan) for column in NUMBERS})
    prior = fit_prior(k, n, schools)
    if prior is not None:
        mean, low, high = posterior(k, n, prior)
        out["eb_value"], out["eb_low"], out["eb_high"] = 100 * mean, 100 * low, 100 * high
    common = float((schools * k).sum() / (schools * n).sum()) if wide is None else wide
    low95, high95 = binomial_limits(n, common, 0.95)
    low998, high998 = binomial_limits(n, common, 0.998)
    out["funnel_low95"], out["funnel_high95"] = 100 * low95, 100 * high95
    out["funnel_low998"], out["funnel_high998"] = 100 * low998, 100 * high998
    out["flag"] = flag(k / n, low95, high95, low998, high998)
    out = out.iloc[pair_of.reshape(-1)].reset_index(drop=True)
    out.insert(0, "figure_id", group["figure_id"].to_numpy())
    return out

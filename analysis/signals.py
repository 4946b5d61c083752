"""``indicator_signals``: shrunken values and funnel flags for every share of a school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.beta_binomial import fit_prior, posterior
from analysis.funnel import binomial_limits, flag

FAMILY = [
    "academic_year",
    "indicator_code",
    "measure",
    "gia_level",
    "cutoff",
    "denominator_kind",
    "stage",
    "subject",
    "award",
    "usage_level",
    "period",
]
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
SHARES = ("share", "share_of_participants")


def indicator_signals(figures: pd.DataFrame) -> pd.DataFrame:
    """Return one row for every point share of a school with a denominator above 0.

    Input: ``indicator_values``. Output columns: ``COLUMNS``; values and limits in per cent, NaN where the
    family of schools is too small or has no variation to learn from. Schools of one year and one definition
    make a family; a value outside its funnel asks a question, it ranks nobody.
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
    parts = [_family(group) for _, group in schools.groupby(FAMILY, sort=True)]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in COLUMNS}).astype(
            {"figure_id": "str", "flag": "str"}
        )
    return pd.concat(parts, ignore_index=True).sort_values("figure_id", ignore_index=True)[COLUMNS]


def _family(group: pd.DataFrame) -> pd.DataFrame:
    k = group["numerator"].to_numpy(dtype=float)
    n = group["denominator"].to_numpy(dtype=float)
    out = pd.DataFrame({"figure_id": group["figure_id"].to_numpy()})
    for column in NUMBERS:
        out[column] = np.nan
    prior = fit_prior(k, n)
    if prior is not None:
        mean, low, high = posterior(k, n, prior)
        out["eb_value"], out["eb_low"], out["eb_high"] = 100 * mean, 100 * low, 100 * high
    common = float(k.sum() / n.sum())
    low95, high95 = binomial_limits(n, common, 0.95)
    low998, high998 = binomial_limits(n, common, 0.998)
    out["funnel_low95"], out["funnel_high95"] = 100 * low95, 100 * high95
    out["funnel_low998"], out["funnel_high998"] = 100 * low998, 100 * high998
    out["flag"] = flag(k / n, low95, high95, low998, high998)
    return out

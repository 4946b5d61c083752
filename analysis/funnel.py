"""Funnel limits: which distance from the common share does chance alone explain at this size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]


def binomial_limits(totals: Array, share: float, coverage: float) -> tuple[Array, Array]:
    """Return lower and upper funnel limits of a share (0–1) at each size, for a two-sided coverage (0–1).

    The limits interpolate between the two neighbouring counts of the exact binomial distribution
    (Spiegelhalter 2005, Statistics in Medicine 24, appendix A.1.1), so the curve is smooth and its tails
    hold at most (1 − coverage) / 2 each. Sizes of 0 and shares of exactly 0 or 1 give NaN.
    """
    tail = (1 - coverage) / 2
    # The upper limit is the lower limit of failures seen from the other side: interpolating it directly
    # would leave more than the tail above it.
    return _limit(totals, share, tail), 1 - _limit(totals, 1 - share, tail)


def _limit(totals: Array, share: float, probability: float) -> Array:
    out = np.full(totals.shape, np.nan)
    if not 0 < share < 1:
        return out
    used = totals > 0
    n = totals[used]
    count = stats.binom.ppf(probability, n, share)
    above = stats.binom.cdf(count, n, share) - probability
    step = stats.binom.pmf(count, n, share)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = np.where(step > 0, above / step, 0.0)
    out[used] = np.clip((count - alpha) / n, 0.0, 1.0)
    return out


def flag(share: Array, low95: Array, high95: Array, low998: Array, high998: Array) -> list[str]:
    """Return for each share ``below998 below95 within above95 above998``, or ``none`` without limits."""
    flags = []
    for value, l95, h95, l998, h998 in zip(share, low95, high95, low998, high998, strict=True):
        if np.isnan(value) or np.isnan(l95):
            flags.append("none")
        elif value < l998:
            flags.append("below998")
        elif value > h998:
            flags.append("above998")
        elif value < l95:
            flags.append("below95")
        elif value > h95:
            flags.append("above95")
        else:
            flags.append("within")
    return flags

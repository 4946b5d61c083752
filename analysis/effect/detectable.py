"""The smallest true effect that the permutation test would find in four runs of five.

Three things stand between a true effect and its detection, and a formula without them promises too much:
the ½ of empirical log-odds pulls shares near 100 % towards the middle; the noise of the follow-up changes with
the effect; and the effect itself widens the permutation distribution that it has to leave.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats
from scipy.special import expit, logit

from analysis.effect.panel import NEVER, Array, Changes, Labels, empirical_log_odds
from analysis.effect.permutation import Distribution

ALPHA = 0.05
POWER = 0.8
LARGEST = 6.0
"""In log-odds; an effect beyond it is no effect that a school could have."""


def minimum_detectable(
    distribution: Distribution, labels: Labels, by_cohort: dict[int, Changes], share: float
) -> float:
    """Return the effect in log-odds found with power 0.8 at α = 0.05 (two-sided), infinite where there is none.

    ``share`` (0–1) is the supported schools' share before support: how near to the ceiling they start.
    """
    critical, reach = stats.norm.ppf(1 - ALPHA / 2), stats.norm.ppf(POWER)
    error = distribution.standard_error()
    widening = float(np.var(distribution.share))
    totals, weight = _follow_up(labels, by_cohort)
    still_mean, still_variance = _moments(totals, weight, share, 0.0)

    def missing(effect: float) -> float:
        mean, variance = _moments(totals, weight, share, effect)
        seen = mean - still_mean
        noise = np.sqrt(max(error**2 + variance - still_variance, 1e-12))
        return float(seen - critical * np.sqrt(noise**2 + widening * seen**2) - reach * noise)

    if missing(LARGEST) < 0:
        return float("inf")
    return float(optimize.brentq(missing, 0.0, LARGEST, xtol=1e-4))


def _follow_up(labels: Labels, by_cohort: dict[int, Changes]) -> tuple[Array, Array]:
    totals = [
        change.follow_up[1][labels == cohort] for cohort, change in by_cohort.items() if cohort != NEVER
    ]
    weight = [change.weight[labels == cohort] for cohort, change in by_cohort.items() if cohort != NEVER]
    mass = np.concatenate(weight)
    return np.concatenate(totals), mass / mass.sum()


def _moments(totals: Array, weight: Array, share: float, effect: float) -> tuple[float, float]:
    """Return mean and variance of the weighted mean empirical log-odds at this share moved by ``effect``."""
    moved = float(expit(logit(share) + effect))
    mean, variance = 0.0, 0.0
    for n, part in zip(totals, weight, strict=True):
        counts = np.arange(int(n) + 1)
        mass = stats.binom.pmf(counts, int(n), moved)
        values = empirical_log_odds(counts.astype(float), float(int(n)) * np.ones(len(counts)))
        first = float(mass @ values)
        mean += part * first
        variance += part**2 * float(mass @ (values - first) ** 2)
    return mean, variance

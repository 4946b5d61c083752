"""Beta-binomial shrinkage of school shares: how much of a school's distance from the others is chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

Array = NDArray[np.float64]

# A prior stronger than a million pupils is «no difference between schools» to any printed digit.
_MAX_LOG_STRENGTH = float(np.log(1e6))
_MIN_LOG_STRENGTH = float(np.log(0.5))


@dataclass(frozen=True)
class BetaPrior:
    """Distribution of true shares over schools: mean in 0–1, strength in pseudo-pupils."""

    mean: float
    strength: float

    @property
    def alpha(self) -> float:
        return self.mean * self.strength

    @property
    def beta(self) -> float:
        return (1 - self.mean) * self.strength


def fit_prior(successes: Array, totals: Array, schools: NDArray[np.int64] | None = None) -> BetaPrior | None:
    """Fit the prior by maximum likelihood over schools with ``totals > 0``.

    ``schools``: how many schools have these counts, where equal ones stand once; one each where it is not given.

    Returns ``None`` where there is nothing to learn from: fewer than three schools, or a pooled share of
    exactly 0 or 1 (the likelihood then has no interior maximum).
    """
    used = totals > 0
    k, n = successes[used].astype(float), totals[used].astype(float)
    weights = np.ones(len(k)) if schools is None else schools[used].astype(float)
    passed, pupils = float((weights * k).sum()), float((weights * n).sum())
    if weights.sum() < 3 or passed <= 0 or passed >= pupils:
        return None

    def loss(point: Array) -> tuple[float, Array]:
        """The negative log-likelihood a school, and its gradient by log-odds of the mean and log of the strength."""
        mean, strength = special.expit(point[0]), np.exp(point[1])
        a, b = mean * strength, (1 - mean) * strength
        value = np.sum(weights * (special.betaln(k + a, n - k + b) - special.betaln(a, b)))
        common = special.digamma(a + b) - special.digamma(n + a + b)
        by_a = np.sum(weights * (special.digamma(k + a) - special.digamma(a) + common))
        by_b = np.sum(weights * (special.digamma(n - k + b) - special.digamma(b) + common))
        slope = a * (1 - mean)
        gradient = np.array([slope * (by_a - by_b), a * by_a + b * by_b])
        return float(-value / weights.sum()), -gradient / weights.sum()

    pooled = passed / pupils
    best = min(
        (
            optimize.minimize(
                loss,
                np.array([special.logit(pooled), start]),
                method="L-BFGS-B",
                jac=True,
                # As near as doubles tell: the default stops where many schools make the likelihood large.
                options={"ftol": 1e-15, "gtol": 1e-9},
                bounds=[(-12.0, 12.0), (_MIN_LOG_STRENGTH, _MAX_LOG_STRENGTH)],
            )
            for start in (np.log(5.0), np.log(100.0), np.log(5000.0))
        ),
        key=lambda result: float(result.fun),
    )
    return BetaPrior(float(special.expit(best.x[0])), float(np.exp(best.x[1])))


def posterior(successes: Array, totals: Array, prior: BetaPrior) -> tuple[Array, Array, Array]:
    """Return posterior mean and the 95 % credible limits of every school's share, each in 0–1."""
    a = successes + prior.alpha
    b = totals - successes + prior.beta
    return a / (a + b), stats.beta.ppf(0.025, a, b), stats.beta.ppf(0.975, a, b)

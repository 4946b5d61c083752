"""Permutation of support over schools: p-value and interval without a distribution assumed.

With n pupils a school and eight supported schools no large-sample formula can be trusted; what would have
come out had the same support fallen on other schools can simply be counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from analysis.effect.panel import NEVER, Array, Labels

DRAWS = 4999
MINIMUM_ASSIGNMENTS = 200
_TIE = 1e-9


@dataclass(frozen=True)
class Distribution:
    """Statistic under reassignment: ``shift[i]`` as is, ``share[i]`` the part of a true effect it carries.

    Under a constant effect τ the i-th reassignment of the effect-free changes would give
    ``shift[i] − τ · share[i]``, so one pass serves every τ.
    """

    observed: float
    shift: Array
    share: Array
    is_exact: bool

    def p_value(self) -> float:
        """Return the two-sided p-value of no effect: (1 + #{|shift| ≥ |observed|}) / (1 + draws)."""
        hits = int(np.sum(np.abs(self.shift) >= abs(self.observed) - _TIE))
        return (1 + hits) / (1 + len(self.shift))

    def interval(self, alpha: float = 0.05) -> tuple[float, float]:
        """Return all effects not rejected at ``alpha``: the exact inversion of the test.

        Reassignment i is at least as far from τ as the observed one is just for τ between the two roots of
        (shift − τ·share)² = (observed − τ)²; the limits are order statistics of those roots.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            first = (self.observed - self.shift) / (1 - self.share)
            second = (self.observed + self.shift) / (1 + self.share)
        low, high = np.fmin(first, second), np.fmax(first, second)
        same, mirrored = np.isclose(self.share, 1), np.isclose(self.share, -1)
        low[same | mirrored], high[same | mirrored] = -np.inf, np.inf
        needed = int(np.floor(alpha * (1 + len(low))))
        if needed < 1:
            return -np.inf, np.inf
        return float(np.sort(low)[needed - 1]), float(np.sort(high)[-needed])

    def standard_error(self) -> float:
        """Return the spread of the statistic once the observed effect is taken out."""
        return float(np.std(self.shift - self.observed * self.share))


def count_assignments(labels: Labels, strata: Labels) -> int:
    """Return how many distinct ways there are to give the same labels to the schools of each stratum."""
    total = 1
    for stratum in np.unique(strata):
        here = labels[strata == stratum]
        left = len(here)
        for _, size in zip(*np.unique(here, return_counts=True), strict=True):
            total *= comb(left, int(size))
            left -= int(size)
    return total


def assignments(labels: Labels, strata: Labels, seed: int, draws: int = DRAWS) -> tuple[Labels, bool]:
    """Return label vectors (draws × schools) and whether they are all the distinct ones (then exact).

    All are listed when there is one cohort, one stratum and no more than ``draws`` ways; else they are drawn.
    The observed labels are not among the drawn ones by design; the p-value adds them.
    """
    ways = count_assignments(labels, strata)
    cohorts = [int(label) for label in np.unique(labels) if label != NEVER]
    if ways <= draws and len(cohorts) == 1 and len(np.unique(strata)) == 1:
        return _all_of_one_cohort(labels, cohorts[0]), True
    random = np.random.default_rng(seed)
    drawn = np.tile(labels, (draws, 1))
    for stratum in np.unique(strata):
        place = np.flatnonzero(strata == stratum)
        drawn[:, place] = random.permuted(drawn[:, place], axis=1)
    return drawn, False


def _all_of_one_cohort(labels: Labels, cohort: int) -> Labels:
    treated = int(np.sum(labels == cohort))
    chosen = list(combinations(range(len(labels)), treated))
    everyone = np.full((len(chosen), len(labels)), NEVER, dtype=np.int64)
    for row, pick in enumerate(chosen):
        everyone[row, list(pick)] = cohort
    observed = (everyone == labels).all(axis=1)
    return everyone[~observed]


def mean_difference(
    treated: NDArray[np.bool_], control: NDArray[np.bool_], values: Array, weight: Array
) -> Array:
    """Return weighted mean of ``values`` over treated minus over control, row by row (draws × schools masks)."""
    return _mean(treated, values, weight) - _mean(control, values, weight)


def _mean(mask: NDArray[np.bool_], values: Array, weight: Array) -> Array:
    mass = mask @ weight
    return np.divide(mask @ (weight * values), mass, out=np.zeros_like(mass), where=mass > 0)

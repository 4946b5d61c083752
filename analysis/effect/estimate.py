"""One outcome: difference of mean changes in empirical log-odds, its p-value, interval and detectable effect."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from analysis.effect.detectable import minimum_detectable
from analysis.effect.panel import NEVER, Array, Changes, Labels, Panel, changes
from analysis.effect.permutation import (
    MINIMUM_ASSIGNMENTS,
    Distribution,
    assignments,
    count_assignments,
    mean_difference,
)
from analysis.effect.windows import CannotEstimate, Windows, choose_windows

ALPHA = 0.05

TOO_FEW_WAYS = "слишком мало школ: перестановок меньше 200"
NO_TREATED = "нет поддерживаемых школ с данными в обоих окнах"
NO_CONTROLS = "нет школ для сравнения с данными в обоих окнах"


@dataclass(frozen=True)
class Estimate:
    """Effect of support on one outcome. ``pp`` in percentage points, the rest in log-odds.

    ``is_model_based``: eligible schools were all supported, so permutation ran over all schools and rests on a
    model («модельная проверка»), not on the way in which schools were chosen.
    """

    log_odds: float
    pp: float
    low: float
    high: float
    p: float
    mde: float
    mde_pp: float
    n_treated: int
    n_control: int
    windows: dict[int, Windows]
    is_model_based: bool
    is_short: bool
    seed: int


def estimate(panel: Panel, excluded: Mapping[int, Collection[int]], seed: int) -> Estimate:
    """Return the estimate; ``excluded`` names for each cohort the years that may not be used.

    Raises ``CannotEstimate`` with a printable reason where the data cannot answer.
    """
    cohorts = {int(label) for label in np.unique(panel.labels) if label != NEVER}
    windows = {c: choose_windows(_years_with_data(panel), c, excluded.get(c, ())) for c in sorted(cohorts)}
    if not windows:
        raise CannotEstimate(NO_TREATED)
    by_cohort = {c: changes(panel, window) for c, window in windows.items()}
    usable = np.all([change.weight > 0 for change in by_cohort.values()], axis=0)
    labels, strata = panel.labels[usable], panel.strata[usable]
    by_cohort = {c: _only(change, usable) for c, change in by_cohort.items()}
    n_treated, n_control = int(np.sum(labels != NEVER)), int(np.sum(labels == NEVER))
    if n_treated == 0:
        raise CannotEstimate(NO_TREATED)
    if n_control == 0:
        raise CannotEstimate(NO_CONTROLS)
    by_cohort = {c: change for c, change in by_cohort.items() if np.any(labels == c)}
    strata, is_model_based = permutation_strata(labels, strata)
    if count_assignments(labels, strata) < MINIMUM_ASSIGNMENTS:
        raise CannotEstimate(TOO_FEW_WAYS)
    distribution = reassign(labels, strata, by_cohort, seed)
    low, high = distribution.interval(ALPHA)
    share = _base_share(labels, by_cohort)
    detectable = minimum_detectable(distribution, labels, by_cohort, share)
    return Estimate(
        log_odds=distribution.observed,
        pp=_percentage_points(labels, by_cohort),
        low=low,
        high=high,
        p=distribution.p_value(),
        mde=detectable,
        mde_pp=100 * float(expit(logit(share) + detectable) - share),
        n_treated=n_treated,
        n_control=n_control,
        windows=windows,
        is_model_based=is_model_based,
        is_short=any(window.is_short for window in windows.values()),
        seed=seed,
    )


def permutation_strata(labels: Labels, strata: Labels) -> tuple[Labels, bool]:
    """Return the strata to permute within, and whether the test is only model-based.

    Eligibility strata are kept where each stratum that holds a supported school also holds an unsupported one;
    otherwise support could never have fallen differently, and all schools make one stratum.
    """
    for stratum in np.unique(strata[labels != NEVER]):
        if not np.any(labels[strata == stratum] == NEVER):
            return np.zeros_like(strata), True
    return strata, False


def reassign(labels: Labels, strata: Labels, by_cohort: dict[int, Changes], seed: int) -> Distribution:
    """Return the statistic of the observed labels with its distribution over reassigned ones."""
    drawn, is_exact = assignments(labels, strata, seed)
    everyone = np.vstack([labels, drawn])
    shift, share = np.zeros(len(everyone)), np.zeros(len(everyone))
    mass = {c: float(change.weight[labels == c].sum()) for c, change in by_cohort.items()}
    for cohort, change in by_cohort.items():
        part = mass[cohort] / sum(mass.values())
        treated, control = everyone == cohort, everyone == NEVER
        shift += part * mean_difference(treated, control, change.log_odds, change.weight)
        is_treated = (labels == cohort).astype(float)
        share += part * mean_difference(treated, control, is_treated, change.weight)
    return Distribution(float(shift[0]), shift[1:], share[1:], is_exact)


def _years_with_data(panel: Panel) -> list[int]:
    return [year for year, total in zip(panel.years, panel.totals.sum(axis=0), strict=True) if total > 0]


def _only(change: Changes, mask: Array) -> Changes:
    return Changes(
        change.log_odds[mask],
        change.weight[mask],
        (change.base[0][mask], change.base[1][mask]),
        (change.follow_up[0][mask], change.follow_up[1][mask]),
    )


def _percentage_points(labels: Labels, by_cohort: dict[int, Changes]) -> float:
    """Difference of changes of pooled shares, cohorts weighted as in the statistic; shown, never tested."""
    total, mass = 0.0, 0.0
    for cohort, change in by_cohort.items():
        treated, control = labels == cohort, labels == NEVER
        part = float(change.weight[treated].sum())
        total += part * (_share_change(change, treated) - _share_change(change, control))
        mass += part
    return 100 * total / mass


def _share_change(change: Changes, mask: Array) -> float:
    (k0, n0), (k1, n1) = change.base, change.follow_up
    return float(k1[mask].sum() / n1[mask].sum() - k0[mask].sum() / n0[mask].sum())


def _base_share(labels: Labels, by_cohort: dict[int, Changes]) -> float:
    k = sum(float(change.base[0][labels == cohort].sum()) for cohort, change in by_cohort.items())
    n = sum(float(change.base[1][labels == cohort].sum()) for cohort, change in by_cohort.items())
    return (k + 0.5) / (n + 1)

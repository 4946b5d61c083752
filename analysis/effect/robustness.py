"""What a sceptic asks of an estimate: a start that never was, one school less, and mere regression to the mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.beta_binomial import fit_prior, posterior
from analysis.effect.estimate import Estimate, estimate
from analysis.effect.panel import NEVER, Panel
from analysis.effect.windows import CannotEstimate

NO_PLACEBO = "до поддержки меньше двух чистых лет: мнимый старт поставить некуда"
NO_SELECTION = "годы отбора неизвестны или без данных"
FEW_TREATED = "поддерживаемых школ меньше двух"


def placebo_start(panel: Panel, excluded: Mapping[int, Collection[int]], seed: int) -> Estimate:
    """Return the estimate for a start that never was: the last clean year before support of each cohort.

    An honest design finds nothing there. Only years before the true start are used. Raises ``CannotEstimate``
    when a cohort has fewer than two clean years before its start.
    """
    labels = panel.labels.copy()
    moved: dict[int, set[int]] = {}
    for cohort in sorted({int(label) for label in np.unique(panel.labels) if label != NEVER}):
        tainted = set(excluded.get(cohort, ()))
        clean = [
            year
            for year, total in zip(panel.years, panel.totals.sum(axis=0), strict=True)
            if year < cohort and year not in tainted and total > 0
        ]
        if len(clean) < 2:
            raise CannotEstimate(NO_PLACEBO)
        labels[panel.labels == cohort] = clean[-1]
        later = {year for year in panel.years if year >= cohort}
        moved.setdefault(clean[-1], set()).update(tainted | later)
    return estimate(replace(panel, labels=labels), moved, seed)


def leave_one_out(
    panel: Panel, excluded: Mapping[int, Collection[int]], seed: int
) -> tuple[Estimate, Estimate]:
    """Return the lowest and the highest estimate with one supported school left out in turn."""
    treated = np.flatnonzero(panel.labels != NEVER)
    if len(treated) < 2:
        raise CannotEstimate(FEW_TREATED)
    estimates = [estimate(panel.without(int(school)), excluded, seed) for school in treated]
    return (
        min(estimates, key=lambda item: item.log_odds),
        max(estimates, key=lambda item: item.log_odds),
    )


@dataclass(frozen=True)
class MeanReversion:
    """Change of supported schools since their selection, in percentage points: seen, and expected of chance."""

    observed_pp: float
    expected_pp: float

    @property
    def beyond_pp(self) -> float:
        """What regression to the mean does not explain; no test belongs to it."""
        return self.observed_pp - self.expected_pp


def mean_reversion(
    panel: Panel, cohort: int, selection: Collection[int], follow_up: Collection[int]
) -> MeanReversion:
    """Return how far the cohort's schools rose since selection, and how far chance alone would have lifted them.

    Expected: the empirical-Bayes share of a school given its selection years (prior over all schools of the
    panel) minus its observed share then, weighted by pupils. Raises ``CannotEstimate`` without selection data.
    """
    k, n = _pooled(panel, selection)
    k1, n1 = _pooled(panel, follow_up)
    used = (panel.labels == cohort) & (n > 0) & (n1 > 0)
    prior = fit_prior(k, n)
    if not used.any() or prior is None:
        raise CannotEstimate(NO_SELECTION)
    shrunken, _, _ = posterior(k[used], n[used], prior)
    weight = n1[used] / n1[used].sum()
    then = k[used] / n[used]
    observed = float(np.sum(weight * (k1[used] / n1[used] - then)))
    return MeanReversion(100 * observed, 100 * float(np.sum(weight * (shrunken - then))))


def _pooled(panel: Panel, years: Collection[int]) -> tuple[np.ndarray, np.ndarray]:
    columns = [place for place, year in enumerate(panel.years) if year in set(years)]
    return panel.successes[:, columns].sum(axis=1), panel.totals[:, columns].sum(axis=1)

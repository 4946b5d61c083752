"""Dose and response among supported pairs: does more of the support go with more of the change?

Belongs here: the dose of a pair (C5 and the duties over the follow-up window), the residual change of its school and
their rank correlation. Source: the methodology, section 3, rule 7. An association of eight pairs is no cause: a school
that gets better may also hold its events more readily.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.effect.estimate import estimate
from analysis.effect.panel import NEVER, Panel, changes
from analysis.effect.windows import CannotEstimate, Windows
from opora.years import AcademicYear

MINIMUM_PAIRS = 6
"""With fewer pairs even a perfect order is no evidence: 5! = 120 orders leave p no lower than 2/120."""
DRAWS = 9999
TOO_FEW = "пар с дозой и изменением меньше шести"
NO_SPREAD = "доза у всех пар одинакова"
NO_REGISTERS = "реестры дорожных карт и мероприятий не сданы за годы наблюдения"


@dataclass(frozen=True)
class Dose:
    """Spearman's ``rho`` between dose and residual change over ``n`` schools, with its two-sided permutation p."""

    rho: float
    p: float
    n: int


def residual_changes(panel: Panel, windows: Mapping[int, Windows]) -> dict[str, float]:
    """Return by supported school its change in log-odds less the mean change of the schools to compare with."""
    found: dict[str, float] = {}
    for cohort, window in windows.items():
        change = changes(panel, window)
        control = (panel.labels == NEVER) & (change.weight > 0)
        expected = float(np.average(change.log_odds[control], weights=change.weight[control]))
        for place in np.flatnonzero((panel.labels == cohort) & (change.weight > 0)):
            found[panel.schools[int(place)]] = float(change.log_odds[place]) - expected
    return found


def fulfilment_doses(
    criteria: pd.DataFrame, duties: pd.DataFrame, started: Mapping[str, int], windows: Mapping[int, Windows]
) -> dict[str, float]:
    """Return by school the share of events that its pairs' first plans asked for and that were done (C5 ``done``)."""
    school_of = _schools_of_pairs(duties)
    rows = criteria[
        (criteria["scope"] == "pair")
        & (criteria["component"] == "done")
        & (criteria["plan_version"] == "baseline")
        & (criteria["denominator"] > 0)
    ]
    sums: dict[str, list[float]] = {}
    columns = [rows[name].tolist() for name in ("pair_id", "academic_year", "numerator", "denominator")]
    for pair, year, done, due in zip(*columns, strict=True):
        school = school_of.get(str(pair))
        if school and _in_follow_up(school, str(year), started, windows):
            total = sums.setdefault(school, [0.0, 0.0])
            total[0] += float(done)
            total[1] += float(due)
    return {school: done / due for school, (done, due) in sums.items()}


def duty_doses(
    duties: pd.DataFrame, started: Mapping[str, int], windows: Mapping[int, Windows]
) -> dict[str, float]:
    """Return by school the share of duties with a minimum that met it, over the half-years of the follow-up."""
    met: dict[str, list[bool]] = {}
    for row in duties[duties["minimum"] > 0].itertuples():
        school = str(row.supported_school_code)
        if _in_follow_up(school, str(row.academic_year), started, windows):
            met.setdefault(school, []).append(bool(row.meets_minimum))
    return {school: sum(marks) / len(marks) for school, marks in met.items()}


def association(doses: Mapping[str, float], residuals: Mapping[str, float], seed: int) -> Dose:
    """Return the rank correlation over schools that have both; raise ``CannotEstimate`` where it means nothing."""
    if not doses:
        raise CannotEstimate(NO_REGISTERS)
    schools = sorted(set(doses) & set(residuals))
    if len(schools) < MINIMUM_PAIRS:
        raise CannotEstimate(TOO_FEW)
    dose = np.array([doses[school] for school in schools])
    response = np.array([residuals[school] for school in schools])
    if np.ptp(dose) == 0 or np.ptp(response) == 0:
        raise CannotEstimate(NO_SPREAD)
    ranks = stats.rankdata(response)
    test = stats.permutation_test(
        (stats.rankdata(dose),),
        lambda drawn: np.corrcoef(drawn, ranks)[0, 1],
        permutation_type="pairings",
        n_resamples=DRAWS,
        random_state=np.random.default_rng(seed),
    )
    return Dose(float(test.statistic), float(test.pvalue), len(schools))


def dose_responses(
    panel: Panel,
    tainted: Mapping[int, Collection[int]],
    network: tuple[pd.DataFrame, pd.DataFrame],
    started: Mapping[str, int],
    seed: int,
) -> dict[str, Dose | str]:
    """Return by method the association, or the reason why there is none."""
    try:
        windows = estimate(panel, tainted, seed).windows
    except CannotEstimate as reason:
        return dict.fromkeys(("dose_fulfilment", "dose_duties"), str(reason))
    criteria, duties = network
    residuals = residual_changes(panel, windows)
    doses = {
        "dose_fulfilment": fulfilment_doses(criteria, duties, started, windows),
        "dose_duties": duty_doses(duties, started, windows),
    }
    found: dict[str, Dose | str] = {}
    for method, dose in doses.items():
        try:
            found[method] = association(dose, residuals, seed)
        except CannotEstimate as reason:
            found[method] = str(reason)
    return found


def _schools_of_pairs(duties: pd.DataFrame) -> dict[str, str]:
    pairs = duties.drop_duplicates("pair_id")
    return dict(zip(pairs["pair_id"].astype(str), pairs["supported_school_code"].astype(str), strict=True))


def _in_follow_up(school: str, year: str, started: Mapping[str, int], windows: Mapping[int, Windows]) -> bool:
    window = windows.get(started.get(school, NEVER))
    return window is not None and AcademicYear.parse(year).start in window.follow_up

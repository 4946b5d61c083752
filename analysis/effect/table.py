"""``support_effect``: one row for each cohort, outcome and method, also where the answer is «оценить нельзя»."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.effect.design import OUTCOMES, PRIMARY, Design, Outcome, outcome_panel
from analysis.effect.dose import Dose, dose_responses
from analysis.effect.estimate import ALPHA, Estimate, estimate
from analysis.effect.panel import NEVER, Panel
from analysis.effect.robustness import leave_one_out, mean_reversion, placebo_start
from analysis.effect.windows import CannotEstimate
from opora.years import AcademicYear

SEED = 20260901
COLUMNS = (
    "cohort",
    "outcome",
    "outcome_title",
    "is_primary",
    "method",
    "estimate_logodds",
    "estimate_pp",
    "ci_low",
    "ci_high",
    "p",
    "p_bh",
    "mde",
    "mde_pp",
    "rho",
    "n_treated",
    "n_control",
    "base_years",
    "follow_up_years",
    "excluded_years",
    "verdict",
    "reason",
    "symbol",
    "is_model_based",
    "seed",
)
NUMBERS = ("estimate_logodds", "estimate_pp", "ci_low", "ci_high", "p", "p_bh", "mde", "mde_pp", "rho")
MAIN = "difference_of_mean_changes"
BEYOND, WITHIN, IMPOSSIBLE = "beyond_noise", "within_noise", "cannot_estimate"
ASSOCIATED, UNASSOCIATED = "associated", "not_associated"
NOT_CAUSE = "связь, не причина"
Network = tuple[pd.DataFrame, pd.DataFrame]
"""``network_criteria`` and ``partner_duties`` of the marts."""
NOBODY = "поддерживаемых школ нет: соглашения не представлены"


def support_effect(
    figures: pd.DataFrame, design: Design, seed: int = SEED, network: Network | None = None
) -> pd.DataFrame:
    """Return the table with columns ``COLUMNS``; intervals and ``mde`` in log-odds, ``*_pp`` in percentage points.

    Every outcome has a row of the main method over all cohorts together; the primary one also has cohorts apart, the
    placebo start, the range with one school left out, regression to the mean and, where the network's tables are
    given, the association of dose and residual change (``rho``).
    """
    if not design.started:
        return _frame([_impossible("all", outcome, MAIN, {}, NOBODY, seed) for outcome in OUTCOMES])
    rows: list[dict[str, Any]] = []
    tainted = design.tainted()
    for outcome in OUTCOMES:
        panel = outcome_panel(figures, outcome, design)
        rows.append(_main_row("all", outcome, panel, tainted, seed))
        if outcome is PRIMARY:
            rows += _primary_rows(panel, design, tainted, seed)
            if network is not None:
                found = dose_responses(panel, tainted, network, design.started, seed)
                rows += [_dose_row(method, answer, tainted, seed) for method, answer in found.items()]
    return _frame(_with_benjamini_hochberg(rows))


def _primary_rows(
    panel: Panel, design: Design, tainted: dict[int, Collection[int]], seed: int
) -> list[dict[str, Any]]:
    rows = []
    cohorts = sorted(design.selection)
    for cohort in cohorts if len(cohorts) > 1 else []:
        keep = np.isin(panel.labels, [cohort, NEVER])
        rows.append(_main_row(_name(cohort), PRIMARY, _subset(panel, keep), tainted, seed))
    rows += [
        _checked("placebo_start", lambda: placebo_start(panel, tainted, seed), tainted, seed),
        _checked("leave_one_out_low", lambda: leave_one_out(panel, tainted, seed)[0], tainted, seed),
        _checked("leave_one_out_high", lambda: leave_one_out(panel, tainted, seed)[1], tainted, seed),
    ]
    for cohort in cohorts:
        rows.append(_reversion_row(cohort, panel, design, tainted, seed))
    return rows


def _main_row(
    cohort: str, outcome: Outcome, panel: Panel, tainted: dict[int, Collection[int]], seed: int
) -> dict[str, Any]:
    try:
        return _row(cohort, outcome, MAIN, estimate(panel, tainted, seed), tainted)
    except CannotEstimate as reason:
        return _impossible(cohort, outcome, MAIN, tainted, str(reason), seed)


def _checked(method: str, run: Any, tainted: dict[int, Collection[int]], seed: int) -> dict[str, Any]:
    try:
        return _row("all", PRIMARY, method, run(), tainted)
    except CannotEstimate as reason:
        return _impossible("all", PRIMARY, method, tainted, str(reason), seed)


def _reversion_row(
    cohort: int, panel: Panel, design: Design, tainted: dict[int, Collection[int]], seed: int
) -> dict[str, Any]:
    method = "regression_to_the_mean"
    follow_up = [year for year in panel.years if year >= cohort and year not in tainted[cohort]][:2]
    try:
        found = mean_reversion(panel, cohort, design.selection[cohort], follow_up)
    except CannotEstimate as reason:
        return _impossible(_name(cohort), PRIMARY, method, tainted, str(reason), seed)
    return _blank(_name(cohort), PRIMARY, method, tainted, seed) | {
        "estimate_pp": found.beyond_pp,
        "follow_up_years": _years(follow_up),
        "n_treated": int(np.sum(panel.labels == cohort)),
        "reason": f"с года отбора {_pp(found.observed_pp)}, случайностью объясняется {_pp(found.expected_pp)}",
    }


def _dose_row(
    method: str, found: Dose | str, tainted: dict[int, Collection[int]], seed: int
) -> dict[str, Any]:
    if isinstance(found, str):
        return _impossible("all", PRIMARY, method, tainted, found, seed)
    return _blank("all", PRIMARY, method, tainted, seed) | {
        "rho": found.rho,
        "p": found.p,
        "n_treated": found.n,
        "verdict": ASSOCIATED if found.p <= ALPHA else UNASSOCIATED,
        "reason": NOT_CAUSE,
    }


def _row(
    cohort: str, outcome: Outcome, method: str, found: Estimate, tainted: dict[int, Collection[int]]
) -> dict[str, Any]:
    return _blank(cohort, outcome, method, tainted, found.seed) | {
        "estimate_logodds": found.log_odds,
        "estimate_pp": found.pp,
        "ci_low": found.low,
        "ci_high": found.high,
        "p": found.p,
        "mde": found.mde,
        "mde_pp": found.mde_pp,
        "n_treated": found.n_treated,
        "n_control": found.n_control,
        "base_years": "; ".join(_years(window.base) for window in found.windows.values()),
        "follow_up_years": "; ".join(_years(window.follow_up) for window in found.windows.values()),
        "verdict": BEYOND if found.p <= ALPHA else WITHIN,
        "symbol": "u" if found.is_short else "",
        "is_model_based": found.is_model_based,
    }


def _blank(
    cohort: str, outcome: Outcome, method: str, tainted: dict[int, Collection[int]], seed: int
) -> dict[str, Any]:
    chosen = {year for name, years in tainted.items() if cohort in ("all", _name(name)) for year in years}
    return dict.fromkeys(COLUMNS) | {
        "cohort": cohort,
        "outcome": outcome.code,
        "outcome_title": outcome.title,
        "is_primary": outcome is PRIMARY and method == MAIN and cohort == "all",
        "method": method,
        "excluded_years": _years(sorted(chosen)),
        "symbol": "",
        "seed": seed,
    }


def _impossible(
    cohort: str, outcome: Outcome, method: str, tainted: dict[int, Collection[int]], reason: str, seed: int
) -> dict[str, Any]:
    row = _blank(cohort, outcome, method, tainted, seed)
    return row | {"verdict": IMPOSSIBLE, "reason": reason, "symbol": "x"}


def _with_benjamini_hochberg(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adjust the secondary outcomes of the main method; the primary one needs no adjustment."""
    secondary = [
        row
        for row in rows
        if row["method"] == MAIN and row["outcome"] != PRIMARY.code and row["p"] is not None
    ]
    if secondary:
        adjusted = stats.false_discovery_control([row["p"] for row in secondary], method="bh")
        for row, value in zip(secondary, adjusted, strict=True):
            row["p_bh"] = float(value)
            row["verdict"] = BEYOND if value <= ALPHA else WITHIN
    return rows


def _subset(panel: Panel, keep: np.ndarray) -> Panel:
    for school in sorted(np.flatnonzero(~keep), reverse=True):
        panel = panel.without(int(school))
    return panel


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for column in NUMBERS:
        frame[column] = frame[column].astype("float64")
    for column in ("n_treated", "n_control", "seed"):
        frame[column] = frame[column].astype("Int64")
    frame["is_model_based"] = frame["is_model_based"].astype("boolean")
    return frame


def _name(cohort: int) -> str:
    return str(AcademicYear(cohort))


def _years(years: Collection[int]) -> str:
    return ", ".join(_name(year) for year in years)


def _pp(value: float) -> str:
    return f"{value:+.1f} п.п.".replace(".", ",", 1).replace("-", "−")

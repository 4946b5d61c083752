"""The tables of analysis of the sound world: an effect within noise, one that cannot be told, a signal a school."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tests.quality.world_names import NOW

_NUMBERS = (
    "estimate_logodds", "estimate_pp", "ci_low", "ci_high", "p", "p_bh", "mde", "mde_pp", "rho",
)  # fmt: skip
_LIMITS = (
    "eb_low",
    "eb_value",
    "eb_high",
    "funnel_low95",
    "funnel_high95",
    "funnel_low998",
    "funnel_high998",
)
ANALYSIS_COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "support_effect": {
        **dict.fromkeys(("cohort", "outcome", "method", "verdict", "reason", "symbol"), pa.string()),
        **dict.fromkeys(_NUMBERS, pa.float64()),
        **dict.fromkeys(("n_treated", "n_control", "seed"), pa.int64()),
        "is_primary": pa.bool_(),
    },
    "indicator_signals": {
        "figure_id": pa.string(),
        **dict.fromkeys(_LIMITS, pa.float64()),
        "flag": pa.string(),
    },
}


def support_effect() -> list[dict[str, Any]]:
    """Return the primary outcome, two secondary ones (adjusted by hand: 0.02 · 2, 0.4), and one that cannot be told."""
    common = {
        "cohort": "all",
        "method": "difference_of_mean_changes",
        "symbol": "",
        "seed": 7,
        "is_primary": False,
    }
    numbers = {
        "estimate_logodds": 0.2,
        "estimate_pp": 2.0,
        "ci_low": -0.1,
        "ci_high": 0.5,
        "mde": 0.4,
        "mde_pp": 4.0,
    }
    known = {**common, **numbers, "n_treated": 8, "n_control": 14}
    return [
        {**known, "outcome": "I1_9", "p": 0.3, "verdict": "within_noise", "is_primary": True},
        {**known, "outcome": "I4", "p": 0.02, "p_bh": 0.04, "verdict": "beyond_noise"},
        {**known, "outcome": "I1_11", "p": 0.4, "p_bh": 0.4, "verdict": "within_noise"},
        {
            **common,
            "outcome": "I5_H1",
            "symbol": "x",
            "reason": "нет базового года",
            "verdict": "cannot_estimate",
        },
    ]


def signals(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a signal for the official I4 of every school: 25 per cent, well within its limits."""
    limits = dict(zip(_LIMITS, (20.0, 25.0, 30.0, 15.0, 36.0, 10.0, 42.0), strict=True))
    return [
        {"figure_id": row["figure_id"], **limits, "flag": "within"}
        for row in figures
        if row["indicator_code"] == "I4" and row["area_kind"] == "school" and row["academic_year"] == NOW
    ]

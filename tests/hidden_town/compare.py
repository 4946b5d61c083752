"""Comparison of the warehouse's figures with the true ones."""

from __future__ import annotations

import math

import pandas as pd

from tests.hidden_town.truth import KEYS, Key, Number

_COLUMNS = (
    "numerator",
    "denominator",
    "value",
    "symbol",
    "value_low",
    "value_high",
    "n_pending",
    "n_excluded",
)


def differences(expected: dict[Key, Number], values: pd.DataFrame) -> list[str]:
    """Return a line for every figure that differs, is missing or is not foreseen."""
    lines, left = [], dict(expected)
    for row in values.to_dict("records"):
        key = tuple(row[name] for name in KEYS)
        true = left.pop(key, None)
        if true is None:
            lines.append(f"{key}: not foreseen")
            continue
        for name, wanted in zip(_COLUMNS, true, strict=True):
            if name.startswith("n_") and wanted is None:
                continue
            if not _equal(wanted, row[name]):
                lines.append(f"{key}: {name} is {row[name]!r}, in truth {wanted!r}")
    return lines + [f"{key}: missing" for key in left]


def _equal(wanted: float | str | None, found: object) -> bool:
    if isinstance(wanted, str):
        return wanted == ("" if pd.isna(found) else found)
    if wanted is None or pd.isna(found):
        return wanted is None and bool(pd.isna(found))
    return math.isclose(wanted, float(str(found)), abs_tol=1e-9)

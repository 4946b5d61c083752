"""Reading one figure out of ``indicator_values`` by the keys that matter."""

from __future__ import annotations

from typing import Any

import pandas as pd

OTHER_KEYS = ("gia_level", "cutoff", "denominator_kind", "stage", "subject", "award", "usage_level")


class FigureTable:
    """``indicator_values`` with look-ups: ``number`` (numerator), ``row`` (the whole row)."""

    def __init__(self, values: pd.DataFrame) -> None:
        self.values = values

    def row(self, year: str, area_code: str, indicator: str, measure: str, **keys: str) -> dict[str, Any]:
        """Return the one row with these keys; keys not named must be z (period: year)."""
        defaults = dict.fromkeys(OTHER_KEYS, "z")
        wanted = defaults | {"period": "year"} | keys
        wanted |= {
            "academic_year": year,
            "area_code": area_code,
            "indicator_code": indicator,
            "measure": measure,
        }
        rows = self.values
        for key, value in wanted.items():
            rows = rows[rows[key] == value]
        assert len(rows) == 1, f"{len(rows)} rows for {wanted}"
        found = rows.iloc[0].to_dict()
        return {name: None if pd.isna(value) else value for name, value in found.items()}

    def number(self, year: str, area_code: str, indicator: str, measure: str, **keys: str) -> int | None:
        """Return the numerator."""
        value = self.row(year, area_code, indicator, measure, **keys)["numerator"]
        return None if value is None else int(value)

    def fraction(
        self, year: str, area_code: str, indicator: str, measure: str, **keys: str
    ) -> tuple[int, int] | str:
        """Return (numerator, denominator), or the symbol where there is no number."""
        row = self.row(year, area_code, indicator, measure, **keys)
        if row["numerator"] is None:
            return str(row["symbol"])
        return int(row["numerator"]), int(row["denominator"])

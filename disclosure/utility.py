"""What disclosure control costs: the share of cells and of people that the public does not see.

Belongs here: the measure, computed from marts and public tables. Does not belong here: deciding.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass

import pyarrow as pa

_SIZE = {"indicator_values": ("denominator", "numerator"), "subject_results": ("participants",)}
_KEYS = {
    "indicator_values": ("figure_id",),
    "subject_results": (
        "academic_year",
        "municipality_code",
        "area_kind",
        "area_code",
        "gia_level",
        "subject_code",
    ),
}


@dataclass
class Utility:
    """Cells that hold numbers, by what the public sees of them; people are counted once a cell."""

    table_name: str
    area_kind: str
    indicator_code: str
    is_official: bool
    cells: int = 0
    shown: int = 0
    bounds: int = 0
    hidden: int = 0
    left_out: int = 0
    people: int = 0
    people_hidden: int = 0

    @property
    def hidden_share_pct(self) -> float:
        """Hidden cells among those that stand in the public table, per cent (0 when there are none)."""
        present = self.shown + self.bounds + self.hidden
        return 100 * self.hidden / present if present else 0.0


def measure(name: str, mart: pa.Table, public: pa.Table) -> list[Utility]:
    """Return the cost by area kind, indicator and official or not, for one table of figures.

    ``left_out``: rows without a place in the public table (control variants, subjects of single schools).
    """
    states = {tuple(row[key] for key in _KEYS[name]): _state(row) for row in public.to_pylist()}
    found: dict[tuple[str, str, bool], Utility] = defaultdict()
    for row in mart.to_pylist():
        size = next((row[column] for column in _SIZE[name] if row[column] is not None), None)
        if size is None or row["symbol"] == "x":
            continue
        key = (row["area_kind"], row.get("indicator_code") or "subjects", bool(row.get("is_official")))
        entry = found.setdefault(key, Utility(name, *key))
        state = states.get(tuple(row[column] for column in _KEYS[name]), "left_out")
        entry.cells += 1
        setattr(entry, state, getattr(entry, state) + 1)
        entry.people += size
        entry.people_hidden += size if state == "hidden" else 0
    return [found[key] for key in sorted(found)]


def _state(row: dict[str, object]) -> str:
    if row["symbol"] == "c":
        return "hidden"
    is_bound = row.get("value_kind") == "bound" or row.get("share_low") is not None
    return "bounds" if is_bound else "shown"


def as_table(rows: list[Utility]) -> pa.Table:
    """Return the measure as a table with its shares in per cent."""
    return pa.Table.from_pylist([asdict(row) | {"hidden_share_pct": row.hidden_share_pct} for row in rows])

"""The public side of the network's tables: events are shown, small counts of people are not.

Belongs here: which cells of ``network_criteria``, ``partner_duties``, ``roadmap_events`` and ``method_unions`` count
people, and when they are hidden. Does not belong here: figures of pupils and teachers (``control``).

A pair is a handful of adults, and pairs add up to the network; so whatever counts people of one pair is internal, and
the network's counts of a half-year are shown or hidden together, since growth ties neighbouring half-years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from disclosure.rules import Rules, RulesByYear
from disclosure.withdraw import blank

_SUPPRESSED = "c"
#: Tables whose rows stay while the named counts of people go.
PEOPLE: Mapping[str, Sequence[str]] = {
    "partner_duties": ("people",),
    "roadmap_events": ("supported_people", "partner_people"),
    "method_unions": ("member_people",),
}
#: Shares whose few successes or few failures would point at people.
_SHARES = ("awareness", "retention", "newcomers")


def public_network(name: str, table: pa.Table, rules: RulesByYear) -> pa.Table:
    """Return the public rows of one of the network's tables; the rules' minimum is the least count of people shown."""
    if name == "network_criteria":
        return blank(table, hidden_criteria(table.to_pylist(), rules), _SUPPRESSED)
    return _without_small_counts(table, PEOPLE[name], rules)


def hidden_criteria(rows: Sequence[Mapping[str, Any]], rules: RulesByYear) -> np.ndarray:
    """Return which rows of ``network_criteria`` the public side hides; rows that hold no number keep their symbol."""
    small_halves = _small_halves(rows, rules)
    return np.array(
        [_is_hidden(row, small_halves, rules.of(row["academic_year"])) for row in rows], dtype=bool
    )


def _is_hidden(row: Mapping[str, Any], small_halves: set[tuple[str, str, str]], rules: Rules) -> bool:
    if not row["counts_people"] or row["symbol"] in ("x", "z"):
        return False
    if (
        row["scope"] == "pair"
        or (row["municipality_code"], row["academic_year"], row["half"]) in small_halves
    ):
        return True
    part, whole = row["numerator"], row["denominator"]
    if whole is not None and 0 < whole < rules.minimum:
        return True
    if row["component"] in _SHARES and part is not None and whole is not None:
        return 1 <= part <= rules.few or 1 <= whole - part <= rules.few
    return row["component"] == "leaders" and part is not None and 0 < part < rules.minimum


def _small_halves(rows: Sequence[Mapping[str, Any]], rules: RulesByYear) -> set[tuple[str, str, str]]:
    """Return (municipality, year, half) whose network was active with too few people, with the half-year after it."""
    counts = {
        (row["municipality_code"], row["academic_year"], row["half"]): row["numerator"] or 0
        for row in rows
        if row["scope"] == "network" and row["component"] == "active"
    }
    small: set[tuple[str, str, str]] = set()
    order = sorted(counts)
    for place, key in enumerate(order):
        if 0 < counts[key] < rules.of(key[1]).minimum:
            small |= {key, *(later for later in order[place + 1 : place + 2] if later[0] == key[0])}
    return small


def _without_small_counts(table: pa.Table, columns: Sequence[str], rules: RulesByYear) -> pa.Table:
    counts = [table.column(name).to_pylist() for name in columns]
    least = [rules.of(year).minimum for year in table.column("academic_year").to_pylist()]
    small = [
        any(n is not None and 0 < n < minimum for n in row)
        for minimum, row in zip(least, zip(*counts, strict=True), strict=True)
    ]
    for name, values in zip(columns, counts, strict=True):
        kept = [None if is_small else value for value, is_small in zip(values, small, strict=True)]
        table = _with_column(table, name, kept)
    marks = [
        _SUPPRESSED if is_small else mark
        for mark, is_small in zip(table.column("symbol").to_pylist(), small, strict=True)
    ]
    return _with_column(table, "symbol", marks)


def _with_column(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    place = table.schema.get_field_index(name)
    field = table.schema.field(place).with_nullable(True)
    return table.set_column(place, field, pa.array(values, field.type))

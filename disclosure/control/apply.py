"""Decisions applied to tables: symbols, bounds, and nothing derived from a hidden number.

Belongs here: what each column of a shown, bounded or hidden row holds. Does not belong here: deciding.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from disclosure.control.blocks import Decisions
from disclosure.control.exam import PUBLIC_SCHOOL_SUBJECTS
from disclosure.control.primary import lower_bound, upper_bound
from disclosure.rules import RulesByYear
from disclosure.tables import FIGURE_KEYS, number_columns
from disclosure.withdraw import blank, without_change

SUPPRESSED = "c"
_DETAILS = ("n_pending", "n_ambiguous", "n_excluded")
_STATE_EXAM_SPECIAL = 50
_SIZES = {"indicator_values": "denominator", "subject_results": "participants"}
_LOW_HIGH = {"indicator_values": ("value_low", "value_high"), "subject_results": ("share_low", "share_high")}


def apply_decisions(
    name: str, table: pa.Table, decisions: Decisions, rules: RulesByYear
) -> tuple[pa.Table, pa.Table]:
    """Return the public table and the log of its hidden rows (key columns, reason).

    A row that holds numbers and that no decision covers is hidden: a figure becomes public by a rule that
    knows it. Rows without numbers keep their symbol.
    """
    count = table.num_rows
    hidden, bounded, shown = (np.zeros(count, dtype=bool) for _ in range(3))
    for where, mask in ((decisions.hidden, hidden), (decisions.bounds, bounded), (decisions.shown, shown)):
        mask[[position for owner, position in where if owner == name]] = True
    left_out = np.zeros(count, dtype=bool)
    left_out[[position for owner, position in decisions.left_out if owner == name]] = True
    unavailable = pc.fill_null(pc.equal(table.column("symbol"), "x"), False).to_numpy(zero_copy_only=False)
    table = blank(table, unavailable, "x")
    hidden = (hidden | (~(bounded | shown) & _holds_numbers(table))) & ~unavailable
    listed = np.zeros(count, dtype=bool)
    listed[[position for owner, position in decisions.listed if owner == name]] = True
    log = _log(name, table, hidden | listed, decisions)
    table = blank(table, hidden, SUPPRESSED)
    table = _with_bounds(name, table, bounded, decisions, rules)
    table = _without_details(table, rules)
    if name == "indicator_values":
        table = without_change(table, ~_change_is_public(table))
    return _public_rows(name, table.filter(pa.array(~left_out))), log


def _holds_numbers(table: pa.Table) -> np.ndarray:
    holds = np.zeros(table.num_rows, dtype=bool)
    for column in number_columns(table.schema):
        holds |= pc.is_valid(table.column(column)).to_numpy(zero_copy_only=False)
    return holds


def _log(name: str, table: pa.Table, hidden: np.ndarray, decisions: Decisions) -> pa.Table:
    keys = [key for key in (*FIGURE_KEYS, "subject_code", "figure_id") if key in table.schema.names]
    rows = table.select(keys).filter(pa.array(hidden))
    places = [(name, int(position)) for position in np.flatnonzero(hidden)]
    listed = set(decisions.listed)
    reasons = [
        "public already" if place in listed else decisions.hidden.get(place, "no rule covers it")
        for place in places
    ]
    rows = rows.append_column("reason", pa.array(reasons, pa.string()))
    rows = rows.append_column("table_name", pa.array([name] * rows.num_rows, pa.string()))
    return rows.cast(pa.schema([field.with_nullable(True) for field in rows.schema]))


def _with_bounds(
    name: str, table: pa.Table, rows: np.ndarray, decisions: Decisions, rules: RulesByYear
) -> pa.Table:
    """Rows with few failures or successes: everything but their size gives way to one bound."""
    size = table.column(_SIZES[name])
    low_name, high_name = _LOW_HIGH[name]
    table = blank(table, rows, SUPPRESSED)
    table = _set(table, _SIZES[name], rows, size)
    years = table.column("academic_year")
    lows: list[float | None] = [None] * table.num_rows
    highs: list[float | None] = [None] * table.num_rows
    for (owner, position), kind in decisions.bounds.items():
        if owner == name:
            n, margin = size[position].as_py(), rules.of(years[position].as_py()).bound_margin
            low, high = (
                (lower_bound(n, margin), 100.0) if kind == "at_least" else (0.0, upper_bound(n, margin))
            )
            lows[position], highs[position] = low, high
    for column, values in ((low_name, lows), (high_name, highs)):
        if column not in table.schema.names:
            table = table.append_column(column, pa.nulls(table.num_rows, pa.float64()))
        table = _set(table, column, rows, pa.chunked_array([pa.array(values, pa.float64())]))
    if "value_kind" in table.schema.names:
        table = _set(table, "value_kind", rows, pa.scalar("bound"))
    return _set(table, "symbol", rows, pa.scalar(None, pa.string()))


def _set(table: pa.Table, name: str, rows: np.ndarray, values: pa.ChunkedArray | pa.Scalar) -> pa.Table:
    place = table.schema.get_field_index(name)
    field = table.schema.field(place)
    values = values.cast(field.type)
    merged = pc.if_else(pa.array(rows), values, table.column(place))
    return table.set_column(place, pa.field(name, field.type), merged)


def _without_details(table: pa.Table, rules: RulesByYear) -> pa.Table:
    """Counts of pending, ambiguous and excluded people: of municipalities and regions only, zero or many."""
    wide = pc.is_in(table.column("area_kind"), pa.array(["municipality", "region"]))
    years = table.column("academic_year").to_pylist()
    least = {year: rules.of(year).minimum for year in set(years)}
    minimum = pa.array([least[year] for year in years], pa.int64())
    for name in _DETAILS:
        if name in table.schema.names:
            column = table.column(name)
            plain = pc.or_(pc.equal(column, 0), pc.greater_equal(column, minimum))
            keep = pc.fill_null(pc.and_(wide, plain), False)
            place = table.schema.get_field_index(name)
            kept = pc.if_else(keep, column, pa.scalar(None, column.type))
            table = table.set_column(place, table.schema.field(place), kept)
    return table


def _change_is_public(table: pa.Table) -> np.ndarray:
    """A change is the difference of two years: it is shown while both are shown as points."""
    points = pc.is_valid(table.column("value")).to_numpy(zero_copy_only=False)
    keys = [key for key in FIGURE_KEYS if key != "academic_year"]
    columns: Mapping[str, list[str]] = table.select(["academic_year", *keys]).to_pydict()
    identity = list(zip(*(columns[key] for key in keys), strict=True))
    years = [int(year[:4]) for year in columns["academic_year"]]
    shown = {(year, key) for year, key, point in zip(years, identity, points, strict=True) if point}
    both = [
        (year, key) in shown and (year - 1, key) in shown for year, key in zip(years, identity, strict=True)
    ]
    return np.array(both, dtype=bool)


def _public_rows(name: str, table: pa.Table) -> pa.Table:
    """School and group rows of subjects that are not public below the municipality are left out, ГВЭ everywhere."""
    if name != "subject_results":
        return table
    codes = table.column("subject_code").cast(pa.int64())
    required = pc.is_in(codes, pa.array(sorted(PUBLIC_SCHOOL_SUBJECTS), pa.int64()))
    wide = pc.is_in(table.column("area_kind"), pa.array(["municipality", "region"]))
    return table.filter(pc.and_(pc.or_(required, wide), pc.less(codes, _STATE_EXAM_SPECIAL)))

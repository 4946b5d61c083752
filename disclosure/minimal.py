"""The rule without a proof behind it: large areas only.

Belongs here: rows of groups, municipalities and regions whose every count is large.
Does not belong here: school rows; they become public only through complementary suppression.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from disclosure.tables import number_columns
from disclosure.withdraw import blank, without_change

_SUPPRESSED = "c"
_AREA = ("academic_year", "municipality_code", "area_kind", "area_code")
_PEOPLE = ("numerator", "denominator", "participants", "pupils", "n")
_COUNT_COLUMNS = ("participants", "denominator", "numerator", "value")


def minimal_figures(table: pa.Table, minimum: int) -> pa.Table:
    """Return group, municipality and region rows; those about fewer than ``minimum`` people become ``c``.

    ``n`` of a row is the number of people it is about: its denominator; for a count without one the
    population the count is taken from (``population_sizes``). Rows that hold no number (``x``, ``z``) keep
    their symbol.
    """
    names = table.schema.names
    if "area_kind" in names:
        table = table.filter(pc.not_equal(table.column("area_kind"), "school"))
    elif "school_code" in names:
        table = table.filter(pc.is_in(table.column("school_code"), value_set=pa.array(["z", "all"])))
    size = population_sizes(table)
    small = np.nan_to_num(size, nan=float(minimum)) < minimum
    symbol = table.column("symbol").to_pylist() if "symbol" in names else [None] * table.num_rows
    hidden = small & np.array([mark not in ("x", "z") for mark in symbol], dtype=bool)
    return without_change(blank(table, hidden, _SUPPRESSED), hidden)


def population_sizes(table: pa.Table) -> np.ndarray:
    """Return for each row the people it is about, NaN where the row tells none.

    Counts of participants (I2) come from the contingent of the area, awards (I3) from its participants of the
    same subject: a small count out of a large population is about that population.
    """
    size = row_sizes(table)
    if "measure" not in table.schema.names:
        return size
    columns = {
        name: table.column(name).to_pylist() for name in (*_AREA, "indicator_code", "measure", "subject")
    }
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    contingent, participants = {}, {}
    for row, people in zip(rows, size, strict=True):
        area = tuple(row[name] for name in _AREA)
        if row["measure"] == "per_100":
            contingent[area] = people
        elif row["measure"] == "share_of_participants":
            participants[(*area, row["subject"])] = people
    for place, row in enumerate(rows):
        area = tuple(row[name] for name in _AREA)
        if row["indicator_code"] == "I2" and row["measure"] != "per_100":
            size[place] = contingent.get(area, size[place])
        elif row["indicator_code"] == "I3" and row["measure"] != "share_of_participants":
            size[place] = participants.get((*area, row["subject"]), size[place])
    return size


def row_sizes(table: pa.Table) -> np.ndarray:
    """Return how many people each row is about: the first of its counts that is not null, else NaN."""
    size = np.full(table.num_rows, np.nan)
    for name in _COUNT_COLUMNS:
        if name in table.schema.names:
            column = table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
            size = np.where(np.isnan(size), column, size)
    return size


def large_rows(table: pa.Table, minimum: int) -> pa.Table:
    """Return the table with rows blanked that count between one and ``minimum`` people."""
    hidden = np.zeros(table.num_rows, dtype=bool)
    for name in number_columns(table.schema):
        if name in _PEOPLE or name.endswith("_people"):
            people = np.nan_to_num(table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False))
            hidden |= (people > 0) & (people < minimum)
    return blank(table, hidden, _SUPPRESSED)

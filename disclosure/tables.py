"""How the tables of the marts are read by this room: which columns are keys, which are numbers.

Belongs here: column roles, reading and writing of one Parquet table with a fixed row order.
Does not belong here: any rule about what is hidden.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from opora.files import atomic_path

FIGURE_KEYS = (
    "academic_year",
    "municipality_code",
    "area_kind",
    "area_code",
    "indicator_code",
    "measure",
    "gia_level",
    "cutoff",
    "denominator_kind",
    "stage",
    "subject",
    "award",
    "usage_level",
    "period",
)
"""The key columns of ``indicator_values``, in the order that makes ``figure_id``."""

CHANGE_COLUMNS = ("change", "change_low", "change_high", "change_status")

NOT_NUMBERS = frozenset(
    {"figure_id", *FIGURE_KEYS, "subject_code", "school_code", "grade", "rule_version", "academic_year_start"}
)
"""Columns that stay when a figure is withdrawn or hidden, whatever their type."""

NOT_COMPARABLE = "not_comparable"
"""``change_status`` of a figure without a comparable predecessor."""


def is_number(field: pa.Field) -> bool:
    """Tell whether a column holds numbers of a figure (integers, floats, decimals; never keys or flags)."""
    kind = field.type
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return bool(numeric) and field.name not in NOT_NUMBERS


def number_columns(schema: pa.Schema) -> list[str]:
    """Return the names of the number columns of a table, in the table's order."""
    return [field.name for field in schema if is_number(field)]


def write_table(target: Path, table: pa.Table) -> None:
    """Write one Parquet table atomically, without pandas metadata: equal rows give equal bytes."""
    with atomic_path(target) as part:
        pq.write_table(table.replace_schema_metadata(None), part, compression="zstd")

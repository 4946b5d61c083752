"""The figures that this room works on: shares, with their keys as categories."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

SHARES = ("share", "share_of_participants")
"""Measures that are shares of a denominator; signals and effect are about them alone."""
FAMILY = [
    "academic_year", "indicator_code", "measure", "gia_level", "cutoff", "denominator_kind", "stage", "subject",
    "award", "usage_level", "period",
]  # fmt: skip
"""What schools of one family share: the year and the definition of the figure."""
KEYS = (*FAMILY, "municipality_code", "area_kind", "area_code", "value_kind")


def read_shares(path: Path) -> pd.DataFrame:
    """Return the shares of ``indicator_values``: ``figure_id``, ``KEYS`` as categories, numerator and denominator.

    As texts the keys of a country's nine million figures take six gigabytes, as categories a tenth of one.
    """
    table = pq.read_table(
        path,
        columns=["figure_id", *KEYS, "numerator", "denominator"],
        filters=pc.field("measure").isin(SHARES),
        read_dictionary=list(KEYS),
    )
    frame: pd.DataFrame = table.to_pandas(self_destruct=True, split_blocks=True)
    return frame

"""The public side of estimates that are computed over all schools, the hidden ones too.

Belongs here: how far they are rounded. Does not belong here: figures of areas (``control``).

At full precision an estimate is a fingerprint of every count behind it: whoever knows all schools but one can try its
counts until the estimate comes out. Rounded to what the report prints, many counts give the same estimate.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

DECIMALS: Mapping[str, int] = {
    "estimate_logodds": 2,
    "ci_low": 2,
    "ci_high": 2,
    "mde": 2,
    "estimate_pp": 1,
    "mde_pp": 1,
    "rho": 2,
    "p": 3,
    "p_bh": 3,
}
"""Decimals of the columns of ``support_effect``, as the report prints them."""


def rounded_estimates(table: pa.Table) -> pa.Table:
    """Return the table with its estimates rounded; a column of fractions that is not named above is left out."""
    for field in list(table.schema):
        place = table.schema.get_field_index(field.name)
        if not pa.types.is_floating(field.type):
            continue
        if field.name in DECIMALS:
            rounded = pc.round(table.column(place), ndigits=DECIMALS[field.name])
            table = table.set_column(place, field, rounded)
        else:
            table = table.remove_column(place)
    return table

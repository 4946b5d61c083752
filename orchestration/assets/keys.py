"""Keys of assets that several modules name."""

from __future__ import annotations

import dagster as dg


def warehouse_key(model: str) -> dg.AssetKey:
    """Asset key of a dbt model or seed."""
    return dg.AssetKey(["warehouse", model])

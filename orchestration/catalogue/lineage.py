"""Lineage: which columns of which assets a column is computed from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import dagster as dg

from dbt_project.build.columns import BuiltTable, Origin
from dbt_project.build.lake_schema import entities

Key = Callable[[str], dg.AssetKey]


def model_lineage(
    table: BuiltTable, model_key: Key, lake_key: Key, inputs: dg.AssetKey
) -> dg.TableColumnLineage | None:
    """Return the lineage of a model's columns; None for a table that no query makes (a seed).

    Rows that a year part keeps from its cache, and the centre's own rules, are no assets: nothing points at them.
    """
    if not table.origins:
        return None

    def dep(origin: Origin) -> dg.TableColumnDep | None:
        if origin.schema == "main":
            return dg.TableColumnDep(model_key(origin.table), origin.column)
        if origin.schema == "lake":
            entity = entities()[origin.table]
            return dg.TableColumnDep(lake_key(entity.source), f"{entity.name}.{origin.column}")
        if origin.schema == "inputs":
            return dg.TableColumnDep(inputs, f"{origin.table}.{origin.column}")
        return None

    return dg.TableColumnLineage(
        {
            column: [found for origin in origins if (found := dep(origin)) is not None]
            for column, origins in table.origins.items()
        }
    )


def taken_over(schema: dg.TableSchema, known: Mapping[str, dg.TableColumnDep]) -> dg.TableColumnLineage:
    """Return the lineage of ``<table>.<column>`` that stand under the same name further up (``known``, by name).

    Tables that are computed outside of dbt are not known there: nobody follows their columns.
    """
    return dg.TableColumnLineage(
        {column.name: [known[column.name]] for column in schema.columns if column.name in known}
    )


def under_same_name(schema: dg.TableSchema, key: dg.AssetKey) -> dict[str, dg.TableColumnDep]:
    """Return every column ``<table>.<column>`` of an asset as what others may take over."""
    return {column.name: dg.TableColumnDep(key, column.name) for column in schema.columns}

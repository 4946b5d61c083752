"""Partitions: the academic years that the home has deliveries for; known to Dagster once a run has met them."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

NAME = "academic_year"
ACADEMIC_YEARS = dg.DynamicPartitionsDefinition(name=NAME)


def register_years(instance: dg.DagsterInstance, years: Iterable[str]) -> None:
    """Make the years known to the instance, oldest first; known ones stay as they are."""
    instance.add_dynamic_partitions(NAME, sorted(set(years)))

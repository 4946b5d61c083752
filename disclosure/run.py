"""The call of this room: marts in, public tables out.

Belongs here: the order of the steps and the writing of their results.
Does not belong here: the rules themselves (``policy``, ``minimal``).
"""

from __future__ import annotations

import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from disclosure.minimal import large_rows, minimal_figures
from disclosure.policy import TABLES, Public
from disclosure.tables import write_table
from opora.candidates import Candidate
from opora.home import Home


def suppress(home: Home, candidate: Candidate) -> None:
    """Write the public side of the marts to ``public_tables/``; nothing else of the marts is public.

    Tables absent from the marts are absent from the public side too.
    """
    target = candidate.public_tables
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    minimum = home.config.thresholds.public_minimum_n
    public: dict[str, pa.Table] = {}
    for name, kind in TABLES.items():
        path = candidate.marts / f"{name}.parquet"
        if path.exists() and kind is not Public.SHOWN_POINTS:
            public[name] = _public_table(pq.read_table(path), kind, minimum)
    shown = (
        shown_figures(public["indicator_values"])
        if "indicator_values" in public
        else pa.array([], pa.string())
    )
    for name, kind in TABLES.items():
        path = candidate.marts / f"{name}.parquet"
        if path.exists() and kind is Public.SHOWN_POINTS:
            table = pq.read_table(path)
            public[name] = table.filter(pc.is_in(table.column("figure_id"), value_set=shown))
    for name, table in public.items():
        write_table(target / f"{name}.parquet", table)


def _public_table(table: pa.Table, kind: Public, minimum: int) -> pa.Table:
    if kind is Public.FIGURES:
        return minimal_figures(table, minimum)
    if kind is Public.LARGE_ROWS:
        return large_rows(table, minimum)
    return table


def shown_figures(figures: pa.Table) -> pa.Array:
    """Return the ids of the figures that stand in the public table with a value of their own."""
    value, kind = figures.column("value"), figures.column("value_kind")
    points = pc.and_(pc.is_valid(value), pc.not_equal(kind, "bound"))
    return pc.drop_null(figures.column("figure_id").filter(points)).combine_chunks()

"""The call of this room: marts in, public tables out.

Belongs here: the order of the steps and the writing of their results.
Does not belong here: the rules themselves (``policy``, ``control``, ``network``).
"""

from __future__ import annotations

import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from disclosure.control.apply import apply_decisions
from disclosure.control.blocks import decide, member_rows
from disclosure.earlier import read_earlier
from disclosure.estimates import rounded_estimates
from disclosure.network import public_network
from disclosure.policy import TABLES, Public
from disclosure.rules import read_rules
from disclosure.tables import write_table
from disclosure.utility import as_table, measure
from opora.candidates import Candidate
from opora.home import Home
from opora.seals import seal

LOG_NAME = "disclosure_log"
"""Internal: why each hidden row is hidden. The public side says ``c`` for every reason alike."""
UTILITY_NAME = "disclosure_utility"
"""Internal: the share of cells and of people that the public does not see."""


def suppress(home: Home, candidate: Candidate) -> None:
    """Write the public side of the marts to ``public_tables/``; nothing else of the marts is public.

    Figures of areas pass primary rules and complementary suppression; ``marts/disclosure_log.parquet`` says
    why each hidden row is hidden, ``marts/disclosure_utility.parquet`` what it costs.
    Tables absent from the marts are absent from the public side too.
    """
    target = candidate.public_tables
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    rules = read_rules(candidate.marts, home.config)
    marts = {path.stem: path for path in candidate.marts.glob("*.parquet")}
    read = {name: pq.read_table(marts[name]) for name in TABLES if name in marts}
    public = {name: table for name, table in read.items() if TABLES[name] is Public.AS_IS}
    for name, table in read.items():
        if TABLES[name] is Public.NETWORK:
            public[name] = public_network(name, table, rules)
        elif TABLES[name] is Public.ESTIMATES:
            public[name] = rounded_estimates(table)
    figures = {name: table for name, table in read.items() if TABLES[name] is Public.FIGURES}
    decisions = decide(figures, member_rows(read.get("area_members")), rules, read_earlier(home))
    logs = []
    for name, table in figures.items():
        public[name], log = apply_decisions(name, table, decisions, rules)
        logs.append(log)
    shown = (
        shown_figures(public["indicator_values"])
        if "indicator_values" in public
        else pa.array([], pa.string())
    )
    for name, table in read.items():
        if TABLES[name] is Public.SHOWN_POINTS:
            public[name] = table.filter(pc.is_in(table.column("figure_id"), value_set=shown))
    if logs:
        log = pa.concat_tables(logs, promote_options="default")
        write_table(candidate.marts / f"{LOG_NAME}.parquet", log)
        cost = [row for name, table in figures.items() for row in measure(name, table, public[name])]
        write_table(candidate.marts / f"{UTILITY_NAME}.parquet", as_table(cost))
    for name in sorted(public):
        write_table(target / f"{name}.parquet", public[name])
    own = [candidate.marts / f"{name}.parquet" for name in (LOG_NAME, UTILITY_NAME) if logs]
    seal(candidate, [*own, *(target / f"{name}.parquet" for name in public)])


def shown_figures(figures: pa.Table) -> pa.Array:
    """Return the ids of the figures that stand in the public table with a value of their own."""
    points = pc.is_valid(figures.column("value"))
    ids: pa.Array = figures.column("figure_id").filter(points).combine_chunks()
    return ids

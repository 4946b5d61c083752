"""Reads the candidate's marts and writes the tables of this room."""

from __future__ import annotations

import pandas as pd

from analysis.effect.design import read_design
from analysis.effect.table import Network, support_effect
from analysis.figures import read_shares
from analysis.signals import indicator_signals
from opora.candidates import Candidate
from opora.files import atomic_path
from opora.home import Home
from opora.seals import seal


def analyse(home: Home, candidate: Candidate) -> None:
    """Write ``indicator_signals`` and ``support_effect`` from the candidate's marts."""
    del home  # the seam is the same for every room; thresholds of this room do not come from settings
    figures = read_shares(candidate.marts / "indicator_values.parquet")
    _write(indicator_signals(figures), candidate, "indicator_signals")
    design = read_design(
        pd.read_parquet(candidate.marts / "bridge_partnership.parquet"),
        pd.read_parquet(candidate.marts / "school_statuses.parquet"),
    )
    _write(support_effect(figures, design, network=_network(candidate)), candidate, "support_effect")


def analyse_public(home: Home, candidate: Candidate) -> None:
    """Write ``public_tables/indicator_signals.parquet`` from the public figures alone.

    A prior or a common share fitted over all schools would tell the counts of the hidden ones: with two or three of
    them hidden, trying every count until the published prior comes out takes a minute.
    """
    del home
    figures = read_shares(candidate.public_tables / "indicator_values.parquet")
    frame = indicator_signals(figures, some_are_hidden=True)
    with atomic_path(candidate.public_tables / "indicator_signals.parquet") as part:
        frame.to_parquet(part, index=False, compression="zstd")
    seal(candidate, [candidate.public_tables / "indicator_signals.parquet"])


def _network(candidate: Candidate) -> Network | None:
    """Return the tables of doses; None where the candidate has no network."""
    paths = [candidate.marts / f"{table}.parquet" for table in ("network_criteria", "partner_duties")]
    if not all(path.exists() for path in paths):
        return None
    return pd.read_parquet(paths[0]), pd.read_parquet(paths[1])


def _write(frame: pd.DataFrame, candidate: Candidate, table: str) -> None:
    with atomic_path(candidate.marts / f"{table}.parquet") as part:
        frame.to_parquet(part, index=False, compression="zstd")
    seal(candidate, [candidate.marts / f"{table}.parquet"])

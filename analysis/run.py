"""Reads the candidate's marts and writes the tables of this room."""

from __future__ import annotations

import pandas as pd

from analysis.effect.design import read_design
from analysis.effect.table import support_effect
from analysis.signals import indicator_signals
from opora.candidates import Candidate
from opora.files import atomic_path
from opora.home import Home


def analyse(home: Home, candidate: Candidate) -> None:
    """Write ``indicator_signals`` and ``support_effect`` from the candidate's marts."""
    del home  # the seam is the same for every room; thresholds of this room do not come from settings
    figures = pd.read_parquet(candidate.marts / "indicator_values.parquet")
    _write(indicator_signals(figures), candidate, "indicator_signals")
    design = read_design(
        pd.read_parquet(candidate.marts / "bridge_partnership.parquet"),
        pd.read_parquet(candidate.marts / "school_statuses.parquet"),
    )
    _write(support_effect(figures, design), candidate, "support_effect")


def _write(frame: pd.DataFrame, candidate: Candidate, table: str) -> None:
    with atomic_path(candidate.marts / f"{table}.parquet") as part:
        frame.to_parquet(part, index=False, compression="zstd")

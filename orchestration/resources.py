"""Dagster resources: the home a run works on, and where its progress and outcome go."""

from __future__ import annotations

from dataclasses import dataclass, field

from opora.home import Home
from opora.progress import Progress, quiet
from orchestration.outcome import RunOutcome


@dataclass
class House:
    """One home as the assets see it. ``note`` is the amendment note given with ``--note``."""

    home: Home
    progress: Progress = quiet
    note: str | None = None
    outcome: RunOutcome = field(default_factory=RunOutcome)

"""Dagster resources: the home a run works on, and where its progress and outcome go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from opora import journal
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


def logged(house: House) -> dg.ResourceDefinition:
    """Return the resource that gives the house to a run and writes the run's first and last line into its log.

    A run that ``opora run`` started stands in the log already; one of the daemon begins and ends here.
    """

    @dg.resource(description="The home that the run works on.")
    def give(context: dg.InitResourceContext) -> Iterator[House]:
        run = context.run
        about: Any = nullcontext()
        if run is not None and journal.current_run() != run.run_id:
            about = journal.run(house.home, run.run_id, run.job_name)
        with about:
            yield house

    return give

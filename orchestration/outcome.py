"""What one run of the main job came to: filled in by the assets, read by whoever started the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

from opora.errors import ExitCode

MAIN_JOB = "main_job"
REFUSAL = "opora/refusal"
"""Metadata key of a failure that is a refusal of the gate: alerts and summaries tell it apart from a defect."""


def refusal_failure(reason: str) -> dg.Failure:
    """Return the failure that ends a run which the gate refused; it is never retried."""
    return dg.Failure(reason, metadata={REFUSAL: True}, allow_retries=False)


@dataclass
class RunOutcome:
    """Facts of a run in the order in which they become known."""

    ingest: Any = None
    candidate_id: str | None = None
    findings: list[Any] = field(default_factory=list)
    evidence: Any = None
    release: Any = None
    refusal: str | None = None
    mirror_failure: str | None = None
    error: BaseException | None = None
    summary: Path | None = None

    @property
    def returned(self) -> int:
        """Whole deliveries that went back to their senders."""
        return len(self.ingest.returned) if self.ingest is not None else 0

    @property
    def exit_code(self) -> ExitCode:
        """Exit code by the pinned order: a failure, then a refusal, then returned deliveries."""
        if self.error is not None or self.mirror_failure is not None:
            return ExitCode.FAILURE
        if self.refusal is not None:
            return ExitCode.REFUSED
        return ExitCode.RETURNED if self.returned else ExitCode.DONE

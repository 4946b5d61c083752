"""Backfill: the parts of chosen academic years are computed anew, though their keys are known, and compared.

A key covers everything that a part's rows follow from, so a part computed anew must equal the one that stood. One that
does not was damaged in the cache, or something escapes the key: both are worth knowing.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dbt_project.build.parts import Part, all_parts, row_hashes
from dbt_project.build.run import build
from opora.candidates import Candidate
from opora.errors import UsageError
from opora.home import Home
from opora.progress import Progress, quiet

_ASIDE = ".before-"


@dataclass(frozen=True)
class Recomputed:
    """A part computed anew: hashes of its tables' rows before (None when it was not cached) and after."""

    part: Part
    before: dict[str, str] | None
    after: dict[str, str]

    @property
    def is_same(self) -> bool:
        """True when the rows equal those that stood, or none stood."""
        return self.before is None or self.before == self.after


def recompute(
    home: Home, candidate: Candidate, years: Collection[str], progress: Progress = quiet
) -> list[Recomputed]:
    """Compute the candidate's parts of ``years`` anew and return what came of each; other years stay cached.

    Raises ``UsageError`` for a year that no source delivered for, and what a build raises; then the old parts stand.
    """
    parts = all_parts(home, candidate.inputs)
    if unknown := sorted(set(years) - {part.academic_year for part in parts}):
        raise UsageError(f"за учебный год поставок нет: {', '.join(unknown)}")
    chosen = [part for part in parts if part.academic_year in years]
    before = {part: row_hashes(part.folder(home)) for part in chosen if part.is_cached(home)}
    for part in before:
        shutil.rmtree(_aside(home, part), ignore_errors=True)
        part.folder(home).rename(_aside(home, part))
    try:
        build(home, candidate, progress)
    except BaseException:
        for part in before:
            shutil.rmtree(part.folder(home), ignore_errors=True)
            _aside(home, part).rename(part.folder(home))
        raise
    for part in before:
        shutil.rmtree(_aside(home, part))
    return [Recomputed(part, before.get(part), row_hashes(part.folder(home))) for part in chosen]


def _aside(home: Home, part: Part) -> Path:
    return home.cache / f"{_ASIDE}{part.key}"

"""A proof that a hidden count can be recovered, and what it leans on.

Belongs here: the proof as a value, what narrow means, what a proof loses when a count is hidden.
Does not belong here: finding proofs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

SLACK = 1e-4
NARROW = 3
"""A count is recovered when it is proved to be at least one, within an interval narrower than this."""
_EPS = 1e-6


@dataclass(frozen=True)
class Proof:
    """A recovered secret (of a cell, or of a count that no cell shows) and what proves it.

    ``by_counts``: shown counts the proof leans on, each with the part of the proof (0 to 1] that falls at most
    when the count is hidden; parts of hidden counts must sum to one for the proof to fall. ``by_limits``: cells
    whose printed bound the proof leans on; without one of them the proof may fall at once. ``believed``: those of
    the counts that an earlier release showed with another value and that are hidden now; ``is_of_believer``: found by
    somebody who believes such values; ``is_plain``: read off one relation, no program was solved.
    """

    secret: int
    cell: int | None
    low: float
    high: float
    by_counts: dict[int, float]
    by_limits: frozenset[int]
    believed: frozenset[int] = frozenset()
    is_of_believer: bool = False
    is_plain: bool = False


@dataclass
class Sides:
    """The closest ends that single relations give a count, and the relation of each with the count's factor in it."""

    high: float
    low: float = 0.0
    low_by: tuple[int | None, float] = (None, 1.0)
    high_by: tuple[int | None, float] = (None, 1.0)

    def add(self, row: int, factor: float, low: float, high: float) -> None:
        """Take the ends of one more relation."""
        if low > self.low:
            self.low, self.low_by = low, (row, factor)
        if high < self.high:
            self.high, self.high_by = high, (row, factor)

    @property
    def width(self) -> float:
        """Return how far whole numbers between the ends are apart."""
        return float(np.floor(self.high + SLACK) - np.ceil(self.low - SLACK))


def parts_of(gains: Mapping[int, float], low: float, high: float) -> dict[int, float]:
    """Return which part of a proof falls when a count is hidden, from how far that moves its ends."""
    need = max(_EPS, min(low, NARROW - (high - low)))
    return {known: min(1.0, gain / need) for known, gain in gains.items() if gain > _EPS}

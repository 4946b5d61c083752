"""Primary rules: which cells hide by themselves, from the methodology, section 5.

Belongs here: pure rules on one cell. Does not belong here: what else must be hidden with them.
"""

from __future__ import annotations

from enum import Enum
from math import ceil, floor

BOUND_BELOW = 20
"""Under so many people, few failures (or successes) are shown as one bound."""
BOUND_COUNT = 2
BOUND_MARGIN = 3


class Verdict(Enum):
    """What the primary rules say of a cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


def judge_share(successes: int, n: int, minimum: int, is_school: bool) -> Verdict:
    """Judge a share of ``successes`` in ``n``; 0 of 0 is shown. Sums of areas hide only below the minimum."""
    failures = n - successes
    if n == 0:
        return Verdict.SHOWN
    if n < minimum:
        return Verdict.HIDDEN
    if not is_school:
        return Verdict.SHOWN
    if n < BOUND_BELOW:
        if failures <= BOUND_COUNT:
            return Verdict.AT_LEAST
        return Verdict.AT_MOST if successes <= BOUND_COUNT else Verdict.SHOWN
    few = 1 <= failures <= BOUND_COUNT or 1 <= successes <= BOUND_COUNT
    return Verdict.HIDDEN if few else Verdict.SHOWN


def judge_count(count: int) -> Verdict:
    """Judge a count of participants: one and two are hidden, zero is shown."""
    return Verdict.HIDDEN if 1 <= count <= BOUND_COUNT else Verdict.SHOWN


def lower_bound(n: int) -> float:
    """Return the one printed bound of a cell with few failures: 100 (n − 3) / n, rounded down to a whole per cent."""
    return float(floor(100 * (n - BOUND_MARGIN) / n))


def upper_bound(n: int) -> float:
    """Return the one printed bound of a cell with few successes: 100 · 3 / n, rounded up."""
    return float(ceil(100 * BOUND_MARGIN / n))

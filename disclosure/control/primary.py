"""Primary rules: which cells hide by themselves, from the methodology, section 5.

Belongs here: pure rules on one cell. Does not belong here: what else must be hidden with them.
"""

from __future__ import annotations

from enum import Enum
from math import ceil, floor

from disclosure.rules import Rules


class Verdict(Enum):
    """What the primary rules say of a cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


def judge_share(successes: int, n: int, rules: Rules, is_school: bool) -> Verdict:
    """Judge a share of ``successes`` in ``n``; 0 of 0 is shown. Sums of areas hide only below the minimum."""
    failures = n - successes
    if n == 0:
        return Verdict.SHOWN
    if n < rules.minimum:
        return Verdict.HIDDEN
    if not is_school:
        return Verdict.SHOWN
    if n < rules.bound_below:
        if failures <= rules.few:
            return Verdict.AT_LEAST
        return Verdict.AT_MOST if successes <= rules.few else Verdict.SHOWN
    few = 1 <= failures <= rules.few or 1 <= successes <= rules.few
    return Verdict.HIDDEN if few else Verdict.SHOWN


def judge_count(count: int, rules: Rules) -> Verdict:
    """Judge a count of participants: few are hidden, zero is shown."""
    return Verdict.HIDDEN if 1 <= count <= rules.few else Verdict.SHOWN


def lower_bound(n: int, margin: int) -> float:
    """Return the one printed bound of a cell with few failures: 100 (n − margin) / n, rounded down."""
    return float(max(0, floor(100 * (n - margin) / n)))


def upper_bound(n: int, margin: int) -> float:
    """Return the one printed bound of a cell with few successes: 100 · margin / n, rounded up."""
    return float(min(100, ceil(100 * margin / n)))

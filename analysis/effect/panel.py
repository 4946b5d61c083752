"""Counts by school and year, and the change of every school between two windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.effect.windows import Windows

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

NEVER = -1
"""Label of a school that was never supported."""


@dataclass(frozen=True)
class Panel:
    """Successes and totals, schools × years; absent school-years have a total of 0.

    ``labels`` holds the academic year in which support began, or ``NEVER``. ``strata`` numbers the eligibility
    group of each school. Partner schools do not stand in a panel: they are neither treated nor controls.
    """

    schools: tuple[str, ...]
    years: tuple[int, ...]
    successes: Array
    totals: Array
    labels: Labels
    strata: Labels

    def without(self, school: int) -> Panel:
        """Return the panel without the school at this index."""
        keep = np.arange(len(self.schools)) != school
        return Panel(
            tuple(name for name, kept in zip(self.schools, keep, strict=True) if kept),
            self.years,
            self.successes[keep],
            self.totals[keep],
            self.labels[keep],
            self.strata[keep],
        )


@dataclass(frozen=True)
class Changes:
    """Of every school between two windows: change in empirical log-odds, weight, pooled counts.

    ``weight`` is 0 where the school has no pupils in one of the windows: it then takes no part.
    """

    log_odds: Array
    weight: Array
    base: tuple[Array, Array]
    follow_up: tuple[Array, Array]


def empirical_log_odds(successes: Array, totals: Array) -> Array:
    """Return log((k + ½) / (n − k + ½)): finite also at 0 and at n."""
    return np.log((successes + 0.5) / (totals - successes + 0.5))


def changes(panel: Panel, windows: Windows) -> Changes:
    """Return the changes of all schools of the panel, counts pooled within each window.

    The weight is the harmonic size n₀n₁/(n₀+n₁): a school counts as much as its smaller window allows.
    """
    base = _pooled(panel, windows.base)
    follow_up = _pooled(panel, windows.follow_up)
    size = base[1] + follow_up[1]
    weight = np.divide(base[1] * follow_up[1], size, out=np.zeros_like(size), where=size > 0)
    change = empirical_log_odds(*follow_up) - empirical_log_odds(*base)
    return Changes(np.where(weight > 0, change, 0.0), weight, base, follow_up)


def _pooled(panel: Panel, years: tuple[int, ...]) -> tuple[Array, Array]:
    columns = [panel.years.index(year) for year in years]
    return panel.successes[:, columns].sum(axis=1), panel.totals[:, columns].sum(axis=1)

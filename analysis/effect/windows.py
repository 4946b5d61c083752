"""Which years may be compared: a base and a follow-up of equal length, without tainted years."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

PREFERRED_LENGTH = 2

NO_BASE = "нет базового года, который не участвовал в отборе школ"
NO_FOLLOW_UP = "нет ни одного года после начала поддержки"


@dataclass(frozen=True)
class Windows:
    """Base and follow-up years (starts of academic years, ascending) of equal length."""

    base: tuple[int, ...]
    follow_up: tuple[int, ...]

    @property
    def is_short(self) -> bool:
        """One year against one: printed with the symbol ``u`` (low reliability)."""
        return len(self.base) < PREFERRED_LENGTH


class CannotEstimate(Exception):
    """There is no honest estimate; the message is the reason, in Russian, as the report prints it."""


def choose_windows(years: Collection[int], start: int, excluded: Collection[int]) -> Windows:
    """Return the windows of a cohort whose support began in the academic year ``start``.

    ``years`` have data; ``excluded`` were used to select or to fix eligibility, or broke the series. The base
    takes the latest clean years before ``start``, the follow-up the earliest clean ones from ``start`` on, so that
    both lie equally far from the selection: whatever of the bad years lingers, lingers in both. Raises
    ``CannotEstimate`` when either side is empty.
    """
    clean = sorted(set(years) - set(excluded))
    before = [year for year in clean if year < start]
    after = [year for year in clean if year >= start]
    if not before:
        raise CannotEstimate(NO_BASE)
    if not after:
        raise CannotEstimate(NO_FOLLOW_UP)
    length = min(len(before), len(after), PREFERRED_LENGTH)
    return Windows(tuple(before[-length:]), tuple(after[:length]))

"""Academic years: ``2024-2025`` runs from 1 September 2024 to 31 August 2025."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_PATTERN = re.compile(r"^(\d{4})-(\d{4})$")


@dataclass(frozen=True, order=True)
class AcademicYear:
    """An academic year by the calendar year it starts in."""

    start: int

    @classmethod
    def parse(cls, text: str) -> AcademicYear:
        """Read ``2024-2025`` (also with an en dash or a slash); raise ``ValueError`` otherwise."""
        match = _PATTERN.match(text.strip().replace("–", "-").replace("/", "-").replace(" ", ""))
        if not match or int(match[2]) != int(match[1]) + 1:
            raise ValueError(f"not an academic year: {text!r} (expected e.g. 2024-2025)")
        return cls(int(match[1]))

    @classmethod
    def of(cls, day: date) -> AcademicYear:
        """Return the academic year that holds ``day``."""
        return cls(day.year if day.month >= 9 else day.year - 1)

    @property
    def first_day(self) -> date:
        return date(self.start, 9, 1)

    @property
    def last_day(self) -> date:
        return date(self.start + 1, 8, 31)

    def __str__(self) -> str:
        return f"{self.start}-{self.start + 1}"

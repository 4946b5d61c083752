"""What a correction costs: one school's protocol of one year against the whole, and the whole built again unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.national.load import Load
from bench.national.rooms import Facts, forget, measure


@dataclass(frozen=True)
class Correction:
    """Builds of one lake: everything, nothing, and one school's results of a year; processor seconds.

    ``share`` is what the key's models took of the full build; ``built`` the parts built after the correction.
    """

    full: Facts
    unchanged: Facts
    corrected: Facts
    share: float
    built: int

    @property
    def ratio(self) -> float:
        """The correction against 1 × its key's share of a full run, plus the fixed cost."""
        return float(self.corrected["cpu"]) / (self.share + float(self.unchanged["cpu"]))


def correct(root: Path, load: Load) -> Correction:
    """Build, build again, send one school's protocol of the last year anew, build. ``load`` is changed by it."""
    forget(load)
    measure("plan", root)
    full = measure("build", root)
    measure("plan", root)
    unchanged = measure("build", root)
    load.correct()
    measure("plan", root)
    corrected = measure("build", root)
    models = full["models"]
    gia = sum(seconds for name, seconds in models.items() if name.startswith(("int_gia", "part_gia")))
    share = gia / sum(models.values()) * float(full["cpu"]) / 2  # two years, one of them corrected
    return Correction(full, unchanged, corrected, share, int(corrected["built"]))

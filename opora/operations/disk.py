"""Disk: what each part of a home takes, and how it grew since the run before."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from opora.home import Home

LEDGER = "disk.jsonl"
_PARTS = ("inbox", "returns", "lake", "cache", "candidates", "releases", "dagster", "vault")
LEFT_TO_PRUNE = ("cache", "candidates")
"""Parts that ``opora prune`` can make smaller."""


@dataclass(frozen=True)
class Use:
    """Bytes of one part of a home now, and its growth since the line before (None in the first)."""

    part: str
    size: int
    growth: int | None


@dataclass(frozen=True)
class Disk:
    """All parts of a home, and what is free on its disk."""

    parts: tuple[Use, ...]
    free: int

    @property
    def total(self) -> int:
        return sum(item.size for item in self.parts)


def measure(home: Home, run_id: str) -> Disk:
    """Measure the home, append one line to ``runs/disk.jsonl`` and return the comparison with the line before."""
    sizes = {part: _size(getattr(home, part)) for part in _PARTS}
    path = home.runs / LEDGER
    before = _last_line(path)
    free = shutil.disk_usage(home.root).free
    is_cut = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as stream:
        # A line that a crash cut harms no other.
        stream.write(
            ("\n" if is_cut else "") + json.dumps({"run": run_id, "bytes": sizes, "free": free}) + "\n"
        )
    path.chmod(0o600)
    return Disk(
        tuple(
            Use(part, size, size - before[part] if part in before else None) for part, size in sizes.items()
        ),
        free,
    )


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())


def _last_line(path: Path) -> dict[str, int]:
    """Return the sizes of the last whole line; a line that a crash cut says nothing."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for line in reversed(lines):
        try:
            return dict(json.loads(line)["bytes"])
        except (ValueError, KeyError, TypeError):
            continue
    return {}

"""Pruning: what nothing needs any more. Releases, the lake and the vault never go."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from opora.candidates import LATEST
from opora.home import PRIVATE, Home
from opora.journal import day_files, step
from opora.locks import writer_lock

KEPT_DAYS = 90
"""Days of the log that stay unless somebody says otherwise."""


@dataclass(frozen=True)
class Pruned:
    """What went: ids of candidates, keys of cached results, bytes that became free, days of the log."""

    candidates: list[str]
    cached: list[str]
    freed: int
    logs: list[str]


def prune(home: Home, keep: int = 2, is_rehearsal: bool = False, days: int = KEPT_DAYS) -> Pruned:
    """Remove all candidates but the ``keep`` newest (the latest stays always) and cache that no kept candidate names.

    Of the log the ``days`` newest days with lines stay. A rehearsal removes nothing and says what would go. Raises
    ``OporaError`` when a run holds the lock.
    """
    with writer_lock(home):
        old = _old_candidates(home, keep)
        kept = [path for path in _candidates(home) if path not in old]
        needed = {key for path in kept for key in _cache_keys(path)}
        cached = [path for path in sorted(home.cache.iterdir()) if path.is_dir() and path.name not in needed]
        written = day_files(home)
        logs = written[: max(len(written) - max(days, 1), 0)]
        freed = sum(_size(path) for path in (*old, *cached)) + sum(path.lstat().st_size for path in logs)
        gone = Pruned(
            [path.name for path in old], [path.name for path in cached], freed, [path.stem for path in logs]
        )
        if not is_rehearsal:
            with step(home, "prune") as log:
                for path in (*old, *cached):
                    _remove(path)
                for path in logs:
                    path.unlink()
                log.tell("home_pruned", candidates=len(old), cached=len(cached), logs=len(logs), bytes=freed)
    return gone


def _candidates(home: Home) -> list[Path]:
    """Return the candidates' folders, the newest last."""
    found = [path for path in home.candidates.iterdir() if path.is_dir()]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))


def _old_candidates(home: Home, keep: int) -> list[Path]:
    pointer = home.candidates / LATEST
    latest = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else ""
    others = [path for path in _candidates(home) if path.name != latest]
    spared = max(keep - 1, 0)
    return others[: len(others) - spared] if spared else others


def _cache_keys(candidate: Path) -> set[str]:
    """Return the keys of the cached results that a candidate consists of."""
    try:
        manifest = json.loads((candidate / "candidate.json").read_text(encoding="utf-8"))
        return {str(part[2]) for part in manifest["parts"]}
    except (OSError, ValueError, KeyError):
        return set()  # a candidate that was never planned to its end


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _remove(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(PRIVATE)
    shutil.rmtree(folder)

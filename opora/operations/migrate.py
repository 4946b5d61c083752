"""Migration: a home that an older program wrote is brought to the tree that this one writes, step by step.

A step changes a few files of the home and never a release, the lake, the inbox or the vault. What it changes is copied
into ``migrations/<from>-<to>/`` first; a step that fails is undone and the home keeps its version.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opora.config import CONFIG_NAME
from opora.home import PRIVATE, VERSION_FILE, Home
from opora.locks import writer_lock
from opora.operations.to_version_2 import to_version_2

KEPT = "migrations"
_OWN_FILES = (CONFIG_NAME, VERSION_FILE, "dagster/dagster.yaml", "last_run.json")
"""What a step may change, from the home's root."""


@dataclass(frozen=True)
class Step:
    """One migration: from the version before ``to``; ``apply`` returns in Russian what it changed."""

    to: int
    apply: Callable[[Home], list[str]]


STEPS = (Step(2, to_version_2),)


@dataclass(frozen=True)
class Migrated:
    """What a migration came to: versions before and after, and in Russian what was changed."""

    before: int
    after: int
    changes: list[str] = field(default_factory=list)


def migrate(home: Home, steps: Sequence[Step] = STEPS) -> Migrated:
    """Apply the steps that the home has not seen, in order; a home of the present version stays untouched.

    Raises ``OporaError`` when a run holds the lock, and whatever a step raises, after undoing that step.
    """
    with writer_lock(home):
        before, changes = home.version, []
        for step in sorted(steps, key=lambda item: item.to):
            if step.to <= home.version:
                continue
            aside = _copy_aside(home, home.root / KEPT / f"{home.version}-{step.to}")
            try:
                changes += step.apply(home)
                home.write_version(step.to)
            except BaseException:
                _put_back(home, aside)
                raise
        return Migrated(before, home.version, changes)


def _copy_aside(home: Home, folder: Path) -> Path:
    """Copy the files that a step may change; a copy that stands already is of an attempt that was undone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=PRIVATE)
    for name in _OWN_FILES:
        if (home.root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(home.root / name, folder / name)
    return folder


def _put_back(home: Home, aside: Path) -> None:
    for name in _OWN_FILES:
        if (aside / name).exists():
            shutil.copy2(aside / name, home.root / name)
        else:
            (home.root / name).unlink(missing_ok=True)

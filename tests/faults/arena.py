"""Where faults are tried: a warm home before its run, the undisturbed run that it is compared with, and the comparison.

A run depends on nothing but bytes: ``fingerprint`` tells whether a run was seen from the same ones before.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opora.home import Home
from tests.faults import victims, witness
from tests.faults.plain_job import STEPS, dagster_run, plain_run
from tests.faults.tiny import FINAL, copy_place, deliver, home_of, make_tiny_home

_RANDOM_PART = re.compile(r"((?:^|/)\.[^/]*?[-.])[0-9a-z_]{8}(?=\.part$|/|$)")
_NOT_READ = re.compile(
    r"(^|/)(warehouse\.duckdb|\.dbt-|inbox_hashes\.json|logs/|\.opora\.lock|runs\.jsonl|home-vault/acts/depers"
    r"|dagster/(?!dagster\.yaml)|candidates/[0-9a-f]{16}/(public|internal)/|releases/\.incoming-)"
)
"""What a run that is to build does not go by: logs, Dagster's history, what it replaces or sweeps away (the database,
the editions, drafts of releases), and the note of which bytes a file of the inbox had at its inode and time, where
every copy of a place differs."""


@dataclass
class Arena:
    """A warm place before the run, what an undisturbed run of it comes to, and what a run costs."""

    folder: Path
    before: Path
    after: Path
    wanted: dict[str, Any]
    run: victims.Measured
    job: victims.Job
    recovered: set[str] = field(default_factory=set)
    draw: random.Random = field(default_factory=lambda: random.Random(2))
    is_sample: bool = False
    """A sample is content with a next run that comes to bytes from which a run was seen to the end."""

    @property
    def cpu(self) -> float:
        """Processor seconds of an undisturbed run."""
        return self.run.cpu

    def border(self, step: str) -> victims.Border | None:
        """Return the border before a step, where a run can begin there: the plain job only."""
        borders = {border.step: border for border in self.run.borders}
        return borders.get(step) if self.job is plain_run and step != STEPS[0] else None

    def stop(self, place: Path) -> Callable[[], None] | None:
        """Return what stops a run at a state seen before, for a sample; None where runs are seen to the end."""
        return victims.stop_when_seen(place, fingerprint, self.recovered) if self.is_sample else None

    def recover(self, place: Path) -> list[str]:
        """Run a place again to the end; return what differs from the undisturbed run."""
        return compare(self, place, victims.run(place, self.job))

    def recover_or_stop(self, place: Path) -> list[str]:
        """Run a place again, to the end or (in a sample) to a state seen before; return what differs."""
        ended = victims.run(place, self.job, self.stop(place))
        return [] if ended.code == victims.SAME_STATE else compare(self, place, ended)

    def place_at(self, border: victims.Border | None, name: str) -> Path:
        """Return a new place with the bytes of a border, or of the home before the run."""
        return copy_place(self.before if border is None else border.place, self.folder / f"kill-{name}")


def make_arena(
    folder: Path,
    job: victims.Job = plain_run,
    make: Callable[[Path], Home] = make_tiny_home,
    later: Callable[[Home], object] = lambda home: deliver(home, FINAL),
    is_run: bool = False,
) -> Arena:
    """Build the warm home and run it undisturbed, counting its file operations.

    ``later`` delivers what the run under fault has to read; ``is_run``: the home that was made has a release.
    """
    before = folder / "before"
    before.mkdir(parents=True)
    home = make(before / "home")
    if not is_run:
        first = victims.run(before, job)
        assert first.code == 0, first.output.read_text()
    victims.warm_up(home)
    later(home)
    place = copy_place(before, folder / "undisturbed")
    measured = victims.measure(place, job, folder / "states")
    assert witness.whole(home_of(place)) == [] and witness.leftovers(place) == []
    wanted = witness.release_content((home_of(place).releases / "current").resolve())
    arena = Arena(folder, before, place, wanted, measured, job)
    if (folder / "states" / "build").exists():  # from there the undisturbed run came to what is wanted
        arena.recovered.add(fingerprint(folder / "states" / "build"))
    return arena


def demo_arena(folder: Path, ready: Path | None = None) -> Arena:
    """Return the demo municipality as an arena: the whole job with Dagster, an appeal comes later.

    ``ready``: a demo home that was run once; else one is written and run.
    """
    from demo.run import create_demo_home
    from tests.appeal import correct_one_pupil

    def make(root: Path) -> Home:
        if ready is None:
            return create_demo_home(root)
        copy_place(ready, root)
        copy_place(Home.open(ready).vault, root.with_name("home-vault"))
        return Home.open(root)

    return make_arena(folder, dagster_run, make, correct_one_pupil, is_run=ready is not None)


def compare(arena: Arena, place: Path, ended: victims.Ended) -> list[str]:
    """Return what differs between a place where a run has ended after a fault and the undisturbed run."""
    if ended.code != 0:
        return [f"the next run ended with {ended.code}: {ended.output.read_text()[-2000:]}"]
    home = home_of(place)
    problems = [f"after the next run: {item}" for item in witness.whole(home)]
    problems += [
        f"differs: {n}" for n in witness.same_release((home.releases / "current").resolve(), arena.wanted)
    ]
    problems += [f"left behind: {item}" for item in witness.leftovers(place)]
    if witness.sequences(home) != [1, 2]:
        problems.append(f"releases {witness.sequences(home)}")
    return problems


def fingerprint(place: Path) -> str:
    """Hash everything that a run can read from ``build`` on: see ``_NOT_READ``."""
    digest = hashlib.sha256()
    for folder, _, files in sorted(os.walk(place)):
        for name in sorted(files):
            path = Path(folder) / name
            relative = path.relative_to(place).as_posix()
            if _NOT_READ.search(relative):
                continue
            digest.update(_RANDOM_PART.sub(r"\1*", relative).encode())
            digest.update(str(path.readlink()).encode() if path.is_symlink() else path.read_bytes())
    return digest.hexdigest()


def remove(place: Path) -> None:
    """Remove a place; its releases are read-only."""
    from publication.releases import remove_tree

    with suppress(FileNotFoundError):
        remove_tree(place)

"""The campaign of faults: ``python -m tests.faults.campaign`` (``make test-faults``).

A tiny warm home (one release, a corrected protocol in the inbox) is run and killed with SIGKILL at random moments: half
of them drawn over the processor time of a run, half over its file operations, where harm can be done. After each kill
the last release must be whole, and the next run must come to the release that an undisturbed run came to. Two kills
that leave the same bytes for the next run are recovered once: a run depends on nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opora.home import Home
from tests.faults import victims, witness
from tests.faults.plain_job import STEPS, dagster_run, plain_run
from tests.faults.tiny import FINAL, copy_place, deliver, home_of, make_tiny_home

KILLS = 200
ALL_RECOVERED = 0.1
"""Share of kills that are recovered although the same bytes were recovered before: that proves the fingerprint."""
_RANDOM_PART = re.compile(r"((?:^|/)\.[^/]*?[-.])[0-9a-z_]{8}(?=\.part$|/|$)")
_NOT_READ = re.compile(
    r"(^|/)(warehouse\.duckdb|\.dbt-|logs/|\.opora\.lock|runs\.jsonl|home-vault/acts/depers)"
)


@dataclass
class Arena:
    """A warm place before the run, what an undisturbed run of it comes to, and what a run costs."""

    folder: Path
    before: Path
    after: Path
    wanted: dict[str, Any]
    cpu: float
    operations: int
    job: victims.Job
    recovered: set[str] = field(default_factory=set)


@dataclass
class Tally:
    """Figures of a campaign: kills by step, distinct states recovered, and every fault that was found."""

    kills: int = 0
    finished: int = 0
    recovered: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def make_arena(
    folder: Path,
    job: victims.Job = plain_run,
    make: Callable[[Path], Home] = make_tiny_home,
    later: Callable[[Home], None] = lambda home: deliver(home, FINAL),
) -> Arena:
    """Build the warm home and run it undisturbed, counting its file operations.

    ``later`` delivers what the run under fault has to read.
    """
    before = folder / "before"
    before.mkdir(parents=True)
    home = make(before / "home")
    first = victims.run(before, job)
    assert first.code == 0, first.output.read_text()
    victims.warm_up(home)
    later(home)
    place = copy_place(before, folder / "undisturbed")
    ended, operations = victims.count_operations(place, job)
    assert witness.whole(home_of(place)) == [] and witness.leftovers(place) == []
    wanted = witness.release_content((home_of(place).releases / "current").resolve())
    return Arena(folder, before, place, wanted, ended.cpu, operations, job)


def kill_once(arena: Arena, tally: Tally, name: str, kill: Callable[[Path], victims.Ended]) -> None:
    """Kill one run, look at what readers see, run again, compare; what is wrong joins ``tally.faults``."""
    place = copy_place(arena.before, arena.folder / f"kill-{name}")
    ended = kill(place)
    home = home_of(place)
    step = _step(place)
    tally.kills += ended.code is None
    tally.finished += ended.code is not None
    tally.steps[step] += 1
    problems = [f"after the kill: {item}" for item in witness.whole(home)]
    if ended.code is None:
        shown = home.releases / "current"
        if shown.readlink().name.startswith("0002"):
            problems += [
                f"early release: {item}" for item in witness.same_release(shown.resolve(), arena.wanted)
            ]
        print_now = fingerprint(place)
        if print_now not in arena.recovered or random.random() < ALL_RECOVERED:
            arena.recovered.add(print_now)
            tally.recovered += 1
            problems += recover(arena, place)
    tally.faults += [f"{name} ({step}): {problem}" for problem in problems]
    if problems:
        (place / "FAULT").write_text("\n".join(problems))
    else:
        remove(place)


def recover(arena: Arena, place: Path) -> list[str]:
    """Run a place again to the end; return what differs from the undisturbed run."""
    ended = victims.run(place, arena.job)
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
    """Hash everything that the next run can read; the throw-away database and logs are none of it."""
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


def moments(arena: Arena, number: int, seed: int) -> Iterator[tuple[str, Callable[[Path], victims.Ended]]]:
    """Yield names and kills: in turn a moment of the processor's time and a file operation, both uniform."""
    rng = random.Random(seed)
    for count in range(number):
        if count % 2:
            cpu = rng.uniform(0.0, arena.cpu)
            yield f"cpu-{cpu:.2f}", lambda place, at=cpu: victims.run_until(place, arena.job, at)
        else:
            at = rng.randint(1, arena.operations)
            yield f"file-{at}", lambda place, at=at: victims.run_until_operation(place, arena.job, at)


def borders(arena: Arena) -> Iterator[tuple[str, Callable[[Path], victims.Ended]]]:
    """Yield a kill just before each step of a run and just after it."""
    for step in STEPS:
        for after in (False, True):
            name = f"{'after' if after else 'before'}-{step}"
            yield name, lambda place, s=step, a=after: victims.run_until_border(place, arena.job, s, a)


def remove(place: Path) -> None:
    """Remove a place; its releases are read-only."""
    from publication.releases import remove_tree

    with suppress(FileNotFoundError):
        remove_tree(place)


def _step(place: Path) -> str:
    """Return the step that the last run of a place had begun and not ended, by its log."""
    import json

    lines = [
        line
        for path in sorted(place.glob("home/runs/logs/*.jsonl"))
        for line in path.read_text().splitlines()
    ]
    open_steps = ["-"]
    for line in lines:
        with suppress(ValueError):
            event = json.loads(line)
            if event["event"] == "run_started":
                open_steps = ["-"]
            elif event["event"] == "step_started":
                open_steps.append(event["step"])
            elif event["event"] == "step_ended":
                open_steps.pop()
    return open_steps[-1]


def demo_arena(folder: Path) -> Arena:
    """Return the demo municipality as an arena: the whole job with Dagster, a corrected protocol comes later."""
    from demo.run import create_demo_home

    late = Path("gia_protocol") / "2025-2026" / "ГИА-11" / "исправленный"
    kept = folder / "late"

    def make(root: Path) -> Home:
        home = create_demo_home(root)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(home.inbox / late, kept)
        return home

    return make_arena(
        folder, dagster_run, make, lambda home: shutil.copytree(kept, home.inbox / late) and None
    )


class Budget:
    """Minutes that a campaign keeps: what does not fit is said, never begun."""

    def __init__(self, minutes: float) -> None:
        self.minutes, self.end = minutes, time.monotonic() + 60 * minutes

    @property
    def is_spent(self) -> bool:
        """True when nothing more may begin."""
        return time.monotonic() > self.end


def kill_all(arena: Arena, tally: Tally, planned: list[Any], budget: Budget) -> None:
    """Make the planned kills while the budget lasts; say every tenth how it goes."""
    for number, (name, kill) in enumerate(planned, start=1):
        if budget.is_spent:
            say(f"budget of {budget.minutes:g} minutes reached after {number - 1} of {len(planned)} kills")
            return
        kill_once(arena, tally, name, kill)
        if number % 10 == 0:
            say(f"{number} of {len(planned)}: {tally.recovered} states recovered, {len(tally.faults)} faults")


def main() -> int:
    """Run the campaign within its budget and print its figures; 1 when a fault was found."""
    from tests.faults.other import OTHER, full_disk

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="kills at random moments of a tiny run")
    parser.add_argument("--borders", type=int, default=2 * len(STEPS), help="kills at borders of steps")
    parser.add_argument("--demo", type=int, default=0, help="kills of the demo's run; nothing else then")
    parser.add_argument("--sample", action="store_true", help="a few kills and each other fault once")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-others", action="store_true", help="kills only")
    asked = parser.parse_args()
    if asked.sample:
        asked.kills, asked.borders = 3, 2
    budget, began = Budget(asked.minutes), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="opora-faults-"))
    victims.OUTPUTS = folder
    victims.preload()
    arena = demo_arena(folder) if asked.demo else make_arena(folder)
    say(f"a run: {arena.cpu:.1f} s of processor, {arena.operations} file operations within home and vault")
    tally = Tally()
    if not asked.demo and not asked.no_others:
        for name, fault in OTHER.items():
            if budget.is_spent:
                say(f"budget reached: {name} left out")
                tally.left_out.append(name)
                continue
            problems = full_disk(arena, (0.6,)) if asked.sample and fault is full_disk else fault(arena)
            skipped = [item for item in problems if item.startswith("skipped: ")]
            tally.faults += [f"{name}: {problem}" for problem in problems if problem not in skipped]
            say(f"{name}: {'; '.join(skipped) or ('FAULT' if problems else 'converged')}")
    at_borders = list(borders(arena))
    random.Random(asked.seed).shuffle(at_borders)
    planned = (
        [*moments(arena, asked.demo, asked.seed)]
        if asked.demo
        else [*at_borders[: asked.borders], *moments(arena, asked.kills, asked.seed)]
    )
    kill_all(arena, tally, planned, budget)
    say(
        f"kills {tally.kills} of {len(planned)} planned ({tally.finished} runs ended before their moment); "
        f"distinct states recovered {tally.recovered}; faults {len(tally.faults)}; "
        f"{(time.monotonic() - began) / 60:.1f} of {budget.minutes:g} minutes"
    )
    say("by step: " + ", ".join(f"{step} {count}" for step, count in tally.steps.most_common()))
    for problem in tally.faults:
        say(problem)
    if tally.faults:
        say(f"kept for a look: {folder}")
    else:
        remove(folder)
    return 1 if tally.faults else 0


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())

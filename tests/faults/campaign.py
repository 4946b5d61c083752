"""The campaign of faults: ``python -m tests.faults.campaign`` (``make test-faults``).

A tiny warm home (one release, a corrected protocol in the inbox) is run and killed with SIGKILL at random moments: half
of them drawn over the processor time of a run, half over its file operations, where harm can be done. After each kill
the last release must be whole, and the next run must come to the release that an undisturbed run came to.

Two things make hundreds of kills affordable. A victim begins at the border of the step in which it dies, from the bytes
of an undisturbed run there. And a run depends on nothing but bytes: the next run is watched until it is to build, and
goes on unless a run from the same bytes has come to the right release before; one in twenty goes on in any case, which
proves that the bytes left out of the comparison are not read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
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
ALL_RECOVERED = 0.05
"""Share of kills that are recovered although the same bytes were recovered before: that proves the fingerprint."""
_RANDOM_PART = re.compile(r"((?:^|/)\.[^/]*?[-.])[0-9a-z_]{8}(?=\.part$|/|$)")
_NOT_READ = re.compile(
    r"(^|/)(warehouse\.duckdb|\.dbt-|logs/|\.opora\.lock|runs\.jsonl|home-vault/acts/depers"
    r"|dagster/(?!dagster\.yaml)|candidates/[0-9a-f]{16}/(public|internal)/|releases/\.incoming-)"
)
"""What a run that is to build never reads: logs, Dagster's history, and what it replaces or sweeps away: the database,
the editions, drafts of releases."""


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


@dataclass
class Tally:
    """Figures of a campaign: kills by step, distinct states recovered, and every fault that was found."""

    kills: int = 0
    finished: int = 0
    recovered: int = 0
    seen: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    recovered_by_step: Counter[str] = field(default_factory=Counter)
    others: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


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


@dataclass(frozen=True)
class Kill:
    """One planned kill: its name, the border from which the victim begins, and how it dies."""

    name: str
    border: victims.Border | None
    kill: Callable[[Path], victims.Ended]


def kill_once(arena: Arena, tally: Tally, planned: Kill) -> None:
    """Kill one run, look at what readers see, run again, compare; what is wrong joins ``tally.faults``."""
    place = arena.place_at(planned.border, planned.name)
    ended = planned.kill(place)
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
        is_forced = arena.draw.random() < ALL_RECOVERED
        again, state = victims.run_unless_seen(
            place, arena.job, fingerprint, set() if is_forced else arena.recovered
        )
        if again.code == victims.SAME_STATE:
            tally.seen += 1
        else:
            tally.recovered += 1
            tally.recovered_by_step[step] += 1
            found = compare(arena, place, again)
            if state and not found:
                arena.recovered.add(state)
            problems += found
    tally.faults += [f"{planned.name} ({step}): {problem}" for problem in problems]
    if problems:
        (place / "FAULT").write_text("\n".join(problems))
    else:
        remove(place)


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


def moments(arena: Arena, number: int, seed: int) -> Iterator[Kill]:
    """Yield kills: in turn a moment of the processor's time and a file operation, both uniform over a run."""
    rng = random.Random(seed)
    begun = arena.run.borders[0]
    """What the job does before its first step is done again by a victim that begins later."""
    for count in range(number):
        if count % 2:
            cpu = rng.uniform(0.0, arena.cpu)
            border = _border_before(arena, lambda item, cpu=cpu: item.cpu <= cpu)
            left = cpu if border is None else cpu - border.cpu + begun.cpu
            first = STEPS[0] if border is None else border.step
            yield Kill(
                f"cpu-{count}-{cpu:.2f}",
                border,
                lambda place, at=left, first=first: victims.run_until(place, arena.job, at, first),
            )
        else:
            number_of = rng.randint(1, arena.run.operations)
            border = _border_before(arena, lambda item, n=number_of: item.operations < n)
            at = number_of if border is None else number_of - border.operations + begun.operations
            first = STEPS[0] if border is None else border.step
            yield Kill(
                f"file-{count}-{number_of}",
                border,
                lambda place, at=at, first=first: victims.run_until_operation(place, arena.job, at, first),
            )


def _border_before(arena: Arena, is_past: Callable[[victims.Border], bool]) -> victims.Border | None:
    """Return the last border that a moment is past and from which a victim can begin."""
    found = None
    for border in arena.run.borders:
        if is_past(border):
            found = arena.border(border.step)
    return found


def borders(arena: Arena) -> Iterator[Kill]:
    """Yield a kill just before each step of a run and just after it."""
    for step in STEPS:
        border = arena.border(step)
        first = STEPS[0] if border is None else step
        for after in (False, True):
            yield Kill(
                f"{'after' if after else 'before'}-{step}",
                border,
                lambda place, s=step, a=after, f=first: victims.run_until_border(place, arena.job, s, a, f),
            )


def remove(place: Path) -> None:
    """Remove a place; its releases are read-only."""
    from publication.releases import remove_tree

    with suppress(FileNotFoundError):
        remove_tree(place)


def _step(place: Path) -> str:
    """Return the step that the last run of a place had begun and not ended, by its log."""
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


class Budget:
    """Minutes that a campaign keeps: what does not fit is said, never begun.

    Minutes of the clock, or (``is_of_processor``) of the processor: then a busy machine leaves nothing out.
    """

    def __init__(self, minutes: float, is_of_processor: bool = False) -> None:
        self.minutes = minutes
        self._now = _processor if is_of_processor else time.monotonic
        self._end = self._now() + 60 * minutes

    @property
    def is_spent(self) -> bool:
        """True when nothing more may begin."""
        return self._now() > self._end


def _processor() -> float:
    """Return the processor seconds of this process and of the victims that have ended."""
    return sum(os.times()[:4])


def kill_all(arena: Arena, tally: Tally, planned: list[Kill], budget: Budget) -> None:
    """Make the planned kills while the budget lasts; say every tenth how it goes."""
    for number, kill in enumerate(planned, start=1):
        if budget.is_spent:
            say(f"budget of {budget.minutes:g} minutes reached after {number - 1} of {len(planned)} kills")
            return
        kill_once(arena, tally, kill)
        if number % 10 == 0:
            say(
                f"{number} of {len(planned)}: {tally.recovered} recovered to the end, "
                f"{tally.seen} came to a state seen before, {len(tally.faults)} faults"
            )


def other_faults(arena: Arena, tally: Tally, budget: Budget, is_sample: bool) -> None:
    """Try every fault that is no kill once while the budget lasts; a sample fills the disk at one moment only."""
    from tests.faults.other import OTHER, full_disk

    for name, fault in OTHER.items():
        if budget.is_spent:
            say(f"budget reached: {name} left out")
            tally.left_out.append(name)
            continue
        problems = full_disk(arena, (0.6,)) if is_sample and fault is full_disk else fault(arena)
        skipped = [item for item in problems if item.startswith("skipped: ")]
        tally.faults += [f"{name}: {problem}" for problem in problems if problem not in skipped]
        tally.others[name] = "; ".join(skipped) or ("FAULT" if problems else "converged")
        say(f"{name}: {tally.others[name]}")


def sampled(folder: Path, minutes: float, seed: int = 1, kills: int = 4, at_borders: int = 1) -> Tally:
    """Try every kind of fault on a tiny home in ``folder`` at least once, and return what was found."""
    budget = Budget(minutes, is_of_processor=True)
    victims.OUTPUTS = folder
    victims.preload()
    arena, tally = make_arena(folder), Tally()
    arena.is_sample = True
    at = [kill for kill in borders(arena) if kill.name == "before-build"]  # its next run costs the least
    # A kill of each kind comes before anything that the budget may leave out.
    planned = [*at[:at_borders], *moments(arena, kills, seed)]
    kill_all(arena, tally, planned[:3], budget)
    other_faults(arena, tally, budget, is_sample=True)
    kill_all(arena, tally, planned[3:], budget)
    return tally


def main() -> int:
    """Run the campaign within its budget and print its figures; 1 when a fault was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="kills at random moments of a tiny run")
    parser.add_argument("--borders", type=int, default=2 * len(STEPS), help="kills at borders of steps")
    parser.add_argument("--demo", type=int, default=0, help="kills of the demo's run; nothing else then")
    parser.add_argument("--demo-home", type=Path, help="a demo home with one release, to be copied")
    parser.add_argument("--sample", action="store_true", help="a few kills and each other fault once")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, help="write the figures as JSON")
    parser.add_argument("--no-others", action="store_true", help="kills only")
    asked = parser.parse_args()
    budget, began = Budget(asked.minutes), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="opora-faults-"))
    tally = (
        sampled(folder, asked.minutes, asked.seed) if asked.sample else _whole_campaign(folder, asked, budget)
    )
    if asked.report is not None:
        asked.report.write_text(json.dumps(vars(tally), ensure_ascii=False, indent=1), encoding="utf-8")
    say(
        f"kills {tally.kills} ({tally.finished} runs ended before their moment); next runs seen to the end "
        f"{tally.recovered}, come to a state seen before {tally.seen}; faults {len(tally.faults)}; "
        f"{(time.monotonic() - began) / 60:.1f} of {budget.minutes:g} minutes"
    )
    for step, count in tally.steps.most_common():
        say(f"{step}: {count} kills, {tally.recovered_by_step[step]} next runs seen to the end")
    for problem in tally.faults:
        say(problem)
    if tally.faults:
        say(f"kept for a look: {folder}")
    else:
        remove(folder)
    return 1 if tally.faults else 0


def _whole_campaign(folder: Path, asked: argparse.Namespace, budget: Budget) -> Tally:
    victims.OUTPUTS = folder
    victims.preload()
    arena = demo_arena(folder, asked.demo_home) if asked.demo else make_arena(folder)
    say(f"a run: {arena.cpu:.1f} s of processor, {arena.run.operations} file operations in home and vault")
    tally = Tally()
    planned: list[Kill] = []
    if not asked.demo:
        if not asked.no_others:
            other_faults(arena, tally, budget, is_sample=False)
        planned += borders(arena)
        random.Random(asked.seed).shuffle(planned)
        planned = planned[: asked.borders]
    kill_all(arena, tally, [*planned, *moments(arena, asked.demo or asked.kills, asked.seed)], budget)
    return tally


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())

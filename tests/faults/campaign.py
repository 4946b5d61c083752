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
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import victims, witness
from tests.faults.arena import Arena, compare, demo_arena, fingerprint, make_arena, remove
from tests.faults.plain_job import STEPS
from tests.faults.tiny import home_of

KILLS = 200
ALL_RECOVERED = 0.05
"""Share of kills that are recovered although the same bytes were recovered before: that proves the fingerprint."""


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

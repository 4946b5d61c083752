"""Faults that are no kill: a reader that never lets go, two runs at once, a read-only home, a full disk, a clock.

Each takes an arena and returns what is wrong (or ``skipped: why``); after each one the next run must converge.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from tests.faults import victims, witness
from tests.faults.tiny import copy_place, home_of

if TYPE_CHECKING:
    from tests.faults.arena import Arena

FAKETIME = ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")
FULL_AT = (0.02, 0.3, 0.6, 0.95)
"""Shares of what a run adds to the disk, at which there is no more room."""
_CLOCKS = ("@2031-05-01 10:00:00", "@2019-01-01 00:00:00", "@2040-12-31 23:59:58")


def reader(arena: Arena) -> list[str]:
    """A reader holds the current release open while a run is killed and another one publishes the next release."""
    place = arena.place_at(arena.border("audit"), "reader")
    child = _start_reader(place)
    problems = []
    killed = victims.run_until_border(place, arena.job, "publish", after=False, first="audit")
    if killed.code is not None:
        problems.append("the run ended before it was killed")
    problems += arena.recover(place)  # to the end: the next release has to come under the reader
    os.kill(child, signal.SIGTERM)
    if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        problems.append(f"the reader broke ({code})")
    return problems


def _start_reader(place: Path) -> int:
    child = os.fork()
    if child:
        return child
    code = 9
    try:
        code = _read_on(home_of(place).releases)
    finally:
        os._exit(code)


def _read_on(releases: Path) -> int:
    """Read the release that was current at the start, and whatever is current now, until told to stop."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    held = (releases / "current").resolve()
    wanted = {
        path: hashlib.sha256(path.read_bytes()).hexdigest() for path in held.rglob("*") if path.is_file()
    }
    streams = {path: path.open("rb") for path in wanted}
    con = duckdb.connect(str(held / witness.DATABASE), read_only=True)
    count = con.execute("SELECT count(*) FROM indicator_values").fetchone()
    while not stopped.is_set():
        for path, stream in streams.items():
            stream.seek(0)
            if hashlib.sha256(stream.read()).hexdigest() != wanted[path] or not path.exists():
                return 2
        if con.execute("SELECT count(*) FROM indicator_values").fetchone() != count:
            return 3
        now = (releases / "current").resolve()
        if not (now / "public" / "report.html").read_bytes() or witness.release_problems(now):
            return 4
        time.sleep(1)
    return 0


def two_runs(arena: Arena) -> list[str]:
    """Two runs start together: one works, the other says so and ends; the release is the undisturbed one."""
    place = copy_place(arena.before, arena.folder / "two")
    both = [victims.start(place, arena.job, arena.stop(place)) for _ in range(2)]
    ended = [victims.finish(*item) for item in both]
    problems = []
    if sorted(str(item.code) for item in ended) not in (["0", "1"], ["1", str(victims.SAME_STATE)]):
        problems.append(f"exit codes {[item.code for item in ended]}")
    if not any("другой запуск" in item.output.read_text() for item in ended):
        problems.append("nobody was told of the other run")
    return problems + arena.recover_or_stop(place)


def read_only(arena: Arena) -> list[str]:
    """The home and its vault cannot be written: the run fails with a reason, nothing changes."""
    place = copy_place(arena.before, arena.folder / "read-only")
    before = _bytes_of(place)
    if not _mounted("--bind", str(place), str(place)):
        return ["skipped: mounting needs root"]
    try:
        _mounted("-o", "remount,bind,ro", str(place))
        ended = victims.run(place, arena.job)
    finally:
        _unmount(place)
    problems = [] if ended.code in (1, 2) else [f"exit code {ended.code}"]
    if "только для чтения" not in ended.output.read_text():
        problems.append(f"no reason told: {ended.output.read_text()[-400:]}")
    if _bytes_of(place) != before:
        problems.append("something was changed")
    return problems + arena.recover_or_stop(place)


def full_disk(arena: Arena, shares: tuple[float, ...] = FULL_AT) -> list[str]:
    """No room is left after a share of what a run writes: the run fails with a reason, the release stands."""
    need = _size(arena.after) - _size(arena.before)
    problems = []
    for share in shares:
        disk = arena.folder / f"disk-{share}"
        disk.mkdir()
        if not _mounted("-t", "tmpfs", "-o", "size=2g", "tmpfs", str(disk)):
            return ["skipped: mounting needs root"]
        try:
            place = copy_place(arena.before, disk / "place")
            room = _used(disk) + int(need * share)
            _mounted("-o", f"remount,size={room // 1024}k", str(disk))
            ended = victims.run(place, arena.job)
            told = ended.output.read_text()
            if ended.code != 1:
                problems.append(f"{share}: exit code {ended.code}: {told[-800:]}")
            elif "нет места" not in told:
                problems.append(f"{share}: no reason told: {told[-800:]}")
            problems += [f"{share}: {item}" for item in witness.whole(home_of(place))]
            _mounted("-o", "remount,size=2g", str(disk))
            problems += [f"{share}: {item}" for item in arena.recover_or_stop(place)]
        finally:
            _unmount(disk)
    return problems


def jumping_clock(arena: Arena) -> list[str]:
    """The clock stands in 2031, 2019 and 2040 by turns during the run: the release is the same, byte for byte."""
    library = next((name for name in FAKETIME if Path(name).exists()), None)
    if library is None:
        return ["skipped: no libfaketime (apt-get install faketime)"]
    place = copy_place(arena.before, arena.folder / "clock")
    clock = arena.folder / "clock.txt"
    clock.write_text(_CLOCKS[0])
    environment = {
        **os.environ,
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    command = [sys.executable, "-m", "tests.faults.other", str(place)]
    run = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    turn = 0
    while run.poll() is None:
        turn += 1
        clock.write_text(_CLOCKS[turn % len(_CLOCKS)])
        time.sleep(0.3)
    told = run.stdout.read() if run.stdout else ""
    if run.returncode:
        return [f"exit code {run.returncode}: {told[-1500:]}"]
    years = {line.split("year ")[1][:4] for line in told.splitlines() if line.startswith("year ")}
    problems = [] if years & {"2031", "2019", "2040"} else [f"the clock did not jump: {years}"]
    home = home_of(place)
    problems += witness.whole(home)
    found = witness.same_release((home.releases / "current").resolve(), arena.wanted)
    return problems + [f"differs: {name}" for name in found]


def _bytes_of(place: Path) -> dict[str, str]:
    return {
        path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def _size(place: Path) -> int:
    return sum(path.lstat().st_blocks * 512 for path in place.rglob("*"))


def _used(disk: Path) -> int:
    state = os.statvfs(disk)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def _mounted(*arguments: str) -> bool:
    if os.geteuid() != 0:
        return False
    return not subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=True)


@contextmanager
def _told_year() -> Iterator[None]:
    from datetime import datetime

    print(f"year {datetime.now().year}", flush=True)
    yield
    print(f"year {datetime.now().year}", flush=True)


def _run_here(place: Path) -> int:
    from tests.faults.plain_job import plain_run

    with _told_year():
        return int(plain_run(home_of(place)))


OTHER: dict[str, Callable[[Arena], list[str]]] = {
    "a reader holds the release": reader,
    "two runs at once": two_runs,
    "a read-only home": read_only,
    "a full disk": full_disk,
    "a jumping clock": jumping_clock,
}

if __name__ == "__main__":
    sys.exit(_run_here(Path(sys.argv[1])))

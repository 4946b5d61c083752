"""A fork server: this process has everything imported; a victim is a fork of it that is killed with SIGKILL.

Imports cost ten seconds and a tiny run twenty, so hundreds of kills are affordable only this way. A moment is a time of
the victim's processor (a busy machine shifts nothing) or the number of a file operation. A victim begins at the border
of the step in which it is to die, from the bytes that stood there in an undisturbed run.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opora.home import Home
from tests.faults import plain_job
from tests.faults.plain_job import STEPS
from tests.faults.tiny import copy_place, home_of

Job = Callable[[Home], Any]
OUTPUTS = Path(tempfile.gettempdir())
"""Where the output of victims goes: never into their place, whose disk may be full."""
TICKS = os.sysconf("SC_CLK_TCK")
_TIMEOUT = 900.0
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
SAME_STATE = 60
"""Exit code of a run that stopped before ``build`` because a run from those bytes has been seen to the end."""
_OPERATIONS = frozenset(
    {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.chmod", "os.truncate"}
)


@dataclass(frozen=True)
class Ended:
    """How a forked run ended: its exit code, or None when it was killed; processor seconds; its output."""

    code: int | None
    cpu: float
    wall: float
    output: Path


def preload() -> None:
    """Import what a run needs, once; no thread may start before the forks, so nothing is opened."""
    import dbt.cli.main
    import great_expectations

    import analysis.run
    import dbt_project.build.run
    import disclosure.run
    import orchestration.build
    import orchestration.summary.page
    import publication.publish
    import quality.run
    import reporting.run

    for module in (dbt.cli.main, great_expectations, analysis.run, dbt_project.build.run, disclosure.run,
                   orchestration.build, orchestration.summary.page, publication.publish, quality.run,
                   reporting.run):  # fmt: skip
        assert module.__name__


def warm_up(home: Home) -> None:
    """Fill the caches of this process that a run of any home fills anew: parsed contracts, models, words.

    ``home`` has been run once, so the models' manifest is kept and only read here.
    """
    from dbt_project.build.engine import engine_of
    from dbt_project.build.invocation import dbt_arguments
    from dbt_project.build.lake_schema import entities
    from dbt_project.build.manifest import manifest_to_run
    from ingestion.contract import load_all
    from opora.code import code_hash
    from quality.expectations.suites import mart_suites
    from quality.registry import all_checks
    from reporting.dictionary import page, titles

    # Read back, never parsed: the folder of dbt's own files is not touched.
    manifest_to_run(home, dbt_arguments(OUTPUTS, engine_of(home).target))
    for fill in (entities, load_all, code_hash, mart_suites, all_checks, titles.titles):
        fill()
    known = titles.fields()
    page.fields = lambda: known  # type: ignore[attr-defined]
    gc.freeze()


def start(place: Path, job: Job, prepare: Callable[[], None] | None = None) -> tuple[int, Path]:
    """Fork a run of a place's home; return its process and where its output goes."""
    output = OUTPUTS / f"opora-fault-{os.getpid()}-{time.monotonic_ns()}.out"
    child = os.fork()
    if child:
        return child, output
    code = 70
    try:
        os.setsid()
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        if prepare is not None:
            prepare()
        code = int(job(home_of(place)))
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 71
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def finish(child: int, output: Path, kill_at_cpu: float | None = None) -> Ended:
    """Wait for a run; kill it when its processor time reaches ``kill_at_cpu`` seconds."""
    began, cpu = time.monotonic(), 0.0
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            assert code in (-signal.SIGKILL, SAME_STATE, *range(5)), output.read_text()[-3000:]
            return Ended(None if code == -signal.SIGKILL else code, cpu, time.monotonic() - began, output)
        cpu = _cpu_of(child)
        late = time.monotonic() - began > _TIMEOUT
        if late or (kill_at_cpu is not None and cpu >= kill_at_cpu):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            assert not late, f"a run hung: {output}"
            return Ended(None, cpu, time.monotonic() - began, output)
        time.sleep(0.004)


def run(place: Path, job: Job, prepare: Callable[[], None] | None = None) -> Ended:
    """Run a place's home in a fork to its end."""
    return finish(*start(place, job, prepare))


def run_until(place: Path, job: Job, cpu: float, first: str = STEPS[0]) -> Ended:
    """Run a place's home from step ``first`` and kill it after ``cpu`` seconds of its processor time."""
    return finish(*start(place, job, lambda: _begin(first)), kill_at_cpu=cpu)


@dataclass(frozen=True)
class Border:
    """Where a step of an undisturbed run begins: processor seconds, file operations, and a copy of all bytes."""

    step: str
    cpu: float
    operations: int
    place: Path


@dataclass(frozen=True)
class Measured:
    """An undisturbed run: how it ended, its processor seconds and file operations, its borders where it has any."""

    ended: Ended
    cpu: float
    operations: int
    borders: tuple[Border, ...]


def measure(place: Path, job: Job, states: Path) -> Measured:
    """Run to the end, counting processor time and file operations within the place; keep a copy of every border."""
    noted = OUTPUTS / f"opora-fault-{os.getpid()}-operations"
    ended = run(place, lambda home: _counted(home, job, noted), lambda: _watch_borders(place, states, noted))
    assert ended.code == 0, ended.output.read_text()
    lines = [line.split() for line in noted.read_text().splitlines()]
    *at, (_, cpu, operations) = lines
    borders = tuple(
        Border(step, float(cpu_at), int(operations_at), states / step) for step, cpu_at, operations_at in at
    )
    return Measured(ended, float(cpu), int(operations), borders)


def run_until_operation(place: Path, job: Job, number: int, first: str = STEPS[0]) -> Ended:
    """Run from step ``first`` and kill just before file operation ``number`` within the place (home and vault)."""

    def prepare() -> None:
        _begin(first)
        _watch(place, number)

    return run(place, job, prepare)


def run_until_border(place: Path, job: Job, step: str, after: bool, first: str = STEPS[0]) -> Ended:
    """Run from step ``first`` and kill at a border: just before ``step`` begins, or just after it has returned."""

    def prepare() -> None:
        _begin(first)
        _mine(step, after)

    return run(place, job, prepare)


def stop_when_seen(
    place: Path, fingerprint: Callable[[Path], str], seen: set[str], noted: Path | None = None
) -> Callable[[], None]:
    """Return what a run prepares so that it stops with ``SAME_STATE`` before ``build`` at bytes seen before."""

    def look() -> None:
        found = fingerprint(place)
        if noted is not None:
            noted.write_text(found)
        if found in seen:
            os._exit(SAME_STATE)

    return lambda: _before("build", look)


def run_unless_seen(
    place: Path, job: Job, fingerprint: Callable[[Path], str], seen: set[str]
) -> tuple[Ended, str | None]:
    """Run a place again; stop with ``SAME_STATE`` before ``build`` when the fingerprint there has been seen.

    Returns the fingerprint too: ``None`` when the run had nothing to build.
    """
    noted = OUTPUTS / f"opora-fault-{os.getpid()}-print"
    noted.unlink(missing_ok=True)
    ended = run(place, job, stop_when_seen(place, fingerprint, seen, noted))
    return ended, noted.read_text() if noted.exists() else None


_seen: list[int] = [0]


def _watch(place: Path, last: int | None) -> None:
    """Count the operations that change files of a place, by the interpreter's audit events; die before the last."""
    root = str(place)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & _WRITING:
                return
        elif event in _OPERATIONS:
            path = arguments[0]
        else:
            return
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if not isinstance(path, (str, Path)) or not str(path).startswith(root):
            return
        _seen[0] += 1
        if last is not None and _seen[0] >= last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _counted(home: Home, job: Job, noted: Path) -> Any:
    code = job(home)
    _note(noted, "end")
    return code


_copying = [0.0]
"""Processor seconds that this process spent on copies of borders: no part of the run."""


def _note(noted: Path, step: str) -> None:
    spent = os.times()
    with noted.open("a") as stream:
        stream.write(f"{step} {spent.user + spent.system - _copying[0]:.3f} {_seen[0]}\n")


def _watch_borders(place: Path, states: Path, noted: Path) -> None:
    noted.unlink(missing_ok=True)
    _watch(place, None)
    for step in STEPS:

        def look(step: str = step) -> None:
            _note(noted, step)
            began, count = os.times(), _seen[0]
            copy_place(place, states / step)
            ended = os.times()
            _copying[0] += ended.user + ended.system - began.user - began.system
            _seen[0] = count

        _before(step, look)


def _begin(first: str) -> None:
    plain_job.first_step = first


def _before(step: str, look: Callable[[], None]) -> None:
    """Have ``look`` called each time just before the step begins."""
    from orchestration import steps

    assert step in STEPS
    real = getattr(steps, step)

    def looked(*given: Any, **named: Any) -> Any:
        look()
        return real(*given, **named)

    setattr(steps, step, looked)


def _mine(step: str, after: bool) -> None:
    from orchestration import steps

    if not after:
        _before(step, lambda: os.kill(os.getpid(), signal.SIGKILL))
        return
    real = getattr(steps, step)

    def mined(*given: Any, **named: Any) -> None:
        real(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(steps, step, mined)


def _cpu_of(process: int) -> float:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    fields = stat.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS

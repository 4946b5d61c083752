"""One measurement, one fresh process: ``python -m bench.national.rooms NAME HOME`` prints seconds and memory as JSON.

``work`` is the room's own time, ``process`` (added by whoever starts it) that of the whole process with its imports;
``cpu`` are processor seconds, those of processes that the room began too, which a busy machine changes little; ``peak``
is the largest resident memory, in GB: the process's own, or that of it and its helpers together, looked at ten times a
second.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.national.load import Load, opened

Facts = dict[str, Any]
_LOOKS = 0.1
"""Seconds between two looks at the memory of a room and its helpers."""


def generate(load: Load) -> Facts:
    """Write the load."""
    return {"rows": load.write()}


def floor_duckdb(load: Load) -> Facts:
    """All figures by hand, DuckDB."""
    from bench.national.floor import duckdb_floor

    return {"steps": duckdb_floor(load)}


def floor_polars(load: Load) -> Facts:
    """The official figures by hand, Polars in streaming mode."""
    from bench.national.usual import write_polars

    return {"figures": write_polars(load)}


def usual_pandas(load: Load) -> Facts:
    """The official figures as a user would write them in pandas."""
    from bench.national.usual import write_pandas

    return {"figures": write_pandas(load)}


def plan(load: Load) -> Facts:
    """Name the candidate."""
    from dbt_project.build.plan import plan as plan_candidate

    candidate = plan_candidate(load.home, load.write_inputs)
    candidate.mark_latest()
    return {"candidate": candidate.id}


def figures(load: Load) -> Facts:
    """Only what ``indicator_values`` is made of: the figures that the floor computes, with their intervals."""
    from bench.national.figures import build_figures

    return {"models": build_figures(load)}


def profile(load: Load) -> Facts:
    """The costliest models of the figures again, operator by operator."""
    from bench.national.profile import profiles

    told = json.loads((load.home.root / "findings.json").read_text(encoding="utf-8"))
    return {"operators": profiles(load, told["figures"]["models"])}


def build(load: Load) -> Facts:
    """Build everything that is missing, export the tables."""
    from dbt_project.build.run import build as run_dbt
    from opora.candidates import Candidate

    report = run_dbt(load.home, Candidate.latest(load.home))
    return {"steps": report.seconds, "models": report.model_seconds, "built": len(report.built)}


def checks(load: Load) -> Facts:
    """Every check on lake and marts."""
    from opora.candidates import Candidate
    from quality.data import check_data

    found = check_data(load.home, Candidate.latest(load.home))
    blockers = sorted({finding.rule for finding in found if finding.severity == "blocker"})
    return {"findings": len(found), "blockers": blockers}


def analysis(load: Load) -> Facts:
    """Signals and the effect of support."""
    from analysis.run import analyse
    from disclosure.withdraw import withdraw
    from opora.candidates import Candidate

    candidate = Candidate.latest(load.home)
    withdraw(load.home, candidate)
    analyse(load.home, candidate)
    return {}


def disclosure(load: Load) -> Facts:
    """Public tables."""
    from disclosure.run import suppress
    from opora.candidates import Candidate

    suppress(load.home, Candidate.latest(load.home))
    return {}


def render(load: Load) -> Facts:
    """Both editions."""
    from opora.candidates import Candidate
    from reporting.run import render as write_editions

    write_editions(load.home, Candidate.latest(load.home))
    return {}


def audit(load: Load) -> Facts:
    """Checks of the finished files, names, attempt of disclosure."""
    from opora.candidates import Candidate
    from quality.run import audit as run_audit

    evidence = run_audit(load.home, Candidate.latest(load.home))
    return {"passed": evidence.passed}


def publish(load: Load) -> Facts:
    """Verify and promote."""
    from opora.locks import writer_lock
    from publication.publish import publish as promote

    with writer_lock(load.home):
        return {"release": promote(load.home, None, None).id}


ROOMS: dict[str, Callable[[Load], Facts]] = {
    call.__name__: call
    for call in (
        generate, floor_duckdb, floor_polars, usual_pandas, plan, figures, profile, build, checks, analysis, disclosure,
        render, audit, publish,
    )
}  # fmt: skip
RELEASE = ("plan", "build", "checks", "analysis", "disclosure", "render", "audit", "publish")


def measure(name: str, home: Path) -> Facts:
    """Run a room in a process of its own and return what it told, with the time of the whole process.

    Raises ``RuntimeError`` with the end of what it wrote when it fails.
    """
    start = time.perf_counter()
    command = [sys.executable, "-m", "bench.national.rooms", name, str(home)]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        is_over = threading.Event()
        with ThreadPoolExecutor(1) as beside:
            watch = beside.submit(_watch, running.pid, is_over)
            try:
                written, complaints = running.communicate()
            finally:
                is_over.set()
    process = time.perf_counter() - start
    if running.returncode:
        raise RuntimeError(f"{name}: {complaints[-1500:]}")
    told: Facts = json.loads(written.splitlines()[-1])
    return told | {"process": process, "peak": max(told["peak"], watch.result() / 1e6)}


def _watch(room: int, is_over: threading.Event) -> int:
    """Return the largest memory, in kB, that a process and those it began had together.

    The system's own record of a helper's largest memory is that of whoever began it, until its program is loaded.
    """
    largest = 0
    while not is_over.wait(_LOOKS):
        largest = max(largest, sum(map(_resident, _family(room))))
    return largest


def _family(process: int) -> list[int]:
    try:
        lists = [
            path.read_text(encoding="ascii") for path in Path(f"/proc/{process}/task").glob("*/children")
        ]
    except OSError:  # it ended meanwhile
        return []
    return [process, *(each for began in lists for child in began.split() for each in _family(int(child)))]


def _resident(process: int) -> int:
    """Return the resident memory of a process in kB, 0 of one that has ended."""
    try:
        fields = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") // 1000


def forget(load: Load) -> None:
    """Remove what was built, so that the next build starts with nothing."""
    for folder in (load.home.candidates, load.home.cache):
        shutil.rmtree(folder, ignore_errors=True)


def unpublish(load: Load) -> None:
    """Remove the releases: disclosure of the next one, then, follows none before."""
    from publication.releases import remove_tree

    for each in load.home.releases.iterdir():
        if each.is_dir() and not each.is_symlink():
            remove_tree(each)
        else:
            each.unlink()


def _tell(name: str, home: Path) -> None:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    load = opened(home)
    start, worked = time.perf_counter(), time.process_time()
    facts = ROOMS[name](load)
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
    helped = helpers.ru_utime + helpers.ru_stime
    facts |= {"work": time.perf_counter() - start, "cpu": time.process_time() - worked + helped}
    facts["peak"] = _own_peak() / 1e6
    print(json.dumps(facts))


def _own_peak() -> int:
    """Return the largest resident memory of this program in kB; ``getrusage`` counts that of whoever began it too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (line,) = (text for text in status.read_text(encoding="ascii").splitlines() if text.startswith("VmHWM"))
    return int(line.split()[1])


if __name__ == "__main__":
    _tell(sys.argv[1], Path(sys.argv[2]))

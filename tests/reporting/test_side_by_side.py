"""Documents of many municipalities are written by more than one process: the same files, and none outlives the run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import opora.crew
import reporting.run
from opora.candidates import Candidate
from opora.errors import OporaError
from opora.files import sha256_file
from reporting.edition import EditionWriter

RENDER = """
import sys
from pathlib import Path
import reporting.run
from opora.candidates import Candidate
from opora.home import Home

if __name__ == "__main__":
    reporting.run.MANY = 1
    reporting.run.render(home := Home.open(Path(sys.argv[1])), Candidate(home, sys.argv[2]))
"""


def documents(candidate: Candidate) -> dict[str, str]:
    """Return the hash of every file of both editions; DuckDB does not write a file twice alike."""
    return {
        str(path.relative_to(candidate.root)): sha256_file(path)
        for folder in (candidate.public, candidate.internal)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".duckdb"
    }


@pytest.fixture
def copy(region: Candidate, tmp_path: Path) -> Candidate:
    """Return a copy of the rendered region that a test may render again."""
    shutil.copytree(region.home.root, tmp_path / "home")
    return Candidate(type(region.home).open(tmp_path / "home"), region.id)


def test_processes_write_what_one_writes(
    region: Candidate, copy: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(copy.public)
    monkeypatch.setattr(reporting.run, "MANY", 1)
    monkeypatch.setattr(opora.crew.os, "cpu_count", lambda: 2)
    reporting.run.render(copy.home, copy)
    assert documents(copy) == documents(region)


def stopped(writers: list[EditionWriter], code: str) -> None:
    """End as a process does that the system stops."""
    os._exit(len(writers) + len(code))


def test_a_worker_that_is_stopped_is_told_in_words(copy: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting.run, "MANY", 1)
    monkeypatch.setattr(opora.crew.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(reporting.run, "_write", stopped)
    with pytest.raises(OporaError, match="не хватило памяти"):
        reporting.run.render(copy.home, copy)


def members(session: int) -> list[int]:
    """Return the living processes of a session."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, of = (entry / "stat").read_text(encoding="utf-8").rpartition(") ")[2].split()[:4]
        except OSError:
            continue
        if int(of) == session and state != "Z":
            found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed by Linux's /proc")
def test_no_process_outlives_a_run_that_is_killed(copy: Candidate, tmp_path: Path) -> None:
    script = tmp_path / "write.py"
    script.write_text(RENDER, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, str(script), str(copy.home.root), copy.id], start_new_session=True
    )
    try:
        until = time.monotonic() + 60
        while len(members(run.pid)) < 3 and run.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert len(members(run.pid)) >= 3, "the run began no process of its own"
        run.kill()
        run.wait()
        until = time.monotonic() + 20
        while members(run.pid) and time.monotonic() < until:
            time.sleep(0.1)
        assert members(run.pid) == []
    finally:
        for left in members(run.pid):
            os.kill(left, signal.SIGKILL)

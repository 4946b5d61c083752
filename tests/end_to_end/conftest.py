"""One demo home, run once by this code, for all tests of the way from the inbox to a release."""

from __future__ import annotations

import fcntl
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from opora.code import ROOMS, room_hash
from opora.errors import ExitCode
from opora.files import sha256_file, sha256_text
from opora.home import Home
from publication.releases import remove_tree

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DemoRun:
    """A home after the first run of the main job."""

    home: Home
    code: ExitCode
    release: Path


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> DemoRun:
    """Return a copy of the demo municipality after one run of the main job.

    The run is made once for all workers, for `make test` and `make test-slow`, by whoever asks first, and kept in
    pytest's cache under the hash of all that it follows from. A run that did not end well is not kept.
    """
    kept = Path(request.config.cache.mkdir("demo"))  # type: ignore[union-attr]
    ready = kept / _version()
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            for older in kept.iterdir():
                if older.is_dir():
                    remove_tree(older)
            run = _first_run(tmp_path_factory.mktemp("first") / "home")
            if run.code is not ExitCode.DONE:
                return run
            shutil.copytree(run.home.root.parent, kept / "part", symlinks=True)
            (kept / "part").rename(ready)
        place = tmp_path_factory.mktemp("demo") / "place"
        shutil.copytree(ready, place, symlinks=True)
    home = Home.open(place / "home")
    return DemoRun(home, ExitCode.DONE, (home.releases / "current").resolve())


def _first_run(root: Path) -> DemoRun:
    from demo.run import create_demo_home
    from opora.cli.job import main_job

    home = create_demo_home(root)
    code = main_job(home, None)
    return DemoRun(home, code, (home.releases / "current").resolve())


def _version() -> str:
    """Return the hash of what the first run follows from: product, demo, the libraries' lock, Python, this file."""
    return sha256_text(
        "|".join(
            [
                room_hash(*ROOMS, "demo"),
                sha256_file(ROOT / "requirements-dev.lock"),
                sha256_file(Path(__file__)),
                sys.version,
            ]
        )
    )[:16]

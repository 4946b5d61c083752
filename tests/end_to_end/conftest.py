"""One demo home, run once in this process, for all tests of the way from the inbox to a release."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from opora.errors import ExitCode
from opora.home import Home


@dataclass(frozen=True)
class DemoRun:
    """A home after the first run of the main job."""

    home: Home
    code: ExitCode
    release: Path


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoRun]:
    """Write the demo municipality and run the main job on it once.

    ``OPORA_READY_DEMO`` names a demo home that was run by this code: it is copied, which spares whoever works on one
    test the minutes of the run. CI never sets it.
    """
    from demo.run import create_demo_home
    from opora.cli.job import main_job

    root = tmp_path_factory.mktemp("demo") / "home"
    if ready := os.environ.get("OPORA_READY_DEMO"):
        shutil.copytree(ready, root, symlinks=True)
        shutil.copytree(Home.open(Path(ready)).vault, root.with_name("home-vault"), symlinks=True)
        home = Home.open(root)
        yield DemoRun(home, ExitCode.DONE, (home.releases / "current").resolve())
        return
    home = create_demo_home(root)
    code = main_job(home, None)
    yield DemoRun(home, code, (home.releases / "current").resolve())

"""One demo home, run once in this process, for all tests of the way from the inbox to a release."""

from __future__ import annotations

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
    """Write the demo municipality and run the main job on it once."""
    from demo.run import create_demo_home
    from opora.cli.job import main_job

    root = tmp_path_factory.mktemp("demo") / "home"
    home = create_demo_home(root)
    code = main_job(home, None)
    yield DemoRun(home, code, (home.releases / "current").resolve())

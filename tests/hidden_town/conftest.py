"""The hidden town written into a home and run once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from opora.errors import ExitCode
from opora.home import Home
from tests.hidden_town.life import Life


@dataclass(frozen=True)
class TownRun:
    """A home after the main job, and the life that its files tell."""

    home: Home
    life: Life
    code: ExitCode

    @property
    def tables(self) -> Path:
        return (self.home.releases / "current").resolve() / "internal" / "tables"


@pytest.fixture(scope="session")
def town_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownRun]:
    from opora.cli.job import main_job
    from tests.hidden_town.life import live
    from tests.hidden_town.write_home import write_home

    life = live()
    home = write_home(tmp_path_factory.mktemp("hidden") / "home", life)
    yield TownRun(home, life, main_job(home, None))

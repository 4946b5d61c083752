"""A sound candidate that was audited, ready to be published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from opora.candidates import Candidate
from opora.home import Home
from quality.data import check_data
from quality.run import audit
from tests.quality.conftest import harmless_attacker, judged_suites
from tests.quality.world import TODAY, World, new_home, sound_world

__all__ = ["harmless_attacker", "judged_suites"]

Prepare = Callable[..., World]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, object], Path]:
    """Homes of candidates that were audited once; tests work on copies."""
    return {}


@pytest.fixture
def prepare(
    tmp_path: Path,
    templates: dict[tuple[str, object], Path],
    tmp_path_factory: pytest.TempPathFactory,
    harmless_attacker: None,
    judged_suites: None,
) -> Prepare:
    """Return a maker of audited candidates in one home: ``prepare(id, change)``.

    The suites of Great Expectations are judged in tests of quality; here they would only cost seconds.
    """
    home = new_home(tmp_path)

    def make(candidate_id: str = "aaaaaaaaaaaaaaaa", change: Callable[[World], None] | None = None) -> World:
        if getattr(change, "changes_acts", False):
            return _audited(home, tmp_path / candidate_id, candidate_id, change)
        key = (candidate_id, change)
        if key not in templates:
            folder = tmp_path_factory.mktemp("template")
            templates[key] = _audited(new_home(folder), folder / "rows", candidate_id, change).home.root
        for name in ("lake", f"candidates/{candidate_id}"):
            shutil.copytree(templates[key] / name, home.root / name, dirs_exist_ok=True)
        world = World(home, Candidate(home, candidate_id))
        world.candidate.mark_latest()
        return world

    return make


def _audited(home: Home, rows: Path, candidate_id: str, change: Callable[[World], None] | None) -> World:
    fresh = sound_world(rows)
    world = World(home, Candidate(home, candidate_id))
    world.lake, world.inputs, world.cells = fresh.lake, fresh.inputs, fresh.cells
    world.analysis, world.dbt_results, world.files = fresh.analysis, fresh.dbt_results, fresh.files
    if change is not None:
        change(world)
    world.write()
    check_data(world.home, world.candidate, TODAY)
    world.write_editions()
    audit(world.home, world.candidate, TODAY)
    world.candidate.mark_latest()
    return world

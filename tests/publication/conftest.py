"""A sound candidate that was audited, ready to be published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opora.candidates import Candidate
from opora.home import Home
from quality.data import check_data
from quality.run import audit
from tests.quality.conftest import harmless_attacker
from tests.quality.world import TODAY, World, sound_world

__all__ = ["harmless_attacker"]

Prepare = Callable[..., World]


@pytest.fixture
def prepare(tmp_path: Path, harmless_attacker: None, monkeypatch: pytest.MonkeyPatch) -> Prepare:
    """Return a maker of audited candidates in one home: ``prepare(id, change)``.

    The suites of Great Expectations are judged in tests of quality; here they would only cost seconds.
    """
    monkeypatch.setattr("quality.checks.door.contract_suite.judge_table", _judged)
    monkeypatch.setattr("quality.checks.marts.mart_suite.judge_table", _judged)
    first = sound_world(tmp_path)

    def make(candidate_id: str = "aaaaaaaaaaaaaaaa", change: Callable[[World], None] | None = None) -> World:
        fresh = sound_world(tmp_path / candidate_id)
        world = World(first.home, Candidate(first.home, candidate_id))
        world.lake, world.inputs, world.cells = fresh.lake, fresh.inputs, fresh.cells
        world.dbt_results, world.files = fresh.dbt_results, fresh.files
        if change is not None:
            change(world)
        world.write()
        check_data(world.home, world.candidate, TODAY)
        world.write_editions()
        audit(world.home, world.candidate, TODAY)
        world.candidate.mark_latest()
        return world

    return make


def _judged(home: Home, context: Any, relation: str, suite: Any, identity: str) -> Any:
    from quality.expectations.spec import SuiteResult, Verdict

    return SuiteResult(1, tuple(Verdict(item, "pass") for item in suite))

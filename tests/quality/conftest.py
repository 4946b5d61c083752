"""The sound world, and an attacker that finds nothing: the real one has tests of its own and takes longer."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from quality.expectations.spec import Expectation, SuiteResult, Verdict
from tests.quality.world import World, sound_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A sound world that is not written yet."""
    return sound_world(tmp_path)


@pytest.fixture
def harmless_attacker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an attacker in place that finds nothing."""
    module = ModuleType("quality.attacker.run")
    module.attack = lambda home, candidate: []  # type: ignore[attr-defined]
    package = importlib.import_module("quality.attacker")
    monkeypatch.setattr(package, "run", module, raising=False)
    monkeypatch.setitem(sys.modules, "quality.attacker.run", module)


@pytest.fixture
def judged_suites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every suite pass unjudged: Great Expectations costs a second a candidate and has tests of its own."""

    def passed(
        home: object, context: object, relation: str, suite: Iterable[Expectation], identity: str
    ) -> SuiteResult:
        return SuiteResult(1, tuple(Verdict(item, "pass") for item in suite))

    monkeypatch.setattr("quality.expectations.judge.judge_table", passed)
    monkeypatch.setattr("quality.checks.marts.mart_suite.judge_table", passed)

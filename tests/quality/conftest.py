"""The sound world, and an attacker that finds nothing: the real one has tests of its own and takes longer."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

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
    package = sys.modules.get("quality.attacker") or ModuleType("quality.attacker")
    monkeypatch.setitem(sys.modules, "quality.attacker", package)
    monkeypatch.setattr(package, "run", module, raising=False)
    monkeypatch.setitem(sys.modules, "quality.attacker.run", module)

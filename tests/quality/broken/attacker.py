"""The attacker proves a hidden count."""

import sys

import pytest

from quality.finding import Finding
from tests.quality.world import World


def break_world(world: World) -> None:
    """The attacker is another module's work: here it is told what to find."""


def replace_attacker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the attack succeed."""
    found = Finding(rule="attacker", stage="files", severity="blocker", message="скрытое число вычислено")
    monkeypatch.setattr(sys.modules["quality.attacker.run"], "attack", lambda home, candidate: [found])


EXPECTED = [{"severity": "blocker", "words": "вычислено"}]

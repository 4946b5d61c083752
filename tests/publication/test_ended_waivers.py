"""A waiver ends with a day: evidence of yesterday does not publish what nobody has signed for today."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from opora.home import Home
from publication.verify import ended_waivers
from quality.finding import Finding
from tests.quality.world import new_home

UNTIL = date(2025, 9, 16)
SCOPE = {"academic_year": "2023-2024", "subject_code": "22"}
FOUND = Finding(
    "return_participants_exceed_graduates", "door", "blocker", "больше, чем выпускников", scope=SCOPE
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one waiver that is valid through ``UNTIL``."""
    made = new_home(tmp_path)
    act = {
        "rule": FOUND.rule,
        "scope": SCOPE,
        "reason": "Школа уточняет",
        "signer": "Методист",
        "until": UNTIL,
    }
    (made.acts / "waivers").mkdir(parents=True, exist_ok=True)
    (made.acts / "waivers" / "a.yaml").write_text(yaml.safe_dump(act, allow_unicode=True), encoding="utf-8")
    return made


@pytest.mark.parametrize(("today", "ended"), [(UNTIL, []), (date(2025, 9, 17), ["waivers/a.yaml"])])
def test_a_waiver_holds_through_its_last_day_only(home: Home, today: date, ended: list[str]) -> None:
    findings = [FOUND.covered("waivers/a.yaml"), Finding("other", "door", "warning", "не блокирует")]
    assert ended_waivers(home, findings, today) == ended


def test_a_waiver_that_is_gone_covers_nothing(home: Home) -> None:
    (home.acts / "waivers" / "a.yaml").unlink()
    assert ended_waivers(home, [FOUND.covered("waivers/a.yaml")], UNTIL) == ["waivers/a.yaml"]

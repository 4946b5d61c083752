"""Waivers: what they cover, when they block, and that privacy has none."""

from __future__ import annotations

import json
from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from quality.data import check_data
from quality.finding import Finding
from tests.quality.broken import return_participants_exceed_graduates as broken
from tests.quality.world import TODAY, World
from tests.quality.world_rows import BEFORE

SCOPE = {"academic_year": BEFORE, "subject_code": 22}
ACT = {
    "rule": "return_participants_exceed_graduates",
    "scope": SCOPE,
    "reason": "Школа уточняет",
    "signer": "Методист",
}


pytestmark = pytest.mark.usefixtures("judged_suites")


def found(world: World) -> list[Finding]:
    """Findings of the broken world that is written."""
    return check_data(world.home, world.candidate, TODAY)


@pytest.fixture
def broken_world(world: World) -> World:
    """One school has more participants than graduates."""
    broken.break_world(world)
    return world.write()


def waive(world: World, **changes: object) -> None:
    """Write one waiver, valid to tomorrow unless told otherwise."""
    world.act("waivers/a.yaml", {**ACT, "until": TODAY + timedelta(days=1), **changes})


def test_without_a_waiver_it_blocks(broken_world: World) -> None:
    assert [item.blocks for item in found(broken_world)] == [True]


def test_a_waiver_covers_and_is_told_with_its_reason(broken_world: World) -> None:
    waive(broken_world)
    findings = found(broken_world)
    assert [(item.covered_by, item.blocks) for item in findings] == [("waivers/a.yaml", False)]
    listed = json.loads(broken_world.candidate.findings.read_text())
    assert listed[0]["waiver"] == {"reason": "Школа уточняет", "signer": "Методист", "until": "2025-09-16"}
    rows = pq.read_table(broken_world.candidate.cells / "quality_results.parquet").to_pylist()
    own = [row for row in rows if row["check_id"] == ACT["rule"]]
    assert [(row["status"], row["n_failed"], row["academic_year"], row["source"]) for row in own] == [
        ("waived", 1, BEFORE, "gia_school_return")
    ]
    assert all(row["status"] == "pass" for row in rows if row["check_id"] != ACT["rule"])


def test_it_holds_on_its_last_day_and_not_after(broken_world: World) -> None:
    waive(broken_world, until=TODAY)
    assert not any(item.blocks for item in found(broken_world))
    waive(broken_world, until=TODAY - timedelta(days=1))
    findings = found(broken_world)
    assert sorted(item.rule for item in findings if item.blocks) == [ACT["rule"], "waivers"]
    assert "истёк 14.09.2025" in next(item.message for item in findings if item.rule == "waivers")


@pytest.mark.parametrize(
    "scope", [{"academic_year": "2019-2020"}, {**SCOPE, "school_code": "000000"}, {"other": "1"}]
)
def test_another_scope_covers_nothing_and_is_reported_unused(
    broken_world: World, scope: dict[str, object]
) -> None:
    waive(broken_world, scope=scope)
    findings = found(broken_world)
    assert [(item.rule, item.severity, item.blocks) for item in findings] == [
        (ACT["rule"], "blocker", True),
        ("waivers", "warning", False),
    ]


@pytest.mark.parametrize(
    "rule", ["name_scan", "attacker", "dbt_tests_passed", "expected_files", "no_such_rule"]
)
def test_privacy_and_the_pipeline_cannot_be_waived(broken_world: World, rule: str) -> None:
    waive(broken_world, rule=rule)
    assert any(item.rule == "waivers" and item.blocks for item in found(broken_world))


@pytest.mark.parametrize("text", ["rule: [", "rule: a\nscope: {}\n", "- 5\n", "reason: x\n"])
def test_an_unreadable_waiver_blocks(broken_world: World, text: str) -> None:
    broken_world.act("waivers/b.yaml", text)
    assert any(
        item.rule == "waivers" and item.blocks and item.file == "acts/waivers/b.yaml"
        for item in found(broken_world)
    )


def test_a_file_may_hold_several(broken_world: World) -> None:
    until = TODAY + timedelta(days=1)
    unused = {**ACT, "rule": "as_of_ties", "until": until}
    broken_world.act("waivers/a.yaml", [unused, {**ACT, "until": until}])
    findings = found(broken_world)
    assert [item.covered_by for item in findings if item.rule == ACT["rule"]] == ["waivers/a.yaml#2"]
    assert [item.severity for item in findings if item.rule == "waivers"] == ["warning"]

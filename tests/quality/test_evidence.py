"""The audit: what its evidence says, and that nothing empty, missing or altered gives a pass."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from quality import registry
from quality.data import check_data
from quality.evidence import CheckRecord, Evidence, read_evidence, verdict_reasons
from quality.finding import Finding
from quality.run import audit
from tests.quality.world import TODAY, World

pytestmark = pytest.mark.usefixtures("harmless_attacker", "judged_suites")


def audited(world: World) -> Evidence:
    """Write the world, check its data, make its editions, audit."""
    world.write()
    check_data(world.home, world.candidate, TODAY)
    world.write_editions()
    return audit(world.home, world.candidate, TODAY)


def test_a_sound_candidate_passes_with_counts(world: World) -> None:
    evidence = audited(world)
    assert evidence.reasons == ()
    assert evidence.verdict == "pass"
    assert {record.rule for record in evidence.checks} >= set(registry.registered_rules())
    # by hand: register 2, protocol 8, returns 48, municipal stage 4, school stage 8, network 1 + 1 + 1 + 2 + 2
    assert evidence.rows_seen == 77
    assert read_evidence(world.candidate.evidence) == evidence
    assert evidence.files.keys() >= {
        "public/report.html",
        "internal/opora.duckdb",
        "marts/indicator_values.parquet",
    }


def test_a_blocker_refuses(world: World) -> None:
    world.find(indicator_code="I4", area_code="720001")["figure_id"] = "0" * 16
    evidence = audited(world)
    assert evidence.verdict == "refused"
    assert "figure_identity" in evidence.reasons[0]


def test_a_missing_attacker_refuses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "quality.attacker.run", None)
    evidence = audited(world)
    assert evidence.verdict == "refused"
    assert next(record.status for record in evidence.checks if record.rule == "attacker") == "error"


def test_a_killed_check_refuses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    alive = registry.all_checks()
    monkeypatch.setattr(
        "quality.run.checks_of", lambda *stages: tuple(c for c in alive if c.stage in stages)[1:]
    )
    evidence = audited(world)
    assert evidence.verdict == "refused"
    assert any("не выполнены проверки" in reason for reason in evidence.reasons)


def test_a_verdict_left_by_a_killed_run_is_no_table_of_the_calculation(world: World) -> None:
    world.write()
    results = world.candidate.cells / "quality_results.parquet"
    check_data(world.home, world.candidate, TODAY)
    first = results.read_bytes()
    check_data(world.home, world.candidate, TODAY)
    assert results.read_bytes() == first
    results.unlink()  # killed before its seal was dropped
    check_data(world.home, world.candidate, TODAY)
    assert results.read_bytes() == first


def test_edited_findings_refuse(world: World) -> None:
    world.find(indicator_code="I4", area_code="720001")["figure_id"] = "0" * 16
    world.write()
    check_data(world.home, world.candidate, TODAY)
    world.write_editions()
    world.candidate.findings.write_text("[]")
    evidence = audit(world.home, world.candidate, TODAY)
    assert any(record.rule == "findings_agree" and record.status == "fail" for record in evidence.checks)


def test_an_empty_candidate_refuses_and_leaves_no_old_evidence(world: World) -> None:
    audited(world)
    for path in sorted(world.candidate.inputs.glob("*.parquet")):
        path.unlink()
    evidence = audit(world.home, world.candidate, TODAY)
    assert evidence.verdict == "refused"
    assert "проверки не увидели ни одной строки данных" in evidence.reasons


def test_an_audit_that_dies_leaves_no_evidence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    audited(world)
    monkeypatch.setattr("quality.run.judge_data", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        audit(world.home, world.candidate, TODAY)
    assert not world.candidate.evidence.exists()


@pytest.mark.parametrize(
    "alter",
    [
        lambda value: value["checks"].pop(),
        lambda value: value.update(verdict="pass", reasons=[]),
        lambda value: value["files"].popitem(),
        lambda value: value.pop("binding"),
    ],
)
def test_altered_evidence_is_not_read(world: World, alter: Callable[[dict[str, object]], object]) -> None:
    world.find(indicator_code="I4", area_code="720001")["figure_id"] = "0" * 16
    audited(world)
    value = json.loads(world.candidate.evidence.read_text())
    alter(value)
    world.candidate.evidence.write_text(json.dumps(value))
    with pytest.raises(ValueError, match="доказательства"):
        read_evidence(world.candidate.evidence)


def test_verdict_needs_checks_rows_and_no_blocker() -> None:
    good = CheckRecord("a", "door", "pass", 5, 0)
    blocker = Finding("a", "door", "blocker", "m")
    assert verdict_reasons([good], 5, [], ["a"]) == ()
    assert verdict_reasons([good], 5, [blocker.covered("w")], ["a"]) == ()
    assert verdict_reasons([good], 5, [blocker], ["a"])
    assert verdict_reasons([good], 0, [], ["a"])
    assert verdict_reasons([good], 5, [], ["a", "b"])
    assert verdict_reasons([], 5, [], [])
    assert verdict_reasons([CheckRecord("a", "door", "pass", 0, 0)], 5, [], ["a"])
    assert verdict_reasons([good, CheckRecord("b", "door", "error", 0, 0)], 5, [], ["a"])

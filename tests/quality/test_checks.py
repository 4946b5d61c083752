"""Every check passes the sound world, tells its broken one exactly, and never throws. The guard: none without both."""

from __future__ import annotations

import errno
import importlib
import json
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

import quality.checks
import tests.quality.broken
from opora.errors import OporaError
from quality.check import Check, CheckResult, Outcome, run_check
from quality.context import Context
from quality.registry import all_checks
from tests.quality.world import TODAY, World, sound_world

CHECKS = {check.rule: check for check in all_checks()}
_NOT_AT_FIRST_RELEASE = {"restated_without_reason"}


def broken_fixture(rule: str) -> ModuleType:
    """Return the broken fixture of a rule."""
    return importlib.import_module(f"tests.quality.broken.{rule}")


def judged(check: Check, world: World) -> CheckResult:
    """Run one check over a world that is written."""
    context = Context(world.home, world.candidate, TODAY)
    try:
        return run_check(check, context)
    finally:
        context.close()


def test_every_module_is_a_check_with_a_broken_fixture() -> None:
    files = {path.stem for path in Path(quality.checks.__path__[0]).glob("*/*.py")} - {"__init__"}
    fixtures = {item.name for item in pkgutil.iter_modules(tests.quality.broken.__path__)}
    assert files == set(CHECKS) == fixtures
    for rule in fixtures:
        assert broken_fixture(rule).EXPECTED, rule


def test_every_check_says_what_it_is() -> None:
    for check in CHECKS.values():
        assert check.title and check.guidance and check.owner
        assert check.severity in ("blocker", "warning")
        assert not (check.stage == "files" and check.is_waivable), f"{check.rule}: files cannot be withdrawn"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One sound world, written once: checks only read."""
    world = sound_world(tmp_path_factory.mktemp("sound")).write().write_editions()
    world.candidate.findings.write_text("[]")
    return world


@pytest.mark.parametrize("rule", sorted(CHECKS))
@pytest.mark.usefixtures("harmless_attacker")
def test_sound_world_passes(rule: str, sound: World) -> None:
    result = judged(CHECKS[rule], sound)
    assert result.could_run
    assert [item.told() for item in result.findings] == []
    assert result.n_evaluated > 0 or rule in _NOT_AT_FIRST_RELEASE


@pytest.mark.parametrize("rule", sorted(CHECKS))
@pytest.mark.usefixtures("harmless_attacker")
def test_broken_world_is_told(rule: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fixture = broken_fixture(rule)
    fixture.break_world(world)
    world.write().write_editions()
    world.candidate.findings.write_text("[]")
    if hasattr(fixture, "after_write"):
        fixture.after_write(world)
    if hasattr(fixture, "replace_attacker"):
        fixture.replace_attacker(monkeypatch)
    result = judged(CHECKS[rule], world)
    assert result.could_run, [item.message for item in result.findings]
    found = sorted(result.findings, key=lambda item: (item.file or "", item.rows, item.message))
    wanted = fixture.EXPECTED
    assert len(found) == len(wanted), [item.told() for item in found]
    for expectation in wanted:
        assert any(_matches(item, expectation) for item in found), (
            expectation,
            [item.as_json() for item in found],
        )
    assert all(item.rule == rule and item.guidance for item in found if rule not in ("attacker",))


def _matches(item: object, expectation: dict[str, object]) -> bool:
    rest = {key: value for key, value in expectation.items() if key != "words"}
    words = str(expectation.get("words", ""))
    return words in item.message and all(getattr(item, key) == value for key, value in rest.items())  # type: ignore[attr-defined]


@pytest.mark.parametrize("rule", sorted(CHECKS))
@pytest.mark.usefixtures("harmless_attacker")
def test_no_check_throws_without_a_candidate(rule: str, world: World) -> None:
    result = judged(CHECKS[rule], world)  # nothing was written: no inputs, no lake, no tables
    if rule not in _NOT_AT_FIRST_RELEASE:
        assert not result.n_evaluated
        if result.could_run:
            assert rule in ("expected_files", "dbt_tests_passed", "mart_suite", "external_url", "formula_injection",
                            "attacker", "name_scan", "tables_present")  # fmt: skip


def test_an_exception_is_a_blocker_without_its_text(world: World) -> None:
    def run(context: Context) -> Outcome:
        raise ValueError("Кудеяров Пахом")

    check = Check("odd", "door", "warning", "правило", "делать", "owner", (), run)
    result = judged(check, world.write())
    assert not result.could_run
    assert [item.severity for item in result.findings] == ["blocker"]
    assert "проверка не смогла выполниться" in result.findings[0].message
    assert "Кудеяров" not in json.dumps(result.findings[0].as_json(), ensure_ascii=False)


def test_a_full_disk_is_no_finding(world: World) -> None:
    def run(context: Context) -> Outcome:
        raise OSError(errno.ENOSPC, "No space left on device")

    check = Check("odd", "door", "warning", "правило", "делать", "owner", (), run)
    with pytest.raises(OporaError, match="нет места"):
        judged(check, world.write())


def test_a_check_that_sees_no_row_of_a_delivered_source_is_a_blocker(world: World) -> None:
    check = Check(
        "blind",
        "door",
        "warning",
        "правило",
        "делать",
        "owner",
        ("gia_protocol.results",),
        lambda _: Outcome(0),
    )
    result = judged(check, world.write())
    assert not result.could_run
    assert result.findings[0].severity == "blocker"

"""Every named blocker is a check that is wired, blocks and has a broken world; every check that blocks is named."""

from __future__ import annotations

import importlib
import re

import pytest

from quality.evidence import CheckRecord, verdict_reasons
from quality.registry import all_checks, registered_rules
from quality.run import FINDINGS_AGREE
from quality.waivers import RULE as WAIVERS
from tests.documents.sentences import METHODOLOGY, ROOT

TABLE = ROOT / "docs" / "blockers.md"
NAMED = (
    "Заголовок не подтверждён", "Код школы", "вне своей шкалы", "больше максимума", "вместе больше участников",
    "больше, чем обучавшихся", "не сходятся", "Неразличимых людей", "нет участников", "«≥ 160»", "С сентябрём",
    "I2 больше, чем I4", "I3 больше участников", "99,8 %", "Похожее на имя", "Злоумышленник",
    "без причины", "просрочено",
)  # fmt: skip
"""A word of every blocker that the methodology names."""
CHECKS = {check.rule: check for check in all_checks()}
OF_THE_AUDIT = {WAIVERS, FINDINGS_AGREE}
"""Rules of the audit itself: tests/quality/test_waivers.py and test_evidence.py break them."""
_ROW = re.compile(r"^\| (?P<ban>[^|]+) \| (?P<rules>(?:`[a-z_:]+`(?:, )?)+) \|$", re.M)
BANS = {
    row["ban"]: re.findall(r"`([^`]+)`", row["rules"])
    for row in _ROW.finditer(TABLE.read_text(encoding="utf-8"))
}
RULES = sorted({rule for rules in BANS.values() for rule in rules})


def test_every_blocker_of_the_methodology_is_named_once() -> None:
    for word in NAMED:
        assert len([ban for ban in BANS if word in ban]) == 1, word
    assert all(BANS.values())


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule in CHECKS])
def test_a_named_check_blocks_and_has_a_broken_world_that_blocks(rule: str) -> None:
    check = CHECKS[rule]
    assert check.severity == "blocker" and rule in registered_rules()
    expected = importlib.import_module(f"tests.quality.broken.{rule}").EXPECTED
    assert any(item.get("severity", check.severity) == "blocker" for item in expected)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.startswith("dbt:")])
def test_a_named_test_of_the_calculation_is_an_error_and_has_a_broken_world(rule: str) -> None:
    from tests.dbt_project.test_invariants import CASES

    name = rule.removeprefix("dbt:")
    text = (ROOT / "dbt_project" / "tests" / f"{name}.sql").read_text(encoding="utf-8")
    assert "severity" not in text.split("select")[0] and CASES[name].broken


def test_nothing_is_named_that_does_not_exist_and_nothing_that_blocks_is_left_out() -> None:
    blocking = {rule for rule, check in CHECKS.items() if check.severity == "blocker"}
    named = {rule for rule in RULES if not rule.startswith("dbt:")}
    assert named == blocking | OF_THE_AUDIT
    section = METHODOLOGY.read_text(encoding="utf-8").split("\n## 6. ")[1].split("\n## ")[0]
    assert not {rule for rule in CHECKS if f"`{rule}`" not in section}


def test_evidence_without_one_of_the_rules_refuses() -> None:
    required = (*registered_rules(), *sorted(OF_THE_AUDIT))
    records = tuple(CheckRecord(rule, "door", "pass", 1, 0) for rule in required)
    assert not verdict_reasons(records, 1, (), required)
    for left_out in required:
        rest = tuple(record for record in records if record.rule != left_out)
        assert verdict_reasons(rest, 1, (), required), left_out

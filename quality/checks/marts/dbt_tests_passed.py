"""The build tested its models, and every test passed."""

from __future__ import annotations

import json

from quality.check import Check, Outcome
from quality.context import Context

RESULTS = "dbt_results.json"
_GOOD = frozenset({"pass", "success", "warn"})


def run(context: Context) -> Outcome:
    """Read the list of ``{unique_id, status, failures}`` that the build left; no test at all is a failure too."""
    path = context.candidate.root / RESULTS
    if not path.exists():
        return Outcome(0, (CHECK.finding("нет результатов проверок dbt"),))
    results = json.loads(path.read_text(encoding="utf-8"))
    tests = [item for item in results if str(item["unique_id"]).startswith("test.")]
    findings = [
        CHECK.finding(
            f"проверка dbt {item['unique_id']}: {item['status']}, строк {item.get('failures') or 0}",
            severity="warning" if item["status"] == "warn" else None,
            count=int(item.get("failures") or 1),
        )
        for item in results
        if item["status"] not in _GOOD or item["status"] == "warn"
    ]
    if not tests:
        findings.append(CHECK.finding("ни одна проверка dbt не выполнена"))
    return Outcome(len(tests), tuple(findings))


CHECK = Check(
    rule="dbt_tests_passed",
    stage="marts",
    severity="blocker",
    title="проверки моделей dbt пройдены",
    guidance="Сообщите инженеру номер кандидата и название проверки.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

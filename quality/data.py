"""Checks on data: the lake at the door and the marts as built. Writes findings and ``quality_results``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from opora.candidates import Candidate
from opora.files import atomic_path, write_json
from opora.home import Home
from opora.seals import seal
from quality.check import CheckResult, run_check
from quality.context import Context
from quality.data_docs.judged import JudgedSuite, write_judged
from quality.finding import Finding
from quality.registry import all_checks, checks_of
from quality.waivers import RULE as WAIVERS
from quality.waivers import Waived, apply_waivers

_SCHEMA = pa.schema(
    [
        ("check_id", pa.string()),
        ("stage", pa.string()),
        ("severity", pa.string()),
        ("status", pa.string()),
        ("n_evaluated", pa.int64()),
        ("n_failed", pa.int64()),
        ("message", pa.string()),
        ("academic_year", pa.string()),
        ("source", pa.string()),
    ]
)


@dataclass(frozen=True)
class DataJudgement:
    """Results of all checks on data, and their findings with waivers applied."""

    results: tuple[CheckResult, ...]
    waived: Waived
    suites: tuple[JudgedSuite, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.waived.findings + self.waived.problems


def check_data(home: Home, candidate: Candidate, today: date | None = None) -> list[Finding]:
    """Run every check of the stages ``door`` and ``marts``; write findings, suites, ``quality_results``.

    Returns the findings, blockers first; ``covered_by`` names the waiver's file. ``today`` decides which
    waivers have expired. What an interrupted run left of its own verdict is no table of the calculation: it goes first.
    """
    (candidate.cells / "quality_results.parquet").unlink(missing_ok=True)
    seal(candidate, [])
    judgement = judge_data(home, candidate, today)
    write_json(candidate.findings, [_with_waiver(item, judgement.waived) for item in judgement.findings])
    write_judged(candidate, judgement.suites)
    table = pa.Table.from_pylist(quality_results(judgement), schema=_SCHEMA)
    with atomic_path(candidate.cells / "quality_results.parquet") as part:
        pq.write_table(table, part)
    seal(candidate, [candidate.cells / "quality_results.parquet"])
    return list(judgement.findings)


def judge_data(home: Home, candidate: Candidate, today: date | None = None) -> DataJudgement:
    """Run the checks on data and apply the waivers; writes nothing."""
    context = Context(home, candidate, today)
    try:
        results = tuple(run_check(check, context) for check in checks_of("door", "marts"))
    finally:
        context.close()
    found = sorted((item for result in results for item in result.findings), key=_order)
    waived = apply_waivers(home, found, all_checks(), context.today)
    return DataJudgement(results, waived, tuple(context.judged))


def _order(finding: Finding) -> tuple[str, str, str, str, str, tuple[int, ...], str]:
    return (
        finding.severity,  # «blocker» stands before «warning»
        finding.rule,
        finding.file or "",
        finding.sheet or "",
        finding.column or "",
        finding.rows,
        finding.message,
    )


def _with_waiver(finding: Finding, waived: Waived) -> dict[str, Any]:
    value = finding.as_json()
    if finding.covered_by:
        waiver = waived.waivers[finding.covered_by]
        value["waiver"] = {"reason": waiver.reason, "signer": waiver.signer, "until": str(waiver.until)}
    return value


def quality_results(judgement: DataJudgement) -> list[dict[str, Any]]:
    """Return one row a check without findings, else one row a check, year and source that has some."""
    rows: list[dict[str, Any]] = []
    for result in judgement.results:
        own = [item for item in judgement.waived.findings if item.rule == result.check.rule]
        rows += _rows(result.check.rule, result.check.stage, result.check.severity, result.n_evaluated, own)
    rows += _rows(WAIVERS, "door", "blocker", judgement.waived.n_read, judgement.waived.problems)
    return rows


def _rows(
    rule: str, stage: str, severity: str, n_evaluated: int, findings: Sequence[Finding]
) -> list[dict[str, Any]]:
    base = {"check_id": rule, "stage": stage, "severity": severity, "n_evaluated": n_evaluated}
    if not findings:
        nothing = {"academic_year": None, "source": None, "message": ""}
        return [{**base, **nothing, "status": "pass", "n_failed": 0}]
    groups: dict[tuple[str | None, str | None], list[Finding]] = {}
    for item in findings:
        groups.setdefault((item.scope.get("academic_year"), item.scope.get("source")), []).append(item)
    return [
        {
            **base,
            "status": _status(items),
            "n_failed": sum(item.count for item in items),
            "message": items[0].told() + (f" (всего замечаний: {len(items)})" if len(items) > 1 else ""),
            "academic_year": year,
            "source": source,
        }
        for (year, source), items in groups.items()
    ]


def _status(findings: Sequence[Finding]) -> str:
    if any(item.blocks for item in findings):
        return "fail"
    return "warning" if any(item.severity == "warning" for item in findings) else "waived"

"""The audit of a whole candidate: data judged again, every file judged, everything hashed, a verdict."""

from __future__ import annotations

import json
from datetime import date

from opora.candidates import Candidate
from opora.home import Home
from quality.check import CheckResult, run_check
from quality.context import Context
from quality.data import DataJudgement, judge_data
from quality.evidence import CheckRecord, Evidence, binding, file_hashes, verdict_reasons
from quality.finding import Finding
from quality.registry import checks_of, registered_rules
from quality.waivers import RULE as WAIVERS

__all__ = ["Evidence", "audit"]

FINDINGS_AGREE = "findings_agree"
"""The findings that withdrawal acted on are those that the audit finds by itself."""


def audit(home: Home, candidate: Candidate, today: date | None = None) -> Evidence:
    """Judge everything in the candidate and write ``evidence.json``; never raises for bad data, it refuses.

    Old evidence is removed first, so that an audit that dies leaves none.
    """
    candidate.evidence.unlink(missing_ok=True)
    before = file_hashes(candidate)
    data = judge_data(home, candidate, today)
    context = Context(home, candidate, today)
    try:
        files = tuple(run_check(check, context) for check in checks_of("files"))
        rows_seen = sum(context.rows_delivered(f"{source}.{entity}") for source, entity in _entities(context))
    finally:
        context.close()
    disagreement = _disagreement(candidate, data)
    findings = (*data.findings, *disagreement, *(item for result in files for item in result.findings))
    records = (
        *(_record(result) for result in (*data.results, *files)),
        CheckRecord(
            WAIVERS, "door", _status(data.waived.problems), data.waived.n_read, len(data.waived.problems)
        ),
        CheckRecord(FINDINGS_AGREE, "files", _status(disagreement), 1, len(disagreement)),
    )
    hashes = file_hashes(candidate)
    reasons = verdict_reasons(records, rows_seen, findings, (*registered_rules(), WAIVERS, FINDINGS_AGREE))
    if hashes != before:
        reasons = (*reasons, "файлы кандидата менялись во время проверки")
    evidence = Evidence(
        candidate_id=candidate.id,
        binding=binding(home, candidate),
        checks=records,
        rows_seen=rows_seen,
        findings=findings,
        files=hashes,
        verdict="refused" if reasons else "pass",
        reasons=reasons,
    )
    evidence.write(candidate.evidence)
    return evidence


def _entities(context: Context) -> list[tuple[str, str]]:
    try:
        return sorted({(source, entity) for source, entity, _ in context.entities()})
    except Exception:
        return []  # no readable inputs: then no row was seen, and that refuses


def _disagreement(candidate: Candidate, data: DataJudgement) -> tuple[Finding, ...]:
    try:
        listed = json.loads(candidate.findings.read_text(encoding="utf-8"))
        agrees = [Finding.from_json(item) for item in listed] == list(data.findings)
    except (OSError, ValueError, TypeError, KeyError):
        agrees = False
    if agrees:
        return ()
    return (
        Finding(
            rule=FINDINGS_AGREE,
            stage="files",
            severity="blocker",
            message="список замечаний, по которому изымались показатели, не совпадает с повторной проверкой",
            guidance="Повторите запуск: «opora run». Если не помогло, сообщите инженеру номер кандидата.",
            file="findings.json",
        ),
    )


def _record(result: CheckResult) -> CheckRecord:
    status = _status(result.findings) if result.could_run else "error"
    return CheckRecord(
        result.check.rule, result.check.stage, status, result.n_evaluated, len(result.findings)
    )


def _status(findings: tuple[Finding, ...]) -> str:
    if any(item.severity == "blocker" for item in findings):
        return "fail"  # the evidence's findings say which of them a waiver covers
    return "warning" if findings else "pass"

"""What the steps of a run tell the log: counts, codes and seconds of what the rooms report, never a text of theirs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from opora.candidates import Candidate
from opora.journal import Entry

if TYPE_CHECKING:
    from dbt_project.build.run import BuildReport
    from ingestion.run import IngestReport
    from quality.finding import Finding
    from quality.run import Evidence

_WORST = ("error", "fail", "warning", "waived", "pass")


def tell_ingest(log: Entry, report: IngestReport) -> None:
    """One line for the inbox, one a source, one a delivery that went back as a whole (by its hash)."""
    files = (*report.accepted, *report.returned)
    log.tell(
        "inbox_read",
        files=len(files),
        new=sum(item.is_new for item in files),
        returned=len(report.returned),
        repeated=report.repeated,
    )
    new = Counter(item.source for item in report.accepted if item.is_new)
    for source, counts in sorted(report.by_source().items()):
        log.tell("source_read", source=source, new_files=new[source], **counts)
    for item in report.returned:
        log.tell("delivery_returned", delivery=item.delivery_id, source=item.source, is_new=item.is_new)


def tell_build(log: Entry, candidate: Candidate, report: BuildReport) -> None:
    """One line for the year parts, one a node of dbt: models and seeds with their rows, tests with their failures."""
    log.tell("parts_planned", computed=len(report.built), reused=len(report.reused))
    tell_nodes(log, candidate, report)


def tell_nodes(log: Entry, candidate: Candidate, report: BuildReport | None = None) -> None:
    """One line a node of dbt; of a build that failed there is no report, only what became of each node."""
    path = candidate.root / "dbt_results.json"
    if not path.exists():
        return
    for row in json.loads(path.read_text(encoding="utf-8")):
        kind, _, name = str(row["unique_id"]).split(".")[:3]
        table = report.models.get(name) if report else None
        log.tell(
            "node_built",
            node=name,
            kind=kind,
            status=str(row["status"]).replace(" ", "_"),
            seconds=report.model_seconds.get(name) if report else None,
            rows=table.rows if table and kind in ("model", "seed") else None,
            failures=row.get("failures") if kind == "test" else None,
        )


def tell_findings(log: Entry, candidate: Candidate, findings: list[Finding]) -> None:
    """One line a check on data, as ``quality_results`` has it, and one for all findings."""
    rows = pq.read_table(candidate.cells / "quality_results.parquet").to_pylist()
    for check in dict.fromkeys(row["check_id"] for row in rows):
        own = [row for row in rows if row["check_id"] == check]
        log.tell(
            "check_run",
            check=check,
            stage=own[0]["stage"],
            status=min((row["status"] for row in own), key=_WORST.index),
            severity=own[0]["severity"],
            evaluated=sum(row["n_evaluated"] for row in own),
            failed=sum(row["n_failed"] for row in own),
        )
    log.tell(
        "data_judged",
        findings=len(findings),
        blockers=sum(item.severity == "blocker" and not item.covered_by for item in findings),
        covered=sum(bool(item.covered_by) for item in findings),
    )


def tell_evidence(log: Entry, evidence: Evidence) -> None:
    """One line a check on files, and the verdict."""
    for record in evidence.checks:
        if record.stage == "files":
            log.tell(
                "check_run",
                check=record.rule,
                stage=record.stage,
                status=record.status,
                evaluated=record.n_evaluated,
                failed=record.n_findings,
            )
    log.tell(
        "candidate_audited",
        candidate=evidence.candidate_id,
        verdict=evidence.verdict,
        checks=len(evidence.checks),
        findings=len(evidence.findings),
        files=len(evidence.files),
    )

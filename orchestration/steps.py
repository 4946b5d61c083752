"""The steps of the main job as plain calls: Dagster assets and the command line use the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opora import journal
from opora.candidates import Candidate
from opora.errors import GateRefused, OporaError
from opora.home import Home
from opora.leftovers import sweep
from opora.locks import writer_lock
from opora.progress import Progress, quiet
from orchestration import telling

if TYPE_CHECKING:
    from dbt_project.build.recompute import Recomputed
    from dbt_project.build.run import BuildReport
    from ingestion.run import IngestReport
    from publication.postgres.mirror import Mirrored
    from publication.publish import Release
    from quality.finding import Finding
    from quality.run import Evidence


def ingest(home: Home, progress: Progress = quiet) -> IngestReport:
    """Read everything new in the inbox into the lake."""
    from ingestion.run import ingest as read_inbox

    home.ensure()
    with writer_lock(home), journal.step(home, "ingest") as log:
        sweep(home)
        progress("приём: читаю входящие файлы")
        report = read_inbox(home, progress)
        telling.tell_ingest(log, report)
        return report


def plan(home: Home, progress: Progress = quiet) -> Candidate:
    """Fix the inputs of a candidate and remember it as the latest; equal inputs give the same one."""
    from dbt_project.build.plan import plan as plan_candidate
    from ingestion.snapshot import write_inputs

    home.ensure()
    with writer_lock(home), journal.step(home, "plan") as log:
        progress("кандидат: фиксирую входные данные и правила")
        candidate = plan_candidate(home, write_inputs)
        candidate.mark_latest()
        log.tell("candidate_planned", candidate=candidate.id)
        return candidate


def build(home: Home, candidate: Candidate, progress: Progress = quiet) -> BuildReport:
    """Compute the marts of the candidate from the lake."""
    from dbt_project.build.run import build as run_dbt

    with writer_lock(home), journal.step(home, "build") as log:
        progress("расчёт: показатели I1–I5")
        (candidate.root / "dbt_results.json").unlink(missing_ok=True)
        try:
            report = run_dbt(home, candidate, progress)
        except OporaError:
            telling.tell_nodes(log, candidate)
            raise
        telling.tell_build(log, candidate, report)
        return report


def recompute(home: Home, years: list[str], progress: Progress = quiet) -> list[Recomputed]:
    """Compute the parts of academic years anew from the present inputs and compare them with those that stood."""
    from dbt_project.build.recompute import recompute as compute_again

    candidate = plan(home, progress)
    with writer_lock(home), journal.step(home, "recompute"):
        progress(f"расчёт заново: {', '.join(sorted(years))}")
        return compute_again(home, candidate, years, progress)


def check_data(home: Home, candidate: Candidate, progress: Progress = quiet) -> list[Finding]:
    """Run every check on lake and marts; the findings say which of them a waiver covers."""
    from quality.data import check_data as run_checks

    with journal.step(home, "check_data") as log:
        progress("проверки: данные и расчёт")
        findings = run_checks(home, candidate)
        telling.tell_findings(log, candidate, findings)
        if _blockers(findings):
            log.outcome = "refused"
        return findings


def refuse_on(findings: list[Finding]) -> None:
    """Raise ``GateRefused`` with the messages when an uncovered blocker stands among the findings."""
    if blockers := _blockers(findings):
        raise GateRefused(f"выпуск остановлен, замечаний: {len(blockers)}")


def _blockers(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "blocker" and not finding.covered_by]


def finish_tables(home: Home, candidate: Candidate, progress: Progress = quiet) -> None:
    """Withdraw waived figures, add the tables of analysis, and cut the public tables."""
    from analysis.run import analyse, analyse_public
    from disclosure.run import suppress
    from disclosure.withdraw import withdraw

    with journal.step(home, "withdraw_figures"):
        withdraw(home, candidate)
    with journal.step(home, "analyse"):
        progress("анализ: сигналы и эффект поддержки")
        analyse(home, candidate)
    with journal.step(home, "suppress") as log:
        progress("защита сведений: открытые таблицы")
        suppress(home, candidate)
        analyse_public(home, candidate)
        counts = (
            len(list(folder.glob("*.parquet"))) for folder in (candidate.marts, candidate.public_tables)
        )
        log.tell("tables_cut", **dict(zip(("tables", "public_tables"), counts, strict=True)))


def render(home: Home, candidate: Candidate, progress: Progress = quiet) -> None:
    """Write both editions into the candidate."""
    from quality.data_docs.run import write_data_docs
    from reporting.run import render as write_editions

    with journal.step(home, "render"):
        progress("отчёт: страницы и таблицы")
        write_editions(home, candidate)
        write_data_docs(home, candidate)


def audit(home: Home, candidate: Candidate, progress: Progress = quiet) -> Evidence:
    """Audit the whole candidate, files included, and write its evidence."""
    from quality.run import audit as run_audit

    with journal.step(home, "audit") as log:
        progress("проверки: готовые файлы, имена, попытка раскрытия")
        evidence = run_audit(home, candidate)
        telling.tell_evidence(log, evidence)
        if not evidence.passed:
            log.outcome = "refused"
        return evidence


def publish(home: Home, candidate_id: str | None, note: str | None, progress: Progress = quiet) -> Release:
    """Promote an audited candidate to a release; raise ``GateRefused`` when its evidence does not hold."""
    from publication.publish import publish as promote

    with writer_lock(home), journal.step(home, "publish") as log:
        progress("выпуск: сверяю доказательства и публикую")
        release = promote(home, candidate_id or Candidate.latest(home).id, note)
        log.tell(
            "release_published", release=release.id, candidate=release.candidate_id, is_new=release.is_new
        )
        return release


def mirror(home: Home, progress: Progress = quiet) -> Mirrored | None:
    """Bring PostgreSQL to the current release; None when none is configured. Raises ``MirrorFailed``."""
    from publication.postgres.mirror import mirror as bring_up
    from publication.postgres.target import target_of

    if target_of(home) is None:
        return None
    with writer_lock(home), journal.step(home, "mirror") as log:
        progress("PostgreSQL: записываю таблицы выпуска")
        mirrored = bring_up(home)
        if mirrored is not None:
            log.tell(
                "postgres_written", release=mirrored.release, tables=mirrored.tables, written=mirrored.written
            )
        return mirrored

"""The steps of the main job as plain calls: Dagster assets and the command line use the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opora.candidates import Candidate
from opora.errors import GateRefused
from opora.home import Home
from opora.locks import writer_lock
from opora.progress import Progress, quiet

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
    with writer_lock(home):
        progress("приём: читаю входящие файлы")
        return read_inbox(home, progress)


def plan(home: Home, progress: Progress = quiet) -> Candidate:
    """Fix the inputs of a candidate and remember it as the latest; equal inputs give the same one."""
    from dbt_project.build.plan import plan as plan_candidate
    from ingestion.snapshot import write_inputs

    home.ensure()
    with writer_lock(home):
        progress("кандидат: фиксирую входные данные и правила")
        candidate = plan_candidate(home, write_inputs)
        candidate.mark_latest()
        return candidate


def build(home: Home, candidate: Candidate, progress: Progress = quiet) -> BuildReport:
    """Compute the marts of the candidate from the lake."""
    from dbt_project.build.run import build as run_dbt

    with writer_lock(home):
        progress("расчёт: показатели I1–I5")
        return run_dbt(home, candidate, progress)


def recompute(home: Home, years: list[str], progress: Progress = quiet) -> list[Recomputed]:
    """Compute the parts of academic years anew from the present inputs and compare them with those that stood."""
    from dbt_project.build.recompute import recompute as compute_again

    candidate = plan(home, progress)
    with writer_lock(home):
        progress(f"расчёт заново: {', '.join(sorted(years))}")
        return compute_again(home, candidate, years, progress)


def check_data(home: Home, candidate: Candidate, progress: Progress = quiet) -> list[Finding]:
    """Run every check on lake and marts; the findings say which of them a waiver covers."""
    from quality.data import check_data as run_checks

    progress("проверки: данные и расчёт")
    return run_checks(home, candidate)


def refuse_on(findings: list[Finding]) -> None:
    """Raise ``GateRefused`` with the messages when an uncovered blocker stands among the findings."""
    blockers = [finding for finding in findings if finding.severity == "blocker" and not finding.covered_by]
    if blockers:
        raise GateRefused(f"выпуск остановлен, замечаний: {len(blockers)}")


def finish_tables(home: Home, candidate: Candidate, progress: Progress = quiet) -> None:
    """Withdraw waived figures, add the tables of analysis, and cut the public tables."""
    from analysis.run import analyse
    from disclosure.run import suppress
    from disclosure.withdraw import withdraw

    withdraw(home, candidate)
    progress("анализ: сигналы и эффект поддержки")
    analyse(home, candidate)
    progress("защита сведений: открытые таблицы")
    suppress(home, candidate)


def render(home: Home, candidate: Candidate, progress: Progress = quiet) -> None:
    """Write both editions into the candidate."""
    from reporting.run import render as write_editions

    progress("отчёт: страницы и таблицы")
    write_editions(home, candidate)


def audit(home: Home, candidate: Candidate, progress: Progress = quiet) -> Evidence:
    """Audit the whole candidate, files included, and write its evidence."""
    from quality.run import audit as run_audit

    progress("проверки: готовые файлы, имена, попытка раскрытия")
    return run_audit(home, candidate)


def publish(home: Home, candidate_id: str | None, note: str | None, progress: Progress = quiet) -> Release:
    """Promote an audited candidate to a release; raise ``GateRefused`` when its evidence does not hold."""
    from publication.publish import publish as promote

    with writer_lock(home):
        progress("выпуск: сверяю доказательства и публикую")
        return promote(home, candidate_id or Candidate.latest(home).id, note)


def mirror(home: Home, progress: Progress = quiet) -> Mirrored | None:
    """Bring PostgreSQL to the current release; None when none is configured. Raises ``MirrorFailed``."""
    from publication.postgres.mirror import mirror as bring_up
    from publication.postgres.target import target_of

    if target_of(home) is None:
        return None
    with writer_lock(home):
        progress("PostgreSQL: записываю таблицы выпуска")
        return bring_up(home)

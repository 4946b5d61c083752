"""``opora run`` and its single steps, with what they print."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opora import journal
from opora.cli.screen import Steps, error_line, say, table
from opora.disk_fault import disk_fault
from opora.errors import ExitCode, MirrorFailed, UsageError
from opora.home import Home
from opora.locks import writer_lock
from opora.progress import quiet
from opora.state import LastRun, fingerprint, log_run, read_last_run, write_last_run

if TYPE_CHECKING:
    from ingestion.accounting import SheetAccount
    from orchestration.outcome import RunOutcome

_SHOWN_FINDINGS = 25
_SHOWN_SHEETS = 40
_RETRY_MIRROR = "Выпуск действует; в PostgreSQL остался прежний. Повторить: opora mirror"


def main_job(home: Home, note: str | None) -> ExitCode:
    """Run the Dagster job in process and print its outcome; a run with nothing new ends at once."""
    from ingestion.inbox import fingerprint as inbox_fingerprint

    started = time.monotonic()
    home.ensure()
    with writer_lock(home), journal.run(home, str(uuid.uuid4()), "run") as entry:
        before = fingerprint(home, inbox_fingerprint(home))
        last = read_last_run(home)
        if last is not None and last.fingerprint == before and not note:
            say("Нового нет: входящие, правила и настройки те же, что в прошлый раз.")
            for line in last.lines:
                say(line)
            entry.outcome = "nothing_new"
            entry.facts = {"exit_code": last.exit_code, "release": last.release}
            log_run(home, event="nothing_new", exit_code=last.exit_code, release=last.release)
            return ExitCode(last.exit_code)
        from orchestration.run import run_main_job

        outcome = run_main_job(home, Steps(), note)
        lines = describe(home, outcome)
        if outcome.ingest is not None and outcome.ingest.accounts:
            accounts = outcome.ingest.accounts
            # The first run of a home reads hundreds of sheets; what went back is shown always.
            show_accounts(
                accounts if len(accounts) <= _SHOWN_SHEETS else [a for a in accounts if a.quarantined]
            )
            say(_accounts_line(accounts))
        for line in lines:
            say(line)
        if outcome.summary is not None:
            say(f"Сводка запуска: {outcome.summary}")
        code = outcome.exit_code
        release = outcome.release.id if outcome.release else None
        entry.outcome = code.name.lower() if code is not ExitCode.FAILURE else "failed"
        entry.facts = {"exit_code": int(code), "candidate": outcome.candidate_id, "release": release}
        if outcome.error is not None:
            entry.facts["error"] = type(outcome.error).__name__
        if code is not ExitCode.FAILURE:
            after = fingerprint(home, inbox_fingerprint(home))
            write_last_run(home, LastRun(after, int(code), lines, release))
        log_run(
            home,
            event="run",
            exit_code=int(code),
            release=release,
            candidate=outcome.candidate_id,
            seconds=round(time.monotonic() - started, 1),
        )
        return code


_ALERTS = {
    ExitCode.FAILURE: ("Опора: запуск не удался", "Прошлый выпуск не тронут."),
    ExitCode.REFUSED: ("Опора: выпуск остановлен проверками", "Прошлый выпуск остаётся в силе."),
    ExitCode.RETURNED: ("Опора: есть возвращённые поставки", "Пояснения для отправителей лежат в returns/."),
}


def tell_people(home: Home, code: ExitCode) -> list[str]:
    """Alert people about a run that did not end well; return the channels that took it, none after a good run."""
    from orchestration.alerts import alert

    if code not in _ALERTS:
        return []
    title, outcome = _ALERTS[code]
    return alert(home, title, f"Дом {home.root.name}, код выхода {int(code)}. {outcome}")


def describe(home: Home, outcome: RunOutcome) -> list[str]:
    """Return the lines that end a run: what came back, what stopped it, or where the report is."""
    lines: list[str] = []
    if outcome.ingest is not None:
        lines += [f"Возвращено: {item.file_name}: {item.message}" for item in outcome.ingest.returned]
        if outcome.returned:
            lines.append(f"Возвраты с пояснениями: {home.returns}")
    if outcome.error is not None:
        lines.append(f"Сбой: {disk_fault(outcome.error) or outcome.error}")
        lines.append(f"Прошлый выпуск не тронут. Журнал запусков: {home.dagster}")
        return lines
    if outcome.refusal is not None:
        # The evidence holds the findings of the data and those of the finished files.
        lines += finding_lines(getattr(outcome.evidence, "findings", outcome.findings))
        lines.append(f"{outcome.refusal[:1].upper()}{outcome.refusal[1:]}. Прошлый выпуск остаётся в силе.")
        return lines
    if outcome.release is None:
        lines.append("Данных для выпуска ещё нет.")
        return lines
    lines.append(f"Выпуск {outcome.release.id}")
    lines += [f"Отчёт: {path}" for path in report_paths(home.releases / outcome.release.id)]
    if outcome.mirror_failure is not None:
        lines += [outcome.mirror_failure, _RETRY_MIRROR]
    return lines


def report_paths(release: Path) -> list[Path]:
    """Return the report of the release, or for a region its index page."""
    report = release / "public" / "report.html"
    return [report] if report.exists() else sorted((release / "public").glob("index.html"))


def finding_lines(findings: Iterable[Any]) -> list[str]:
    """Return uncovered blockers as numbered lines for a person, the longest lists cut with a count.

    One line a rule and column of a file, with file, sheet, column and rows, whatever the number of schools.
    """
    from quality.finding import merge_for_people

    blockers = merge_for_people(
        item for item in findings if item.severity == "blocker" and not item.covered_by
    )
    lines = []
    for number, item in enumerate(blockers[:_SHOWN_FINDINGS], start=1):
        lines.append(f"{number}. [{item.rule}] {item.told()}")
        if item.guidance:
            lines.append(f"   Что делать: {item.guidance}")
    if len(blockers) > _SHOWN_FINDINGS:
        lines.append(f"… и ещё {len(blockers) - _SHOWN_FINDINGS}; все — в findings.json кандидата")
    return lines


def ingest_step(home: Home) -> ExitCode:
    """``opora ingest``: print accounting by source, by sheet of what is new, and what was returned."""
    from orchestration import steps

    home.ensure()
    report = steps.ingest(home, Steps())
    rows = [
        (source, counts.get("readings"), counts.get("landed"), counts.get("quarantined"), counts.get("other"))
        for source, counts in sorted(report.by_source().items())
    ]
    show_accounts(report.accounts)
    table("Принято", ("источник", "чтений", "строк принято", "возвращено", "не данные"), rows)
    for item in report.returned:
        error_line(f"Возвращено: {item.file_name}: {item.message}")
    return ExitCode.RETURNED if report.returned else ExitCode.DONE


def show_accounts(accounts: Sequence[SheetAccount]) -> None:
    """Print the rows of every sheet: read, accepted, returned, and what the rows without data are."""
    if not accounts:
        return
    table(
        "Учёт строк по листам: прочитано = принято + возвращено + не данные",
        ("файл", "лист", "прочитано", "принято", "возвращено", "не данные", "из них"),
        [
            (
                item.file_name,
                item.sheet,
                item.read,
                item.landed,
                item.quarantined,
                sum(item.other.values()),
                item.told,
            )
            for item in accounts
        ],
    )


def _accounts_line(accounts: Sequence[SheetAccount]) -> str:
    read, landed = sum(item.read for item in accounts), sum(item.landed for item in accounts)
    back = sum(item.quarantined for item in accounts)
    return (
        f"Новых листов: {len(accounts)}; строк прочитано {read} = принято {landed} + возвращено {back} "
        f"+ не данные {read - landed - back}"
    )


def build_step(home: Home) -> None:
    """``opora build``: everything up to the editions; blockers stop it with exit 3."""
    from orchestration import steps

    home.ensure()
    progress = Steps()
    with writer_lock(home):
        candidate = steps.plan(home, progress)
        steps.build(home, candidate, progress)
        findings = steps.check_data(home, candidate, progress)
        for line in finding_lines(findings):
            error_line(line)
        steps.refuse_on(findings)
        steps.finish_tables(home, candidate, progress)
        steps.render(home, candidate, progress)
    say(f"Кандидат {candidate.id}: {candidate.root}")


def check_step(home: Home) -> ExitCode:
    """``opora check``: audit the latest candidate."""
    from opora.candidates import Candidate
    from orchestration import steps

    candidate = Candidate.latest(home)
    evidence = steps.audit(home, candidate, Steps())
    for line in finding_lines(evidence.findings):
        error_line(line)
    passed = evidence.verdict == "pass"
    say(f"Кандидат {candidate.id}: {'можно публиковать' if passed else 'публиковать нельзя'}")
    return ExitCode.DONE if passed else ExitCode.REFUSED


def publish_step(home: Home, candidate_id: str | None, note: str | None) -> ExitCode:
    """``opora publish``: promote an audited candidate, then bring PostgreSQL to it where there is one."""
    from orchestration import steps

    release = steps.publish(home, candidate_id, note, Steps())
    say(f"Выпуск {release.id}")
    for path in report_paths(home.releases / release.id):
        say(f"Отчёт: {path}")
    return mirror_step(home)


def mirror_step(home: Home, is_asked: bool = False) -> ExitCode:
    """Bring PostgreSQL to the current release and say so; a failure is exit 1 and undoes nothing.

    ``is_asked`` is True for ``opora mirror`` itself: then a home without PostgreSQL is a mistake in the command.
    """
    from orchestration import steps

    try:
        mirrored = steps.mirror(home, Steps() if is_asked else quiet)
    except MirrorFailed as failure:
        error_line(str(failure))
        error_line(_RETRY_MIRROR)
        return ExitCode.FAILURE
    if mirrored is None:
        if is_asked:
            raise UsageError(
                "PostgreSQL не настроен: publish.postgres_url в opora.yaml или OPORA_POSTGRES_URL"
            )
        return ExitCode.DONE
    stands = f"выпуск {mirrored.release}" if mirrored.release else "действующего выпуска нет, таблицы пусты"
    say(
        f"PostgreSQL, схема {mirrored.schema}: {stands}; таблиц {mirrored.tables}, записано {mirrored.written}"
    )
    return ExitCode.DONE

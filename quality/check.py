"""What a check is, and how one is run so that bad input never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opora.disk_fault import no_room
from quality.finding import Finding, Severity, Stage

if TYPE_CHECKING:
    from quality.context import Context


@dataclass(frozen=True)
class Outcome:
    """What one run of a check saw: rows (or files, or expectations) evaluated, and what broke."""

    n_evaluated: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Check:
    """One rule. ``tables`` are what it reads: ``source.entity`` in the lake, or a mart's name.

    ``is_waivable`` is False for privacy and for rules about the pipeline itself: a waiver withdraws figures,
    and there are no figures that would make those two harmless.
    """

    rule: str
    stage: Stage
    severity: Severity
    title: str
    guidance: str
    owner: str
    tables: tuple[str, ...]
    run: Callable[[Context], Outcome]
    is_waivable: bool = True

    def finding(
        self,
        message: str,
        *,
        scope: Mapping[str, object] | None = None,
        severity: Severity | None = None,
        file: str | None = None,
        sheet: str | None = None,
        column: str | None = None,
        rows: Iterable[int] = (),
        count: int = 1,
    ) -> Finding:
        """Return a finding of this rule; empty scope entries are left out."""
        known = {key: str(value) for key, value in (scope or {}).items() if value is not None}
        return Finding(
            rule=self.rule,
            stage=self.stage,
            severity=severity or self.severity,
            message=message,
            guidance=self.guidance,
            file=file,
            sheet=sheet,
            column=column,
            rows=tuple(sorted(set(rows))),
            scope=known,
            count=count,
        )


@dataclass(frozen=True)
class CheckResult:
    """A check with its outcome; ``could_run`` is False when it broke instead of judging."""

    check: Check
    n_evaluated: int
    findings: tuple[Finding, ...]
    could_run: bool


def run_check(check: Check, context: Context) -> CheckResult:
    """Run one check. An exception, or no row seen where its source was delivered, is a blocker and never silence.

    Raises ``OporaError`` when the disk is full: that ends the run and says nothing about the data.
    """
    try:
        outcome = check.run(context)
        expected = sum(context.rows_delivered(table) for table in check.tables)
    except Exception as error:
        if fault := no_room(error):
            raise fault from error
        return CheckResult(check, 0, (_could_not_run(check, f"{type(error).__name__}"),), False)
    if expected and not outcome.n_evaluated:
        return CheckResult(check, 0, (_could_not_run(check, "не увидела ни одной строки"),), False)
    return CheckResult(check, outcome.n_evaluated, outcome.findings, True)


def _could_not_run(check: Check, reason: str) -> Finding:
    # The exception's text is left out: a reader's message may quote a cell, and a cell may hold a name.
    return Finding(
        rule=check.rule,
        stage=check.stage,
        severity="blocker",
        message=f"проверка не смогла выполниться: {check.title} ({reason})",
        guidance="Выпуск без этой проверки невозможен: сообщите инженеру правило и номер кандидата.",
    )

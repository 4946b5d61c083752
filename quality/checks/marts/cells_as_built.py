"""The tables of ``cells/`` are those that the calculation wrote, to the byte."""

from __future__ import annotations

from opora.seals import broken_seals
from quality.check import Check, Outcome
from quality.context import Context, MissingTable


def run(context: Context) -> Outcome:
    """Compare every table with the seal that the room left which wrote it."""
    if not context.candidate.cells.is_dir():
        raise MissingTable("cells")
    whole, wrong = broken_seals(context.candidate, context.candidate.cells)
    findings = [CHECK.finding(f"таблица не та, что записал расчёт: {name}", file=name) for name in wrong]
    return Outcome(whole + len(wrong), tuple(findings))


CHECK = Check(
    rule="cells_as_built",
    stage="marts",
    severity="blocker",
    title="таблицы расчёта не менялись после записи",
    guidance="Повторите расчёт: «opora build». Если повторится, проверьте диск («opora doctor») и кто правил файлы.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

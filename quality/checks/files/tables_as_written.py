"""The tables behind both editions are those that withdrawal, analysis and disclosure control wrote, to the byte."""

from __future__ import annotations

from opora.seals import broken_seals
from quality.check import Check, Outcome
from quality.context import Context, MissingTable


def run(context: Context) -> Outcome:
    """Compare every table of ``marts/`` and ``public_tables/`` with the seal that its room left."""
    candidate = context.candidate
    findings, seen = [], 0
    for folder in (candidate.marts, candidate.public_tables):
        if not folder.is_dir():
            raise MissingTable(folder.name)
        whole, wrong = broken_seals(candidate, folder)
        seen += whole + len(wrong)
        findings += [CHECK.finding(f"таблица изменена после записи: {name}", file=name) for name in wrong]
    return Outcome(seen, tuple(findings))


CHECK = Check(
    rule="tables_as_written",
    stage="files",
    severity="blocker",
    title="таблицы изданий не менялись после записи",
    guidance="Повторите сборку: «opora build». Если повторится, проверьте диск («opora doctor») и кто правил файлы.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

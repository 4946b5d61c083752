"""A school that had to deliver has delivered, or has signed that it has nobody to report on."""

from __future__ import annotations

from quality.acts import NoParticipants, read_acts
from quality.check import Check, Outcome
from quality.context import Context

MISSING = "missing"


def run(context: Context) -> Outcome:
    """Compare the submission board with the signed statements in ``acts/no_participants``."""
    board = context.rows(
        f"""SELECT source, academic_year, school_code FROM {context.inputs("submissions")}
        WHERE state = '{MISSING}' ORDER BY ALL"""
    )
    acts = read_acts(context.home, "no_participants", NoParticipants)
    signed = {(act.source, act.academic_year, code) for act in acts.items for code in act.school_codes}
    findings = [
        CHECK.finding(f"заявление «нет участников» не читается: {problem}", file=f"acts/{file}")
        for file, problem in acts.problems
    ]
    findings += [
        CHECK.finding(
            f"школа {row['school_code']} не прислала сведений ({row['source']}, {row['academic_year']}) "
            "и не подписала «нет участников»",
            scope=row,
        )
        for row in board
        if tuple(row.values()) not in signed
    ]
    return Outcome(context.number(f"SELECT count(*) FROM {context.inputs('submissions')}"), tuple(findings))


CHECK = Check(
    rule="missing_school",
    stage="door",
    severity="blocker",
    title="каждая школа прислала сведения или подписала «нет участников»",
    guidance="Запросите сведения у школы либо положите подписанное заявление в acts/no_participants.",
    owner="coordinator",
    tables=(),
    run=run,
)

"""Regional return: a school cannot have more participants of one subject than graduates."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.rows import RowRule, judge

RULE = RowRule(
    source="gia_school_return",
    entity="subject_counts",
    column="participants",
    applies="record_kind = 'results' AND participants IS NOT NULL AND graduates IS NOT NULL",
    broken="participants > graduates",
    dimensions=("gia_level", "subject_code"),
    tell=lambda broken, _seen, column: f"{column}: участников больше, чем выпускников; таких школ {broken}",
)


def run(context: Context) -> Outcome:
    """Judge every school and subject of the returns."""
    return judge(CHECK, context, RULE)


CHECK = Check(
    rule="return_participants_exceed_graduates",
    stage="door",
    severity="blocker",
    title="участников не больше, чем выпускников",
    guidance="Уточните у школы число выпускников и участников; без исправления — решение об изъятии (acts/waivers).",
    owner="methodologist",
    tables=("gia_school_return.subject_counts",),
    run=run,
)

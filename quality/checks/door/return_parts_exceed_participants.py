"""Regional return: below the minimum + 80–99 + 100 are parts of the participants and cannot exceed them."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.rows import RowRule, judge

RULE = RowRule(
    source="gia_school_return",
    entity="subject_counts",
    column="hundred",
    applies="record_kind = 'results' AND participants IS NOT NULL",
    broken="""coalesce(below_minimum, 0) + coalesce(high_80_99, 0) + coalesce(hundred, 0) > participants
        OR least(below_minimum, high_80_99, hundred, participants) < 0""",
    dimensions=("gia_level", "subject_code"),
    tell=lambda broken, seen, column: (
        f"{column}: не преодолели порог + 80–99 + 100 баллов больше числа участников, строк {broken} из {seen}"
    ),
)


def run(context: Context) -> Outcome:
    """Judge every school and subject of the returns."""
    return judge(CHECK, context, RULE)


CHECK = Check(
    rule="return_parts_exceed_participants",
    stage="door",
    severity="blocker",
    title="части участников не больше числа участников",
    guidance="Запросите у отправителя исправленный столбец или оформите решение об изъятии (acts/waivers).",
    owner="methodologist",
    tables=("gia_school_return.subject_counts",),
    run=run,
)

"""Marks of the state exam stand on their scale: five points at level 9, in base mathematics and ГВЭ, else 100."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.rows import RowRule, judge

_RESULT = "result_status IS NULL OR result_status IN ('valid', 'appeal_changed')"
_FIVE = "(gia_level = 9 OR subject_code = 22 OR subject_code >= 50)"


def run(context: Context) -> Outcome:
    """Judge the mark and the test mark of every result."""
    five = judge(
        CHECK,
        context,
        RowRule(
            source="gia_protocol",
            entity="results",
            column="mark",
            applies=f"({_RESULT}) AND mark IS NOT NULL",
            broken="mark NOT BETWEEN 2 AND 5",
            dimensions=("gia_level", "subject_code"),
            tell=lambda broken, _seen, column: f"{column}: отметка вне шкалы 2–5, строк {broken}",
        ),
    )
    hundred = judge(
        CHECK,
        context,
        RowRule(
            source="gia_protocol",
            entity="results",
            column="test_mark",
            applies=f"({_RESULT}) AND NOT {_FIVE}",
            broken="test_mark NOT BETWEEN 0 AND 100",
            dimensions=("gia_level", "subject_code"),
            tell=lambda broken, _seen, column: f"{column}: балл вне шкалы 0–100, строк {broken}",
        ),
    )
    return Outcome(five.n_evaluated, five.findings + hundred.findings)


CHECK = Check(
    rule="mark_outside_scale",
    stage="door",
    severity="blocker",
    title="отметки и баллы ГИА стоят в своей шкале",
    guidance="Исправьте столбец в протоколе и пришлите его снова с более поздней датой as_of.",
    owner="methodologist",
    tables=("gia_protocol.results",),
    run=run,
)

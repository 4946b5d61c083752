"""Nobody scores more than there is: primary mark against the exam's maximum, olympiad score against the stated one."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.rows import RowRule, judge

# The largest primary mark of any exam form in any year of the seeds is below this; a percentage of tasks done
# gives the exact maximum where the protocol states it.
_LARGEST_PRIMARY = 100

_RULES = (
    RowRule(
        source="gia_protocol",
        entity="results",
        column="primary_mark",
        applies="primary_mark IS NOT NULL",
        broken=f"primary_mark < 0 OR primary_mark > {_LARGEST_PRIMARY} OR percent_done > 100",
        dimensions=("gia_level", "subject_code"),
        tell=lambda broken, _seen, column: f"{column}: первичный балл больше возможного, строк {broken}",
    ),
    RowRule(
        source="vsosh_municipal_protocol",
        entity="results",
        column="score",
        applies="score IS NOT NULL",
        broken="score < 0 OR score > max_score",
        dimensions=("subject_code",),
        tell=lambda broken, _seen, column: f"{column}: балл больше максимального, строк {broken}",
    ),
    *(
        RowRule(
            source=source,
            entity="results",
            column="score",
            applies="score IS NOT NULL AND max_score IS NOT NULL",
            broken="score < 0 OR score > max_score",
            dimensions=("subject_code",),
            tell=lambda broken, _seen, column: f"{column}: балл больше максимального, строк {broken}",
        )
        for source in ("vsosh_portal", "vsosh_sirius")
    ),
    RowRule(
        source="vsosh_school_stage",
        entity="results",
        column="percent_done",
        applies="percent_done IS NOT NULL",
        broken="percent_done < 0 OR percent_done > 1",
        dimensions=("subject_code",),
        tell=lambda broken, _seen, column: f"{column}: больше 100 % от максимума, строк {broken}",
    ),
)


def run(context: Context) -> Outcome:
    """Judge the scores of exams and of both olympiad stages."""
    outcomes = [judge(CHECK, context, rule) for rule in _RULES]
    return Outcome(
        sum(outcome.n_evaluated for outcome in outcomes),
        tuple(finding for outcome in outcomes for finding in outcome.findings),
    )


CHECK = Check(
    rule="score_above_maximum",
    stage="door",
    severity="blocker",
    title="баллы не больше максимального",
    guidance="Сверьте балл и максимум с бланком или протоколом жюри, исправьте файл и пришлите его снова.",
    owner="methodologist",
    tables=(
        "gia_protocol.results",
        "vsosh_municipal_protocol.results",
        "vsosh_school_stage.results",
        "vsosh_portal.results",
        "vsosh_sirius.results",
    ),
    run=run,
)

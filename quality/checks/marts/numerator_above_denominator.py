"""A share has no more in its numerator than in its denominator, and neither is negative."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import KEYS, count_figures, judge_figures


def run(context: Context) -> Outcome:
    """Judge every share and every rate with both counts."""
    sql = f"""SELECT * FROM {context.table("indicator_values")}
        WHERE numerator < 0 OR denominator < 0
            OR (measure IN ('share', 'share_of_participants') AND numerator > denominator)
        ORDER BY {", ".join(KEYS)}"""
    return judge_figures(
        CHECK,
        context,
        sql,
        count_figures(context),
        lambda row: f"числитель {row['numerator']}, знаменатель {row['denominator']}",
    )


CHECK = Check(
    rule="numerator_above_denominator",
    stage="marts",
    severity="blocker",
    title="числитель доли не больше знаменателя",
    guidance="Сверьте контингент, списки допуска и протоколы школы за этот год.",
    owner="methodologist",
    tables=("indicator_values",),
    run=run,
)

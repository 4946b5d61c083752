"""Winners and prize-winners of the municipal stage are among its participants."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import count_figures, judge_figures


def run(context: Context) -> Outcome:
    """Compare I3 pupils with I2 municipal pupils of the same subject, and awards with each other."""
    figures = context.table("indicator_values")
    sql = f"""SELECT awards.*, pupils.numerator AS others FROM {figures} AS awards JOIN {figures} AS pupils
            USING (academic_year, municipality_code, area_kind, area_code, subject)
        WHERE awards.indicator_code = 'I3' AND awards.measure = 'pupils' AND pupils.indicator_code = 'I2'
            AND pupils.measure = 'pupils' AND pupils.stage = 'municipal' AND awards.numerator > pupils.numerator
        ORDER BY ALL"""
    return judge_figures(
        CHECK,
        context,
        sql,
        count_figures(context),
        lambda row: f"победителей и призёров {row['numerator']}, а участников этапа {row['others']}",
    )


CHECK = Check(
    rule="awards_above_participants",
    stage="marts",
    severity="blocker",
    title="победителей и призёров не больше, чем участников этапа",
    guidance="Сверьте статусы и список участников в протоколе муниципального этапа.",
    owner="methodologist",
    tables=("indicator_values",),
    run=run,
)

"""Whoever took part in the olympiad took part in contests and olympiads: I4 counts no fewer pupils than I2."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import count_figures, judge_figures


def run(context: Context) -> Outcome:
    """Compare the pupils of I2 (any stage, any subject) with the numerator of I4 in the same area and year."""
    figures = context.table("indicator_values")
    sql = f"""SELECT pupils.*, share.numerator AS others FROM {figures} AS pupils JOIN {figures} AS share
            USING (academic_year, municipality_code, area_kind, area_code)
        WHERE pupils.indicator_code = 'I2' AND pupils.measure = 'pupils' AND pupils.stage = 'any'
            AND pupils.subject = 'any' AND share.indicator_code = 'I4' AND share.measure = 'share'
            AND pupils.numerator > share.numerator
        ORDER BY ALL"""
    return judge_figures(
        CHECK,
        context,
        sql,
        count_figures(context),
        lambda row: f"участников ВсОШ {row['numerator']}, а в показателе I4 учтено {row['others']}",
    )


CHECK = Check(
    rule="contest_below_olympiad",
    stage="marts",
    severity="blocker",
    title="I4 учитывает не меньше учеников, чем I2",
    guidance="Проверьте файлы ВсОШ и конкурсов этого года: не принят ли один без другого.",
    owner="methodologist",
    tables=("indicator_values",),
    run=run,
)

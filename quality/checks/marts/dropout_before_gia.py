"""Pupils who were enrolled and are not among the admitted: I1 of the two denominators stays close.

A school raises its official share by admitting fewer. The gap is a question to the school, not a fault of its data.
"""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import KEYS, count_figures, judge_figures


def run(context: Context) -> Outcome:
    """Compare I1 of each school by the admitted and by the enrolled against ``dropout_gap_pp``."""
    figures = context.table("indicator_values")
    allowed = context.config.thresholds.dropout_gap_pp
    sql = f"""SELECT admitted.*, enrolled.value AS enrolled_value, enrolled.denominator AS enrolled
        FROM {figures} AS admitted JOIN {figures} AS enrolled
            USING (academic_year, municipality_code, area_kind, area_code, indicator_code, measure, gia_level, cutoff)
        WHERE admitted.indicator_code = 'I1' AND admitted.area_kind = 'school' AND admitted.cutoff = 'main'
            AND admitted.gia_level <> 'all'
            AND admitted.denominator_kind = 'admitted' AND enrolled.denominator_kind = 'enrolled'
            AND admitted.value - enrolled.value > {allowed:f}
        ORDER BY {", ".join(f"admitted.{key}" for key in KEYS)}"""
    return judge_figures(
        CHECK,
        context,
        sql,
        count_figures(context),
        lambda row: (
            f"отсев до ГИА: к допущенным ({row['denominator']}) {_pct(row['value'])}, "
            f"к обучавшимся ({row['enrolled']}) {_pct(row['enrolled_value'])}; допустимый разрыв {allowed:g} п.п."
        ),
    )


def _pct(value: float) -> str:
    return f"{value:.1f}".replace(".", ",") + " %"


CHECK = Check(
    rule="dropout_before_gia",
    stage="marts",
    severity="warning",
    title="доля сдавших к обучавшимся близка к доле к допущенным",
    guidance="Спросите школу, куда выбыли обучавшиеся, которых нет в списке допуска; проверьте контингент и движение.",
    owner="methodologist",
    tables=("indicator_values",),
    run=run,
)

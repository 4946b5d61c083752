"""Signals of schools agree with the figures that they are about."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.tables import tell_rows

TABLE = "indicator_signals"


def run(context: Context) -> Outcome:
    """Judge limits by each other and the flag by the value of the figure: outside of which limits it lies."""
    view, figures = context.mart(TABLE), context.mart("indicator_values")
    sql = f"""SELECT signal.figure_id FROM {view} AS signal LEFT JOIN {figures} AS figure USING (figure_id)
        WHERE figure.value IS NULL OR figure.area_kind <> 'school' OR NOT coalesce(
                eb_low BETWEEN 0 AND eb_value AND eb_value <= eb_high AND eb_high <= 100, true)
            OR NOT coalesce(funnel_low998 BETWEEN 0 AND funnel_low95 AND funnel_low95 <= funnel_high95
                AND funnel_high95 <= funnel_high998 AND funnel_high998 <= 100, true)
            OR (flag <> 'none' AND flag <> CASE
                WHEN figure.value < funnel_low998 - 1e-9 THEN 'below998'
                WHEN figure.value > funnel_high998 + 1e-9 THEN 'above998'
                WHEN figure.value < funnel_low95 - 1e-9 THEN 'below95'
                WHEN figure.value > funnel_high95 + 1e-9 THEN 'above95' ELSE 'within' END)
        ORDER BY ALL"""
    findings = tell_rows(CHECK, context, TABLE, ("figure_id",), sql, "сигнал не следует из показателя")
    return Outcome(max(1, context.number(f"SELECT count(*) FROM {view}")), tuple(findings))


CHECK = Check(
    rule="signals_agree",
    stage="files",
    severity="blocker",
    title="сигналы следуют из показателей",
    guidance="Ошибка анализа: сообщите инженеру номер кандидата.",
    owner="methodologist",
    tables=(),
    run=run,
    is_waivable=False,
)

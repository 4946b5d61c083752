"""A figure's id is the hash of its keys, and stands once."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import KEYS, count_figures, judge_figures


def run(context: Context) -> Outcome:
    """Compute every id anew from the 14 key columns."""
    figures = context.table("indicator_values")
    key = " || '|' || ".join(KEYS)
    sql = f"""SELECT {", ".join(KEYS)} FROM {figures}
        WHERE figure_id IS DISTINCT FROM left(md5({key}), 16)
            OR figure_id IN (SELECT figure_id FROM {figures} GROUP BY figure_id HAVING count(*) > 1)
        ORDER BY ALL"""
    return judge_figures(
        CHECK, context, sql, count_figures(context), lambda row: "идентификатор не соответствует ключу"
    )


CHECK = Check(
    rule="figure_identity",
    stage="marts",
    severity="blocker",
    title="идентификаторы показателей соответствуют ключам",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=("indicator_values",),
    run=run,
    is_waivable=False,
)

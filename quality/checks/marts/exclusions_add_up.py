"""Excluded people by reason add up to what the figure says."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import KEYS, count_figures, judge_figures


def run(context: Context) -> Outcome:
    """Add up the reasons of every figure; a reason without a figure, or of nobody, is wrong as well.

    The count of unmatched codes is a figure by itself (``unmatched``): its reasons are not exclusions from it.
    """
    figures, reasons = context.table("indicator_values"), context.table("figure_exclusions")
    sql = f"""WITH sums AS (
            SELECT figure_id, sum(n) AS n, min(n) AS least FROM {reasons} GROUP BY figure_id)
        SELECT figures.* FROM {figures} AS figures LEFT JOIN sums USING (figure_id)
        WHERE least <= 0 OR (measure <> 'unmatched' AND coalesce(n, 0) <> n_excluded)
        ORDER BY {", ".join(KEYS)}"""
    outcome = judge_figures(
        CHECK, context, sql, count_figures(context), lambda row: "исключённые по причинам не дают их числа"
    )
    lost = context.number(f"SELECT count(*) FROM {reasons} ANTI JOIN {figures} USING (figure_id)")
    if not lost:
        return outcome
    finding = CHECK.finding("причины исключения без показателя", file="cells/figure_exclusions", count=lost)
    return Outcome(outcome.n_evaluated, (*outcome.findings, finding))


CHECK = Check(
    rule="exclusions_add_up",
    stage="marts",
    severity="blocker",
    title="исключённые по причинам складываются в число исключённых",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

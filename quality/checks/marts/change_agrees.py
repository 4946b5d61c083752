"""A change is this year's value less last year's, and its verdict follows from its interval."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import count_figures, judge_figures, numbered_figures, whole


def run(context: Context) -> Outcome:
    """Compute every change anew from the values of two consecutive years of one key."""
    figures = numbered_figures(context)
    sql = f"""SELECT now.figure_id FROM {figures} AS now LEFT JOIN {figures} AS before
            ON before.start = now.start - 1 AND before.area = now.area AND before.variant = now.variant
        WHERE (now.change IS NOT NULL AND (before.value IS NULL OR now.value IS NULL
                OR abs(now.change - (now.value - before.value)) > 1e-6 * greatest(1, abs(now.value))))
            OR now.change_low > now.change_high
            OR NOT coalesce(now.change BETWEEN now.change_low - 1e-6 AND now.change_high + 1e-6, true)
            OR (now.change_status = 'growth' AND NOT coalesce(now.change_low > 0, false))
            OR (now.change_status = 'decline' AND NOT coalesce(now.change_high < 0, false))
            OR (now.change_status = 'within_noise'
                AND NOT coalesce(now.change_low <= 0 AND now.change_high >= 0, false))
            OR (now.change_status = 'not_comparable' AND now.change IS NOT NULL)"""
    return judge_figures(
        CHECK,
        context,
        whole(context, sql),
        count_figures(context),
        lambda row: "изменение не сходится со значениями двух лет",
    )


CHECK = Check(
    rule="change_agrees",
    stage="marts",
    severity="blocker",
    title="изменение равно разности значений, а вывод следует из интервала",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=("indicator_values",),
    run=run,
    is_waivable=False,
)

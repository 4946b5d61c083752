"""A mean in a total row lies among the means of the schools it sums up."""

from __future__ import annotations

from collections.abc import Sequence

from quality.check import Check, Outcome
from quality.checks.door.totals_not_reconciled import MEANS
from quality.context import Context
from quality.finding import Finding
from quality.rows import column_title
from quality.totals import StatedTotal, stated_totals

TAIL = 0.025
_FAR = 0.10


def run(context: Context) -> Outcome:
    """Compare each stated mean with the schools' means, weighted by participants.

    Outside the middle 95 % of participants blocks; inside it but further than a tenth from the weighted mean warns.
    """
    findings = []
    for total in stated_totals(context):
        if total.field in MEANS and total.stated is not None:
            findings += _judge(context, total, school_means(context, total))
    return Outcome(
        context.number(f"SELECT count(DISTINCT reading_id) FROM {context.inputs('effective')}"),
        tuple(findings),
    )


def school_means(context: Context, total: StatedTotal) -> list[tuple[float, int]]:
    """Return ``(mean, participants)`` of the schools under one total, by mean."""
    view = context.lake(total.source, total.entity)
    rows = context.rows(
        f"""SELECT mean_score AS mean, participants AS n FROM {view} WHERE reading_id = ?
        AND source_sheet IS NOT DISTINCT FROM ? AND subject_code = ? AND mean_score IS NOT NULL AND participants > 0
        ORDER BY 1, 2""",
        [total.reading_id, total.sheet, total.subject_code],
    )
    return [(float(row["mean"]), int(row["n"])) for row in rows]


def weighted_bounds(means: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """Return the means between which the middle 95 % of participants lie."""
    total, reached = sum(n for _, n in means), 0
    low, high = means[0][0], means[-1][0]
    for mean, n in means:
        if reached <= TAIL * total:
            low = mean
        if reached < (1 - TAIL) * total:
            high = mean
        reached += n
    return low, high


def _judge(context: Context, total: StatedTotal, means: list[tuple[float, int]]) -> list[Finding]:
    if not means or total.stated is None:
        return []
    low, high = weighted_bounds(means)
    middle = sum(mean * n for mean, n in means) / sum(n for _, n in means)
    outside = not low - 0.01 <= total.stated <= high + 0.01
    if not outside and abs(total.stated - middle) <= _FAR * middle:
        return []
    words = f"указано {total.stated_words}, по школам {middle:.2f}".replace(".", ",")
    return [
        CHECK.finding(
            f"средний балл в итоговой строке не похож на школы: {words} (школы от {low:g} до {high:g})",
            severity="blocker" if outside else "warning",
            scope=total.scope,
            file=total.file_name,
            sheet=total.sheet,
            column=column_title(context, total.source, total.entity, total.field, total.subject_code),
            rows=[total.row] if total.row else (),
        )
    ]


CHECK = Check(
    rule="mean_outside_schools",
    stage="door",
    severity="blocker",
    title="средний балл в итоговой строке лежит среди школ",
    guidance="Узнайте у отправителя, что усреднено в итоговой строке; пришлите исправление либо решение об изъятии.",
    owner="methodologist",
    tables=(),
    run=run,
)

"""A total row of a file equals the sum of the rows above it."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.rows import column_title
from quality.totals import stated_totals

MEANS = frozenset({"mean_score"})


def run(context: Context) -> Outcome:
    """Tell every total that ingestion could not reconcile; means have a rule of their own."""
    totals = [total for total in stated_totals(context) if total.field not in MEANS]
    return Outcome(
        context.number(f"SELECT count(DISTINCT reading_id) FROM {context.inputs('effective')}"),
        tuple(
            CHECK.finding(
                f"итоговая строка: указано {total.stated_words}, сумма по школам {total.computed_words}",
                scope=total.scope,
                file=total.file_name,
                sheet=total.sheet,
                column=column_title(context, total.source, total.entity, total.field, total.subject_code),
                rows=[total.row] if total.row else (),
            )
            for total in totals
        ),
    )


CHECK = Check(
    rule="totals_not_reconciled",
    stage="door",
    severity="blocker",
    title="итоговые строки равны сумме по школам",
    guidance="Узнайте у отправителя, что верно: итог или строки школ; пришлите исправление либо решение об изъятии.",
    owner="data engineer",
    tables=(),
    run=run,
)

"""Something was delivered, and every effective reading still has its rows in the lake."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context


def run(context: Context) -> Outcome:
    """Count the rows of every effective reading, entity and year; a missing file ends in «could not run»."""
    readings = context.rows(
        f"SELECT DISTINCT source, entity, academic_year, reading_id FROM {context.inputs('effective')} ORDER BY ALL"
    )
    if not readings:
        return Outcome(0, (CHECK.finding("не принято ни одной поставки: публиковать нечего"),))
    counts = {
        (source, entity, row["academic_year"], row["reading_id"]): row["n"]
        for source, entity in sorted({(row["source"], row["entity"]) for row in readings})
        if (view := context.lake(source, entity))
        for row in context.rows(f"SELECT academic_year, reading_id, count(*) AS n FROM {view} GROUP BY ALL")
    }
    empty = [row for row in readings if not counts.get(tuple(row.values()))]
    return Outcome(
        sum(counts.values()),
        tuple(
            CHECK.finding(
                f"поставка источника {row['source']} учтена, но её строк нет в хранилище",
                scope={"source": row["source"], "academic_year": row["academic_year"]},
            )
            for row in empty
        ),
    )


CHECK = Check(
    rule="lake_not_empty",
    stage="door",
    severity="blocker",
    title="в хранилище есть строки каждой учтённой поставки",
    guidance="Проверьте папку inbox и журнал поставок (opora deliveries); затем повторите «opora run».",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

"""A figure comes from deliveries of its own year and of sources that can tell it."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.tables import count_rows, tell_rows

TABLE = "figure_deliveries"
SOURCES = {
    "I1": ("gia_", "contingent"),
    "I2": ("vsosh_", "contingent"),
    "I3": ("vsosh_", "contingent"),
    "I4": ("vsosh_", "contest_", "contingent"),
    "I5": ("platform_", "teaching_staff"),
}
"""Beginnings of the sources that an indicator is counted from."""
_ANY_YEAR = "contest_list"
"""The list of approved contests is in force for years."""


def run(context: Context) -> Outcome:
    """Judge every pair of figure and delivery by the readings of that delivery."""
    told = " UNION ALL ".join(
        f"SELECT '{code}' AS indicator_code, '{start}' AS beginning"
        for code, starts in SOURCES.items()
        for start in starts
    )
    sql = f"""WITH fitting AS (
            SELECT DISTINCT reading.delivery_id, told.indicator_code,
                CASE WHEN reading.source <> '{_ANY_YEAR}' THEN reading.academic_year END AS only_year
            FROM {context.inputs("readings")} AS reading JOIN ({told}) AS told
                ON starts_with(reading.source, told.beginning))
        SELECT DISTINCT pair.figure_id, left(pair.delivery_id, 12) AS delivery
        FROM {context.table(TABLE)} AS pair
        LEFT JOIN {context.table("indicator_values")} AS figure USING (figure_id)
        WHERE NOT EXISTS (SELECT 1 FROM fitting WHERE fitting.delivery_id = pair.delivery_id
                AND fitting.indicator_code = figure.indicator_code AND fitting.only_year = figure.academic_year)
            AND NOT EXISTS (SELECT 1 FROM fitting WHERE fitting.delivery_id = pair.delivery_id
                AND fitting.indicator_code = figure.indicator_code AND fitting.only_year IS NULL)
        ORDER BY ALL"""
    findings = tell_rows(
        CHECK, context, TABLE, ("figure_id", "delivery"), sql, "поставка не этого показателя"
    )
    return Outcome(count_rows(context, TABLE), tuple(findings))


CHECK = Check(
    rule="deliveries_of_the_figure",
    stage="marts",
    severity="blocker",
    title="показатель ссылается на поставки своего года и своих источников",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

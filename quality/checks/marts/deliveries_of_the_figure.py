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
    begins = " OR ".join(
        f"(figure.indicator_code = '{code}' AND reading.source LIKE '{start}%')"
        for code, starts in SOURCES.items()
        for start in starts
    )
    sql = f"""WITH pairs AS (SELECT DISTINCT figure_id, delivery_id FROM {context.table(TABLE)}),
        fitting AS (
            SELECT DISTINCT pair.figure_id, pair.delivery_id FROM pairs AS pair
            JOIN {context.table("indicator_values")} AS figure USING (figure_id)
            JOIN {context.inputs("readings")} AS reading ON reading.delivery_id = pair.delivery_id
                AND (reading.academic_year = figure.academic_year OR reading.source = '{_ANY_YEAR}')
            WHERE {begins})
        SELECT pair.figure_id, left(pair.delivery_id, 12) AS delivery FROM pairs AS pair
        LEFT JOIN fitting USING (figure_id, delivery_id)
        WHERE fitting.figure_id IS NULL ORDER BY ALL"""
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

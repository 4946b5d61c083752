"""The funnel of the olympiads says what the figures say, step by step."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.tables import count_rows, tell_rows

TABLE = "olympiad_funnel"
_PLACE = ("academic_year", "municipality_code", "area_kind", "area_code", "subject")
_STEPS = {
    "school_participants": "indicator_code = 'I2' AND stage = 'school'",
    "municipal_participants": "indicator_code = 'I2' AND stage = 'municipal'",
    "municipal_awards": "indicator_code = 'I3' AND award = 'any'",
    "municipal_winners": "indicator_code = 'I3' AND award = 'winner'",
}
"""Steps in their order, each a figure of pupils."""


def run(context: Context) -> Outcome:
    """Lay the four steps anew from ``indicator_values`` and compare the tables in both directions, cell by cell."""
    steps = " ".join(
        f"WHEN {condition} THEN {number}" for number, condition in enumerate(_STEPS.values(), start=1)
    )
    names = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(_STEPS, start=1))
    place = ", ".join(_PLACE)
    same = " AND ".join(f"before.{name} = now.{name}" for name in _PLACE)
    columns = ("figure_id", *_PLACE, "step_number", "step", "pupils", "symbol")
    differs = " OR ".join(f"said.{name} IS DISTINCT FROM real.{name}" for name in columns)
    sql = f"""WITH laid AS (
            SELECT figure_id, {place}, numerator AS pupils, symbol, CASE {steps} END AS step_number
            FROM {context.table("indicator_values")} WHERE measure = 'pupils'),
        real AS (
            SELECT now.*, CASE now.step_number {names} END AS step,
                100.0 * now.pupils / nullif(before.pupils, 0) AS share
            FROM laid AS now LEFT JOIN laid AS before ON {same} AND before.step_number = now.step_number - 1
            WHERE now.step_number IS NOT NULL)
        SELECT coalesce(said.figure_id, real.figure_id) AS figure_id
        FROM {context.table(TABLE)} AS said FULL JOIN real ON said.figure_id = real.figure_id
        WHERE {differs} OR (said.share_of_previous IS DISTINCT FROM real.share
            AND NOT coalesce(abs(said.share_of_previous - real.share) <= 1e-6, false)) ORDER BY ALL"""
    findings = tell_rows(CHECK, context, TABLE, ("figure_id",), sql, "не то, что в показателях")
    return Outcome(count_rows(context, TABLE), tuple(findings))


CHECK = Check(
    rule="funnel_agrees",
    stage="marts",
    severity="blocker",
    title="воронка олимпиад повторяет показатели",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

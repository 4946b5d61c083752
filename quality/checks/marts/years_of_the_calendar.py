"""The days of an academic year follow from its name."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.tables import count_rows, tell_rows

TABLE = "dim_academic_year"


def run(context: Context) -> Outcome:
    """Lay every year anew: 1 September to 31 August, contingent on 20 September; it has figures, and they have it."""
    view = context.table(TABLE)
    start = "CAST(left(academic_year, 4) AS INTEGER)"
    sql = f"""SELECT academic_year FROM {view}
        WHERE NOT regexp_full_match(academic_year, '\\d{{4}}-\\d{{4}}')
            OR CAST(right(academic_year, 4) AS INTEGER) <> {start} + 1
            OR start_year <> {start} OR exam_year <> {start} + 1 OR first_day <> make_date({start}, 9, 1)
            OR last_day <> make_date({start} + 1, 8, 31) OR contingent_day <> make_date({start}, 9, 20)
            OR NOT starts_with(title, replace(academic_year, '-', '/'))
        ORDER BY ALL"""
    findings = tell_rows(CHECK, context, TABLE, ("academic_year",), sql, "дни года не те")
    lost = f"""SELECT DISTINCT academic_year FROM {context.table("indicator_values")}
        ANTI JOIN {view} USING (academic_year) ORDER BY ALL"""
    findings += tell_rows(
        CHECK, context, TABLE, ("academic_year",), lost, "нет года, за который есть показатели"
    )
    return Outcome(count_rows(context, TABLE), tuple(findings))


CHECK = Check(
    rule="years_of_the_calendar",
    stage="marts",
    severity="blocker",
    title="дни учебного года следуют из его названия",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

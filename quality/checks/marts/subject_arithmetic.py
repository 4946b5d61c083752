"""Results by subject agree with themselves, and an area's are the sum of its schools'."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.tables import count_rows, tell_rows, tell_where, wilson

TABLE = "subject_results"
KEYS = ("academic_year", "municipality_code", "area_kind", "area_code", "gia_level", "subject_code")
_ADD_UP = ("participants", "below_minimum", "high_80_99", "hundred")


def run(context: Context) -> Outcome:
    """Compute shares and intervals anew from the counts; add up schools by the members of every area.

    A person sits a subject in one school, so the counts of groups and municipalities add up exactly.
    """
    view, members = context.table(TABLE), context.table("area_members")
    keys = ", ".join(KEYS)
    far = "{0} IS DISTINCT FROM {1} AND NOT coalesce(abs({0} - {1}) <= 1e-6, false)"
    share = "100.0 * at_or_above / participants"
    # What a return says of its schools is judged at the door, and a waiver may withdraw it.
    counted = """participants < 0 OR NOT coalesce(below_minimum BETWEEN 0 AND participants, false)
        OR coalesce(high_80_99, 0) < 0 OR coalesce(hundred, 0) < 0
        OR coalesce(high_80_99, 0) + coalesce(hundred, 0) > participants"""
    wrong = f"""(basis <> 'return' AND ({counted}))
        OR at_or_above IS DISTINCT FROM participants - below_minimum
        OR (symbol IS NOT DISTINCT FROM 'z') <> (participants = 0) OR coalesce(symbol, 'z') <> 'z'
        OR (participants > 0 AND at_or_above BETWEEN 0 AND participants
            AND ({far.format("share_at_or_above", share)}
                OR {far.format("ci_low", wilson("at_or_above", "participants", "-"))}
                OR {far.format("ci_high", wilson("at_or_above", "participants", "+"))}))"""
    findings = tell_where(CHECK, context, TABLE, KEYS, view, wrong)
    sums = ", ".join(f"sum(school.{name}) AS {name}" for name in _ADD_UP)
    differs = " OR ".join(f"area.{name} IS DISTINCT FROM schools.{name}" for name in _ADD_UP)
    findings += tell_rows(
        CHECK,
        context,
        TABLE,
        KEYS,
        f"""WITH schools AS (
            SELECT member.academic_year, member.municipality_code, member.area_kind, member.area_code,
                school.gia_level, school.subject_code, {sums}
            FROM {members} AS member
            JOIN {view} AS school ON school.area_kind = 'school' AND school.area_code = member.school_code
                AND school.academic_year = member.academic_year
                AND school.municipality_code = member.municipality_code
            WHERE member.area_kind IN ('group', 'municipality') GROUP BY ALL),
        areas AS (SELECT * FROM {view} WHERE area_kind IN ('group', 'municipality'))
        SELECT {keys} FROM areas AS area FULL JOIN schools USING ({keys})
        WHERE {differs} ORDER BY ALL""",
        "не равны сумме по школам",
    )
    return Outcome(count_rows(context, TABLE), tuple(findings))


CHECK = Check(
    rule="subject_arithmetic",
    stage="marts",
    severity="blocker",
    title="результаты по предметам согласованы и складываются по школам",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

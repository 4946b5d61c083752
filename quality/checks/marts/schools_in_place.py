"""A school stands in the municipality that the register gives it, in every table; a pair stands for its agreement."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.finding import Finding
from quality.tables import count_rows, tell_rows

SCHOOLS = {
    "indicator_values": "area_code",
    "subject_results": "area_code",
    "olympiad_funnel": "area_code",
    "area_members": "school_code",
    "bridge_partnership": "supported_school_code",
    "corrections_log": "school_code",
    "management_decisions": "school_code",
    "partner_duties": "supported_school_code",
    "partnership_stages": "supported_school_code",
    "school_statuses": "school_code",
    "submission_board": "school_code",
    "transition_programmes": "school_code",
}
"""Table → the column whose school the row's municipality follows from."""
_BY_AREA = ("indicator_values", "subject_results", "olympiad_funnel")
_PAIRS = ("partner_duties", "partnership_stages")


def run(context: Context) -> Outcome:
    """Look every school up in ``dim_school``, every area of a municipality in itself, every pair in its agreement."""
    register, agreements = context.table("dim_school"), context.table("bridge_partnership")
    findings: list[Finding] = []
    for table, column in SCHOOLS.items():
        if not context.has_table(table):
            continue
        view = context.table(table)
        only = "AND row.area_kind = 'school'" if table in _BY_AREA else ""
        findings += tell_rows(
            CHECK,
            context,
            table,
            ("municipality_code", "school"),
            f"""SELECT DISTINCT row.municipality_code, row.{column} AS school FROM {view} AS row
            LEFT JOIN {register} AS known ON known.school_code = row.{column}
            WHERE row.{column} IS NOT NULL {only}
                AND row.municipality_code IS DISTINCT FROM known.municipality_code ORDER BY ALL""",
            "школа не своего муниципалитета",
        )
        if table in _BY_AREA:
            findings += tell_rows(
                CHECK,
                context,
                table,
                ("municipality_code", "area_code"),
                f"""SELECT DISTINCT municipality_code, area_code FROM {view}
                WHERE area_kind = 'municipality' AND municipality_code <> area_code ORDER BY ALL""",
                "муниципалитет не сам себя",
            )
    for table in _PAIRS:
        if not context.has_table(table):
            continue
        findings += tell_rows(
            CHECK,
            context,
            table,
            ("pair_id", "supported_school_code", "partner_school_code"),
            f"""SELECT DISTINCT pair_id, supported_school_code, partner_school_code FROM {context.table(table)} AS row
            ANTI JOIN {agreements} AS agreement ON agreement.agreement_number = row.pair_id
                AND agreement.supported_school_code = row.supported_school_code
                AND agreement.partner_school_code = row.partner_school_code ORDER BY ALL""",
            "пара не по своему соглашению",
        )
    return Outcome(count_rows(context, *SCHOOLS), tuple(findings))


CHECK = Check(
    rule="schools_in_place",
    stage="marts",
    severity="blocker",
    title="школы стоят в своих муниципалитетах, пары — по своим соглашениям",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

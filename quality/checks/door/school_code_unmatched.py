"""Every row names a school of the register, by code or by a name that was matched."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.contracts import entity_fields
from quality.finding import Finding
from quality.rows import with_school

_REGISTER = "school_register"
# A base of РИС lists the schools of the whole region: those that are not in the register are not ours to judge.
_REGION = ("gia_ris", "schools")


def run(context: Context) -> Outcome:
    """Compare the schools of every entity with the register (given, or proposed in ``school_map``)."""
    register = context.lake(_REGISTER, "schools")
    known = f"SELECT school_code FROM {context.inputs('school_map')} WHERE school_code IS NOT NULL"
    if register:
        known += f" UNION SELECT school_code FROM {register}"
    context.define("known_schools", known)
    seen = 0
    findings: list[Finding] = []
    for source, entity in sorted({(source, entity) for source, entity, _ in context.entities()}):
        names = {field.name for field in entity_fields(source, entity)}
        if (source, entity) != _REGION and source != _REGISTER and names & {"school_code", "school_name"}:
            outcome = _entity(context, source, entity, "school_name" in names)
            seen += outcome.n_evaluated
            findings += outcome.findings
    return Outcome(seen, tuple(findings))


def _entity(context: Context, source: str, entity: str, has_names: bool) -> Outcome:
    view = with_school(context, source, entity)
    if view is None:
        return Outcome(0)
    name = "school_name" if has_names else "NULL"
    groups = context.rows(
        f"""SELECT academic_year, file_name, source_sheet, school, list(source_row) AS numbers
        FROM {view} AS lake WHERE (school IS NULL OR school NOT IN (SELECT school_code FROM known_schools))
        AND (school IS NOT NULL OR {name} IS NOT NULL)
        GROUP BY academic_year, file_name, source_sheet, school ORDER BY ALL"""
    )
    findings: list[Finding] = [
        CHECK.finding(
            f"код ОО {group['school']} не найден в реестре школ"
            if group["school"]
            else f"школа не опознана по названию: строк {len(set(group['numbers']))}",
            scope={"source": source, "academic_year": group["academic_year"], "school_code": group["school"]},
            file=group["file_name"],
            sheet=group["source_sheet"],
            column="Код ОО" if group["school"] else "Наименование ОО",
            rows=group["numbers"],
            count=len(group["numbers"]),
        )
        for group in groups
    ]
    return Outcome(context.number(f"SELECT count(*) FROM {view}"), tuple(findings))


CHECK = Check(
    rule="school_code_unmatched",
    stage="door",
    severity="blocker",
    title="каждая строка относится к школе реестра",
    guidance="Добавьте школу в реестр, исправьте код в файле или подтвердите соответствие названия в acts/schools.",
    owner="data engineer",
    tables=(),
    run=run,
)

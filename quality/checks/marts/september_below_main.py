"""With September counted no fewer pupils have passed, unless a re-sit, appeal or annulment took a result."""

from __future__ import annotations

from typing import Any

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import count_figures, name_of, scope_of
from quality.finding import compress_rows
from quality.rows import with_school

_LAWFUL = "'appeal_changed', 'annulled_retake', 'annulled_no_retake', 'removed', 'replaced'"


def run(context: Context) -> Outcome:
    """Compare I1 of schools by cut-off; a fall that dated re-sits, appeals or annulments cover is a warning.

    Both name the rows of the pupils who fell: file, sheet, row.
    """
    figures = context.table("indicator_values")
    rows = context.rows(
        f"""SELECT later.*, main.numerator - later.numerator AS fallen FROM {figures} AS later JOIN {figures} AS main
            USING (academic_year, municipality_code, area_kind, area_code, gia_level, denominator_kind, measure)
        WHERE later.indicator_code = 'I1' AND main.indicator_code = 'I1' AND later.cutoff = 'september'
            AND main.cutoff = 'main' AND later.area_kind = 'school' AND later.numerator < main.numerator
        ORDER BY ALL"""
    )
    reasons = _pupils_with_reason(context) if rows else {}
    places = _places(context) if rows else {}
    findings = []
    for row in rows:
        levels = ("9", "11") if row["gia_level"] == "all" else (row["gia_level"],)
        lawful = sum(reasons.get((row["academic_year"], row["area_code"], level), 0) for level in levels)
        explained = lawful >= row["fallen"]
        findings.append(
            CHECK.finding(
                f"{name_of(row)}: с сентябрём прошли на {row['fallen']} меньше, чем в основной период; "
                + (
                    "изменивших результат законно достаточно"
                    if explained
                    else f"законно изменивших только {lawful}"
                )
                + _told([place for level in levels for place in places.get((*_place_of(row), level), [])]),
                severity="warning" if explained else "blocker",
                scope=scope_of(row),
                count=row["fallen"],
            )
        )
    return Outcome(count_figures(context), tuple(findings))


def _place_of(row: dict[str, Any]) -> tuple[str, str]:
    return row["academic_year"], row["area_code"]


def _places(context: Context) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Rows that took a pupil's pass, by year, school and level: file, sheet, rows."""
    if not context.has_table("september_falls"):
        return {}
    rows = context.rows(
        f"""SELECT falls.academic_year, falls.school_code, falls.gia_level, files.file_name, falls.source_sheet,
            list(DISTINCT falls.source_row ORDER BY falls.source_row) AS source_rows
        FROM {context.table("september_falls")} AS falls
        LEFT JOIN (SELECT delivery_id, any_value(file_name) AS file_name
            FROM {context.inputs("deliveries")} GROUP BY 1) AS files USING (delivery_id)
        GROUP BY ALL ORDER BY ALL"""
    )
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["academic_year"], row["school_code"], row["gia_level"]), []).append(row)
    return found


def _told(places: list[dict[str, Any]]) -> str:
    """Say where the pupils stand; empty where the build listed none."""
    told = []
    for place in places:
        parts = [place["file_name"] or "", f"лист «{place['source_sheet']}»" if place["source_sheet"] else ""]
        parts.append(f"строки {compress_rows(row for row in place['source_rows'] if row is not None)}")
        told.append(", ".join(part for part in parts if part))
    return f"; снизившиеся: {'; '.join(told)}" if told else ""


def _pupils_with_reason(context: Context) -> dict[tuple[str, str, str], int]:
    """Pupils by year, school and level with a changed, annulled or repeated result in a subject, whoever tells it."""
    told = [rows for rows in (_of_protocols(context), _of_the_base(context)) if rows]
    if not told:
        return {}
    rows = context.rows(
        f"""WITH told AS ({" UNION ALL ".join(told)}),
        pupils AS (
            SELECT academic_year, gia_level, person_id, subject_code, max(school) AS school
            FROM told JOIN {context.inputs("person_map")} AS map USING (source, academic_year, person_token)
            WHERE exam_date IS NOT NULL
            GROUP BY academic_year, gia_level, person_id, subject_code
            HAVING count(DISTINCT exam_date) > 1 OR bool_or(is_changed))
        SELECT academic_year, school, gia_level, count(DISTINCT person_id) AS n FROM pupils GROUP BY ALL"""
    )
    return {(row["academic_year"], row["school"], str(row["gia_level"])): row["n"] for row in rows}


def _of_protocols(context: Context) -> str | None:
    view = with_school(context, "gia_protocol", "results")
    return view and (
        f"""SELECT 'gia_protocol' AS source, academic_year, gia_level, school, person_token, subject_code, exam_date,
            coalesce(result_status IN ({_LAWFUL}), false) AS is_changed FROM {view}"""
    )


def _of_the_base(context: Context) -> str | None:
    """Works of the base of РИС with their participants and schools; a change by appeal is dated by its work."""
    views = {name: context.lake("gia_ris", name) for name in ("tests", "participants", "schools", "appeals")}
    tests, people, schools = views["tests"], views["participants"], views["schools"]
    if not (tests and people and schools):
        return None
    changed = "false"
    if views["appeals"]:
        changed = f"""{_guid("tests.ris_test_id")} IN (
            SELECT {_guid("ris_test_id")} FROM {views["appeals"]} WHERE NOT coalesce(is_declined, false))"""
    return f"""SELECT 'gia_ris' AS source, tests.academic_year, tests.gia_level, schools.school_code AS school,
            people.person_token, tests.subject_code, tests.exam_date, {changed} AS is_changed
        FROM {tests} AS tests
        JOIN {people} AS people ON people.academic_year = tests.academic_year AND people.gia_level = tests.gia_level
            AND {_guid("people.ris_participant_id")} = {_guid("tests.ris_participant_id")}
        LEFT JOIN {schools} AS schools
            ON schools.academic_year = people.academic_year AND schools.gia_level = people.gia_level
            AND {_guid("schools.ris_school_id")}
                = {_guid("coalesce(people.graduated_school_id, people.registered_school_id)")}"""


def _guid(column: str) -> str:
    """SQL: an identifier of the base as it is compared, without braces and case."""
    return f"lower(replace(replace(trim({column}), '{{', ''), '}}', ''))"


CHECK = Check(
    rule="september_below_main",
    stage="marts",
    severity="blocker",
    title="с учётом сентября прошедших не меньше, чем в основной период",
    guidance="Найдите пересдачу, апелляцию или аннулирование каждого снизившегося; пришлите недостающий протокол.",
    owner="methodologist",
    tables=("indicator_values",),
    run=run,
)

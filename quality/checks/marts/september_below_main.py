"""With September counted no fewer pupils have passed, unless a re-sit, appeal or annulment took a result."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import count_figures, name_of, scope_of
from quality.rows import with_school

_LAWFUL = "'appeal_changed', 'annulled_retake', 'annulled_no_retake', 'removed', 'replaced'"


def run(context: Context) -> Outcome:
    """Compare I1 of schools by cut-off; a fall that dated re-sits, appeals or annulments cover is a warning."""
    figures = context.table("indicator_values")
    rows = context.rows(
        f"""SELECT later.*, main.numerator - later.numerator AS fallen FROM {figures} AS later JOIN {figures} AS main
            USING (academic_year, municipality_code, area_kind, area_code, gia_level, denominator_kind, measure)
        WHERE later.indicator_code = 'I1' AND main.indicator_code = 'I1' AND later.cutoff = 'september'
            AND main.cutoff = 'main' AND later.area_kind = 'school' AND later.numerator < main.numerator
        ORDER BY ALL"""
    )
    reasons = _pupils_with_reason(context) if rows else {}
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
                ),
                severity="warning" if explained else "blocker",
                scope=scope_of(row),
                count=row["fallen"],
            )
        )
    return Outcome(count_figures(context), tuple(findings))


def _pupils_with_reason(context: Context) -> dict[tuple[str, str, str], int]:
    """Pupils by year, school and level with a changed, annulled or repeated result in a subject."""
    view = with_school(context, "gia_protocol", "results")
    if view is None:
        return {}
    rows = context.rows(
        f"""WITH pupils AS (
            SELECT academic_year, school, gia_level, subject_code, person_token FROM {view}
            WHERE person_token IS NOT NULL AND exam_date IS NOT NULL GROUP BY ALL
            HAVING count(DISTINCT exam_date) > 1 OR bool_or(coalesce(result_status IN ({_LAWFUL}), false)))
        SELECT academic_year, school, gia_level, count(DISTINCT person_token) AS n FROM pupils GROUP BY ALL"""
    )
    return {(row["academic_year"], row["school"], str(row["gia_level"])): row["n"] for row in rows}


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

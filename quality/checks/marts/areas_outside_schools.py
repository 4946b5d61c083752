"""An area counts the people of its schools: no fewer than the largest school, no more than all together."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import count_figures, judge_figures, numbered_figures, whole


def run(context: Context) -> Outcome:
    """Judge numerators (and denominators of I1) of areas whose every member school has the same figure as a count.

    Graduates belong to one school, so I1 must add up exactly; pupils and teachers may stand in several schools.
    """
    figures, members = numbered_figures(context), context.table("area_members")
    sql = f"""WITH schools AS (
            SELECT CAST(left(academic_year, 4) AS SMALLINT) AS start, whole.area, part.area AS school
            FROM {members} AS member
            JOIN numbered_areas AS whole USING (municipality_code, area_kind, area_code)
            LEFT JOIN numbered_areas AS part
                ON part.area_kind = 'school' AND part.area_code = member.school_code
                AND part.municipality_code = member.municipality_code),
        sums AS (
            SELECT area.start, area.area, area.variant,
                any_value(area.numerator) AS n, any_value(area.denominator) AS d,
                any_value(area.indicator_code) AS indicator, max(figure.numerator) AS largest,
                sum(figure.numerator) AS added, sum(figure.denominator) AS denominators,
                count(*) AS n_schools, count(figure.numerator) AS n_counted
            FROM {figures} AS area JOIN schools USING (start, area)
            LEFT JOIN {figures} AS figure ON figure.area = schools.school
                AND figure.start = area.start AND figure.variant = area.variant
            WHERE area.area_kind IN ('group', 'municipality') AND area.numerator IS NOT NULL
            GROUP BY area.start, area.area, area.variant)
        SELECT figure_id, largest, added FROM {figures} JOIN sums USING (start, area, variant)
        WHERE n_schools = n_counted AND (n NOT BETWEEN largest AND added
            OR (indicator = 'I1' AND (n <> added OR d <> denominators)))"""
    return judge_figures(
        CHECK,
        context,
        whole(context, sql),
        count_figures(context),
        lambda row: (
            f"учтено {row['numerator']}, а в школах от {row['largest']} (наибольшая) до {row['added']} (сумма)"
        ),
    )


CHECK = Check(
    rule="areas_outside_schools",
    stage="marts",
    severity="blocker",
    title="показатель территории сходится с показателями её школ",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=("indicator_values",),
    run=run,
    is_waivable=False,
)

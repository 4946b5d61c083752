"""An area counts the people of its schools: no fewer than the largest school, no more than all together."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import KEYS, count_figures, judge_figures

_PLACE = ("area_kind", "area_code")


def run(context: Context) -> Outcome:
    """Judge numerators (and denominators of I1) of areas whose every member school has the same figure as a count.

    Graduates belong to one school, so I1 must add up exactly; pupils and teachers may stand in several schools.
    """
    figures, members = context.table("indicator_values"), context.table("area_members")
    rest = [key for key in KEYS if key not in _PLACE]
    same = " AND ".join(f"school.{key} = area.{key}" for key in rest)
    sql = f"""WITH sums AS (
            SELECT area.figure_id, any_value(area.numerator) AS n, any_value(area.denominator) AS d,
                any_value(area.indicator_code) AS indicator, max(school.numerator) AS largest,
                sum(school.numerator) AS added, sum(school.denominator) AS denominators,
                count(*) AS n_schools, count(school.numerator) AS n_counted
            FROM {figures} AS area
            JOIN {members} AS member ON member.academic_year = area.academic_year
                AND member.municipality_code = area.municipality_code AND member.area_kind = area.area_kind
                AND member.area_code = area.area_code
            LEFT JOIN {figures} AS school ON school.area_kind = 'school' AND school.area_code = member.school_code
                AND {same}
            WHERE area.area_kind IN ('group', 'municipality') AND area.numerator IS NOT NULL
            GROUP BY area.figure_id)
        SELECT area.*, largest, added FROM {figures} AS area JOIN sums USING (figure_id)
        WHERE n_schools = n_counted AND (n NOT BETWEEN largest AND added
            OR (indicator = 'I1' AND (n <> added OR d <> denominators)))
        ORDER BY {", ".join(f"area.{key}" for key in KEYS)}"""
    return judge_figures(
        CHECK,
        context,
        sql,
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

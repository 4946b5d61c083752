"""One person has one result of one exam on one day."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.rows import column_title, with_school


def run(context: Context) -> Outcome:
    """Find people with different valid results of a subject on one day; equal rows are one result delivered twice."""
    view = with_school(context, "gia_protocol", "results")
    if view is None:
        return Outcome(0)
    groups = context.rows(
        f"""WITH results AS (
            SELECT rows.*, map.person_id FROM {view} AS rows
            JOIN (SELECT * FROM {context.inputs("person_map")} WHERE source = 'gia_protocol') AS map
                USING (academic_year, person_token)
            WHERE result_status IS NULL OR result_status = 'valid'),
        twice AS (
            SELECT academic_year, gia_level, subject_code, exam_date, person_id FROM results GROUP BY ALL
            HAVING count(DISTINCT (primary_mark, test_mark, mark)) > 1)
        SELECT academic_year, gia_level, subject_code, school, file_name, source_sheet,
            list(source_row) AS numbers, count(DISTINCT person_id) AS n
        FROM results SEMI JOIN twice USING (academic_year, gia_level, subject_code, exam_date, person_id)
        GROUP BY ALL ORDER BY academic_year, gia_level, subject_code, school, file_name, source_sheet"""
    )
    return Outcome(
        context.number(f"SELECT count(*) FROM {view}"),
        tuple(
            CHECK.finding(
                f"у одного участника в один день разные результаты, участников {group['n']}",
                scope={
                    "source": "gia_protocol",
                    "academic_year": group["academic_year"],
                    "gia_level": group["gia_level"],
                    "subject_code": group["subject_code"],
                    "school_code": group["school"],
                },
                file=group["file_name"],
                sheet=group["source_sheet"],
                column=column_title(context, "gia_protocol", "results", "mark", group["subject_code"]),
                rows=group["numbers"],
                count=group["n"],
            )
            for group in groups
        ),
    )


CHECK = Check(
    rule="duplicate_results",
    stage="door",
    severity="warning",
    title="у участника один результат экзамена в один день",
    guidance="Сверьте строки с ведомостью: оставьте действующий результат или разведите тёзок датами рождения.",
    owner="data engineer",
    tables=("gia_protocol.results",),
    run=run,
)

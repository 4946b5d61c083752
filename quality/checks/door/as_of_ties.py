"""Two deliveries about the same state of affairs that differ: which one is right only the sender knows."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context


def run(context: Context) -> Outcome:
    """Turn every tie of the inputs into a finding that names both files."""
    ties = context.rows(
        f"""SELECT source, academic_year, count(DISTINCT scope_key) AS n,
            any_value(a.file_name) AS first_file, any_value(b.file_name) AS second_file
        FROM {context.inputs("ties")} AS ties
        LEFT JOIN (SELECT reading_id, any_value(file_name) AS file_name FROM {context.inputs("readings")}
            GROUP BY 1) AS a ON a.reading_id = ties.reading_id_a
        LEFT JOIN (SELECT reading_id, any_value(file_name) AS file_name FROM {context.inputs("readings")}
            GROUP BY 1) AS b ON b.reading_id = ties.reading_id_b
        GROUP BY source, academic_year, reading_id_a, reading_id_b ORDER BY ALL"""
    )
    scopes = context.number(f"SELECT count(*) FROM {context.inputs('effective')}")
    return Outcome(
        scopes,
        tuple(
            CHECK.finding(
                f"файлы «{tie['first_file']}» и «{tie['second_file']}» описывают одно и то же на одну дату, "
                f"но различаются (частей: {tie['n']})",
                scope={"source": tie["source"], "academic_year": tie["academic_year"]},
                file=tie["first_file"],
                count=tie["n"],
            )
            for tie in ties
        ),
    )


CHECK = Check(
    rule="as_of_ties",
    stage="door",
    severity="blocker",
    title="у поставок об одном и том же разные даты состояния",
    guidance="Укажите в файле <поставка>.delivery.yaml верной поставки более позднюю дату as_of и повторите запуск.",
    owner="data engineer",
    tables=(),
    run=run,
)

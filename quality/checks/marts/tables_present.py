"""The build wrote every table that the report and BI read; none that cannot be empty is."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context

FILLED = (
    "dim_school",
    "dim_academic_year",
    "dim_indicator",
    "dim_subject",
    "area_members",
    "disclosure_rules",
    "indicator_values",
)
PRESENT = ("bridge_partnership", "figure_deliveries", "figure_exclusions", "subject_results")


def run(context: Context) -> Outcome:
    """Count the rows of every expected mart; then every effective academic year must stand among the figures."""
    findings, rows = [], 0
    for name in (*FILLED, *PRESENT):
        if not context.has_table(name):
            findings.append(CHECK.finding(f"нет таблицы {name}"))
            continue
        n = context.number(f"SELECT count(*) FROM {context.table(name)}")
        rows += n
        if not n and name in FILLED:
            findings.append(CHECK.finding(f"таблица {name} пуста"))
    return Outcome(rows, tuple(findings))


CHECK = Check(
    rule="tables_present",
    stage="marts",
    severity="blocker",
    title="все таблицы построены и не пусты",
    guidance="Повторите расчёт: «opora build». Если не помогло, сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

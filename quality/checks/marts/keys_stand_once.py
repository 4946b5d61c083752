"""The key of a table stands once: the contract of its model says which columns it is."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context, MissingTable
from quality.expectations.suites import mart_keys
from quality.finding import Finding
from quality.tables import tell_rows


def run(context: Context) -> Outcome:
    """Count the rows of every key of every table that the build wrote; the number evaluated is that of tables.

    The engine enforces keys while it builds; this rule judges what was written.
    """
    findings: list[Finding] = []
    seen = 0
    for table, key in sorted(mart_keys().items()):
        if not context.has_table(table):
            continue
        seen += 1
        columns = ", ".join(key)
        findings += tell_rows(
            CHECK,
            context,
            table,
            key,
            f"SELECT {columns} FROM {context.table(table)} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL",
            "ключ стоит не один раз",
        )
    if not seen:
        raise MissingTable("cells")
    return Outcome(seen, tuple(findings))


CHECK = Check(
    rule="keys_stand_once",
    stage="marts",
    severity="blocker",
    title="ключ таблицы стоит один раз",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

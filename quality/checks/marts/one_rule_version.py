"""All tables of a candidate were counted by the same rules."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context, MissingTable

_COLUMN = "rule_version"


def run(context: Context) -> Outcome:
    """Compare the rule version of every row of every table; the number evaluated is that of tables."""
    versions: dict[str, set[str]] = {}
    for path in sorted(context.candidate.cells.glob("*.parquet")):
        view = context.table(path.stem)
        if _COLUMN in context.columns(view):
            for row in context.rows(f"SELECT DISTINCT {_COLUMN} FROM {view}"):
                versions.setdefault(str(row[_COLUMN]), set()).add(path.stem)
    tables = {table for told in versions.values() for table in told}
    if not tables:
        raise MissingTable("cells")
    if len(versions) < 2:
        return Outcome(len(tables))
    told = "; ".join(f"{version}: {', '.join(sorted(names))}" for version, names in sorted(versions.items()))
    return Outcome(len(tables), (CHECK.finding(f"версий правил несколько: {told}", count=len(versions)),))


CHECK = Check(
    rule="one_rule_version",
    stage="marts",
    severity="blocker",
    title="все таблицы посчитаны по одной версии правил",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

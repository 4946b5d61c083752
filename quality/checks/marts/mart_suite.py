"""Every mart keeps its model's contract: Great Expectations suites generated from it, apart from dbt's own tests."""

from __future__ import annotations

from opora.files import sha256_file
from quality.check import Check, Outcome
from quality.context import Context
from quality.data_docs.judged import JudgedSuite
from quality.expectations.judge import judge_table
from quality.expectations.suites import mart_suites

_OWN = frozenset({"quality_results"})
_ALWAYS_JUDGED = frozenset(
    {"indicator_values", "dim_school", "dim_subject", "dim_indicator", "dim_academic_year"}
)


def run(context: Context) -> Outcome:
    """Judge every table of ``cells/``; one without a contract is a finding. Only tables with rows can be judged."""
    suites = mart_suites()
    evaluated, findings = 0, []
    for path in sorted(context.candidate.cells.glob("*.parquet")):
        name = path.stem
        if name in _OWN:
            continue
        if name not in suites:
            findings.append(CHECK.finding(f"у таблицы {name} нет договора"))
            continue
        view = context.table(name)
        if name not in _ALWAYS_JUDGED and not context.number(f"SELECT count(*) FROM {view}"):
            continue  # whether a table may be empty is the rule «tables_present»
        result = judge_table(context.home, context, view, suites[name], sha256_file(path))
        evaluated += len(result.verdicts)
        context.judged.append(JudgedSuite(CHECK.stage, name, "", result))
        findings += [CHECK.finding(f"{name}: {fault}") for fault in result.faults()]
        for verdict in result.verdicts:
            if verdict.state != "pass":
                item = verdict.expectation
                words = "нет столбца" if verdict.state == "missing_column" else item.words
                findings.append(
                    CHECK.finding(
                        f"{name}{'.' + item.column if item.column else ''}: {words}, строк {verdict.n_unexpected}",
                        column=item.column or None,
                        count=max(1, verdict.n_unexpected),
                    )
                )
    return Outcome(evaluated, tuple(findings))


CHECK = Check(
    rule="mart_suite",
    stage="marts",
    severity="blocker",
    title="таблицы соответствуют своим договорам",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

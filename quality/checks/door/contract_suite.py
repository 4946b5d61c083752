"""Every delivered entity and year keeps its contract: Great Expectations suites generated from it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from opora.files import sha256_text
from quality.check import Check, Outcome
from quality.context import Context
from quality.contracts import field_title
from quality.data_docs.judged import JudgedSuite
from quality.expectations.judge import judge_parts
from quality.expectations.spec import SuiteResult, Verdict
from quality.expectations.suites import door_suite
from quality.finding import Finding


def run(context: Context) -> Outcome:
    """Judge every entity and year. A suite without expectations or rows is a failure of its own."""
    evaluated, findings = 0, []
    for (source, entity), group in groupby(context.entities(), key=lambda item: item[:2]):
        results = _judged(context, source, entity, [year for _, _, year in group])
        for year, result in results.items():
            scope = {"source": source, "academic_year": year}
            evaluated += len(result.verdicts)
            context.judged.append(JudgedSuite(CHECK.stage, f"{source}.{entity}", year, result))
            findings += [
                CHECK.finding(f"{source}.{entity} {year}: {fault}", scope=scope) for fault in result.faults()
            ]
            for verdict in result.verdicts:
                if verdict.state != "pass":
                    findings += _tell(context, source, entity, year, verdict)
    return Outcome(evaluated, tuple(findings))


def _judged(context: Context, source: str, entity: str, years: list[str]) -> dict[str, SuiteResult]:
    view = context.lake(source, entity)

    def rows(wanted: Sequence[str]) -> str:
        listed = ", ".join(f"'{year}'" for year in wanted)
        return f"(SELECT * EXCLUDE (file_name) FROM {view} WHERE academic_year IN ({listed}))"

    parts = {year: (rows([year]), _identity(context, source, entity, year)) for year in years}
    found = judge_parts(context.home, context, parts, rows, door_suite(source, entity))
    return {year: found[year] for year in years}


def _identity(context: Context, source: str, entity: str, year: str) -> str:
    rows = context.rows(
        f"""SELECT DISTINCT scope_key, reading_id FROM {context.inputs("effective")}
        WHERE source = ? AND entity = ? AND academic_year = ? ORDER BY ALL""",
        [source, entity, year],
    )
    # Size and time stand for the bytes: files of the lake are never rewritten, so a change of either is a fault.
    files = [
        (path.name, path.stat().st_size, path.stat().st_mtime_ns)
        for path in context.lake_files(source, entity, year)
    ]
    return sha256_text(repr(([tuple(row.values()) for row in rows], files)))


def _tell(context: Context, source: str, entity: str, year: str, verdict: Verdict) -> list[Finding]:
    item = verdict.expectation
    scope = {"source": source, "academic_year": year}
    title = field_title(source, entity, item.column) if item.column else None
    if verdict.state == "missing_column":
        return [CHECK.finding(f"{source}.{entity}: нет столбца «{title}»", scope=scope, column=title)]
    if verdict.state == "error":
        return [
            CHECK.finding(
                f"{source}.{entity}: ожидание не вычислено ({item.kind})", scope=scope, column=title
            )
        ]
    if not item.column:
        return [CHECK.finding(f"{source}.{entity}: {item.words}", scope=scope)]
    view = context.lake(source, entity)
    places = context.rows(
        f"""SELECT file_name, source_sheet, list(source_row) AS numbers FROM {view}
        WHERE academic_year = '{year}' AND ({item.broken}) GROUP BY ALL ORDER BY file_name, source_sheet"""
    )
    return [
        CHECK.finding(
            f"{title}: {item.words}, строк {len(place['numbers'])}",
            scope=scope,
            file=place["file_name"],
            sheet=place["source_sheet"],
            column=title,
            rows=place["numbers"],
            count=len(place["numbers"]),
        )
        for place in places
    ] or [CHECK.finding(f"{title}: {item.words}, строк {verdict.n_unexpected}", scope=scope, column=title)]


CHECK = Check(
    rule="contract_suite",
    stage="door",
    severity="blocker",
    title="принятые строки соответствуют договору источника",
    guidance="Исправьте указанные строки в файле и пришлите его снова; если договор устарел, сообщите инженеру.",
    owner="data engineer",
    tables=(),
    run=run,
)

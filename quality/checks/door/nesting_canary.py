"""A column counts what its header says: the school's mean must be possible with its counts.

The classic fault is a column named «below» that counts «at or above». Then means lie where the counts cannot put
them: participants below the minimum have less than 50, high scorers 80 and more.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.check import Check, Outcome
from quality.checks.door.return_parts_exceed_participants import RULE as PARTS
from quality.context import Context
from quality.finding import Finding
from quality.rows import COLUMN_SHARE, column_title

MOST_BELOW = 49.99
_MEAN_ROUNDING = 0.51
_FEWEST_ROWS = 5

_HIGHEST = """(100 * coalesce(hundred, 0) + 99 * coalesce(high_80_99, 0) + {below} * coalesce(below_minimum, 0)
    + 79.99 * (participants - coalesce(hundred, 0) - coalesce(high_80_99, 0) - coalesce(below_minimum, 0)))
    / participants"""
_LOWEST = "(100 * coalesce(hundred, 0) + 80 * coalesce(high_80_99, 0)) / participants"


def run(context: Context) -> Outcome:
    """Judge each subject column of each sheet by the share of rows whose mean contradicts its counts.

    Columns whose parts exceed the participants are told by that rule; five-point subjects have no such bounds.
    """
    nested = tuple(_nested_headers(context))
    view = context.lake(PARTS.source, PARTS.entity)
    if view is None:
        readings = context.number(f"SELECT count(DISTINCT reading_id) FROM {context.inputs('effective')}")
        return Outcome(readings, nested)
    highest = _HIGHEST.format(below=MOST_BELOW)
    groups = context.rows(
        f"""WITH judged AS (
            SELECT *, ({PARTS.broken}) AS has_broken_parts,
                mean_score > {highest} + {_MEAN_ROUNDING} OR mean_score < {_LOWEST} - {_MEAN_ROUNDING} AS is_impossible
            FROM {view}
            WHERE {PARTS.applies} AND gia_level = 11 AND subject_code <> 22 AND participants > 0)
        SELECT academic_year, gia_level, subject_code, file_name, source_sheet,
            count(*) FILTER (WHERE has_broken_parts) AS n_parts, count(*) AS n_all,
            count(*) FILTER (WHERE mean_score IS NOT NULL) AS n_seen,
            count(*) FILTER (WHERE is_impossible) AS n_impossible,
            list(source_row) FILTER (WHERE is_impossible) AS numbers
        FROM judged GROUP BY ALL ORDER BY academic_year, gia_level, subject_code, file_name, source_sheet"""
    )
    findings = tuple(
        CHECK.finding(
            f"средний балл противоречит числам не преодолевших и высокобалльников в {group['n_impossible']} "
            f"строках из {group['n_seen']}: в столбце, видимо, другая величина",
            scope={
                "source": PARTS.source,
                "academic_year": group["academic_year"],
                "gia_level": group["gia_level"],
                "subject_code": group["subject_code"],
            },
            file=group["file_name"],
            sheet=group["source_sheet"],
            column=column_title(context, PARTS.source, PARTS.entity, "below_minimum", group["subject_code"]),
            rows=group["numbers"],
            count=group["n_impossible"],
        )
        for group in groups
        if group["n_seen"] >= _FEWEST_ROWS
        and group["n_impossible"] > COLUMN_SHARE * group["n_seen"]
        and group["n_parts"] <= COLUMN_SHARE * group["n_all"]
    )
    return Outcome(context.number(f"SELECT count(*) FROM {view}"), findings + nested)


def _nested_headers(context: Context) -> Iterator[Finding]:
    """Tell the pairs of columns that ingestion saw: headers name bounds, and numbers lie inside each other."""
    sources = context.rows(
        f"""SELECT DISTINCT effective.reading_id, effective.source, file_name
        FROM {context.inputs("effective")} AS effective
        LEFT JOIN {context.inputs("readings")} AS readings USING (reading_id) ORDER BY ALL"""
    )
    for reading in sources:
        for pair in context.reading_records[reading["reading_id"]].get("nested_columns") or []:
            yield CHECK.finding(
                f"столбец нигде не меньше столбца «{pair['other_column']}» (строк {pair['rows']}): "
                "в нём, видимо, другая величина",
                scope={
                    "source": reading["source"],
                    "academic_year": pair.get("academic_year"),
                    "gia_level": pair.get("gia_level"),
                },
                file=reading["file_name"],
                sheet=pair["sheet"],
                column=pair["column"],
                count=pair["rows"],
            )


CHECK = Check(
    rule="nesting_canary",
    stage="door",
    severity="blocker",
    title="столбцы считают то, что написано в заголовке",
    guidance="Сверьте заголовок столбца с тем, что в нём посчитано; исправьте раскладку или запросите верный файл.",
    owner="methodologist",
    tables=("gia_school_return.subject_counts",),
    run=run,
)

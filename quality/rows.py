"""Rules on single rows of the lake: which rows break one, and how they are told column by column.

A column that breaks a rule in more than ``COLUMN_SHARE`` of its rows does not hold what its header says:
then the finding is about the whole column. Otherwise each school gets its own finding, so that a waiver
withdraws no more figures than it must.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from quality.check import Check, Outcome
from quality.context import Context
from quality.contracts import field_title
from quality.finding import Finding

COLUMN_SHARE = 0.10
_COLUMN_ROWS = 20


@dataclass(frozen=True)
class RowRule:
    """A rule that each row of ``source.entity`` keeps or breaks.

    ``applies`` and ``broken`` are SQL conditions; ``column`` is the field that is told as the place;
    ``dimensions`` (such as ``subject_code``) go into the scope and part the columns.
    """

    source: str
    entity: str
    column: str
    applies: str
    broken: str
    dimensions: tuple[str, ...] = ()
    tell: Callable[[int, int, str], str] = field(
        default=lambda broken, seen, column: f"{column}: {broken} из {seen}"
    )


def judge(check: Check, context: Context, rule: RowRule) -> Outcome:
    """Return the outcome of one row rule; nothing delivered means nothing evaluated."""
    view = with_school(context, rule.source, rule.entity)
    if view is None:
        return Outcome(0)
    have = context.columns(view)
    dimensions = [name for name in ("academic_year", *rule.dimensions) if name in have]
    keys = ", ".join(dimensions)
    groups = context.rows(
        f"""SELECT {keys}, file_name, source_sheet,
            count(*) FILTER (WHERE {rule.applies}) AS n_seen,
            count(*) FILTER (WHERE ({rule.applies}) AND ({rule.broken})) AS n_broken
        FROM {view} GROUP BY {keys}, file_name, source_sheet ORDER BY ALL"""
    )
    broken = context.rows(
        f"""SELECT {keys}, file_name, source_sheet, school, municipality, source_row
        FROM {view} WHERE ({rule.applies}) AND ({rule.broken}) ORDER BY ALL"""
    )
    place_keys = [*dimensions, "file_name", "source_sheet"]
    by_place: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in broken:
        by_place.setdefault(tuple(row[key] for key in place_keys), []).append(row)
    findings: list[Finding] = []
    for group in groups:
        if group["n_broken"]:
            place = tuple(group[key] for key in place_keys)
            findings.extend(_tell(check, context, rule, group, by_place[place]))
    total = context.number(f"SELECT count(*) FROM {view}")
    return Outcome(total, tuple(findings))


def _tell(
    check: Check,
    context: Context,
    rule: RowRule,
    group: dict[str, Any],
    rows: list[dict[str, Any]],
) -> list[Finding]:
    scope: dict[str, object] = {"source": rule.source}
    scope |= {key: group[key] for key in ("academic_year", *rule.dimensions) if group.get(key) is not None}
    column = column_title(context, rule.source, rule.entity, rule.column, group.get("subject_code"))
    message = rule.tell(group["n_broken"], group["n_seen"], column)
    whole_column = group["n_seen"] >= _COLUMN_ROWS and group["n_broken"] > COLUMN_SHARE * group["n_seen"]
    parts: dict[tuple[Any, Any], list[int]] = {}
    for row in rows:
        school = (None, None) if whole_column else (row["school"], row["municipality"])
        parts.setdefault(school, []).append(row["source_row"])
    return [
        check.finding(
            message + ("; так нарушен весь столбец: в нём, видимо, другая величина" if whole_column else ""),
            scope=scope | {k: v for k, v in (("school_code", school), ("municipality_code", town)) if v},
            file=group["file_name"],
            sheet=group["source_sheet"],
            column=column,
            rows=numbers,
            count=len(numbers),
        )
        for (school, town), numbers in parts.items()
    ]


def column_title(context: Context, source: str, entity: str, name: str, subject: int | None) -> str:
    """Return how a person calls the column: «Химия: Получили 100 баллов»."""
    title = field_title(source, entity, name)
    return title if subject is None else f"{context.subject_name(subject)}: {title}"


def with_school(context: Context, source: str, entity: str) -> str | None:
    """Return a view of the entity's effective rows with ``school`` and ``municipality`` (codes, null where unknown).

    A row without a code is matched by its names through the candidate's ``school_map``.
    """
    view = context.lake(source, entity)
    if view is None:
        return None
    have = context.columns(view)
    code = "lake.school_code" if "school_code" in have else "CAST(NULL AS VARCHAR)"
    if "school_name" in have:
        town = "lake.municipality_name" if "municipality_name" in have else "CAST(NULL AS VARCHAR)"
        join = f"""LEFT JOIN (SELECT municipality_name, school_name, any_value(school_code) AS school_code,
                any_value(municipality_code) AS municipality_code
                FROM {context.inputs("school_map")} GROUP BY ALL) AS map
            ON map.school_name = lake.school_name AND map.municipality_name IS NOT DISTINCT FROM {town}"""
        chosen = f"coalesce({code}, map.school_code) AS school, map.municipality_code AS municipality"
    else:
        join, chosen = "", f"{code} AS school, CAST(NULL AS VARCHAR) AS municipality"
    name = f"{view}__school"
    context.define(name, f"SELECT lake.*, {chosen} FROM {view} AS lake {join}")
    return name

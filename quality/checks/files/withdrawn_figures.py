"""A figure that a waiver covers is withdrawn everywhere: it is never printed."""

from __future__ import annotations

import json

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import KEYS

_NUMBERS = ("numerator", "denominator", "value", "value_low", "value_high")


def run(context: Context) -> Outcome:
    """Look in the marts for numbers of schools that a covered finding names; the subject tables by their codes.

    Only what a scope names for sure is judged here: year with school and indicator, or year with subject code.
    """
    findings = json.loads(context.candidate.findings.read_text(encoding="utf-8"))
    scopes = [item["scope"] for item in findings if item.get("covered_by")]
    left = []
    for scope in scopes:
        n = _figures_left(context, scope) + _subjects_left(context, scope)
        if n:
            place = ", ".join(f"{key} {value}" for key, value in sorted(scope.items()))
            left.append(CHECK.finding(f"не изъято показателей: {n} ({place})", scope=scope, count=n))
    return Outcome(context.number(f"SELECT count(*) FROM {context.mart('indicator_values')}"), tuple(left))


def _figures_left(context: Context, scope: dict[str, str]) -> int:
    if "indicator_code" not in scope:
        return 0
    wanted = {key: value for key, value in scope.items() if key in KEYS}
    if "school_code" in scope:
        wanted |= {"area_kind": "school", "area_code": scope["school_code"]}
    where = " AND ".join(f"{key} = ?" for key in wanted)
    numbers = ", ".join(_NUMBERS)
    return context.number(
        f"SELECT count(*) FROM {context.mart('indicator_values')} WHERE {where} AND coalesce({numbers}) IS NOT NULL",
        list(wanted.values()),
    )


def _subjects_left(context: Context, scope: dict[str, str]) -> int:
    if "subject_code" not in scope or not (context.candidate.marts / "subject_results.parquet").exists():
        return 0
    view = context.mart("subject_results")
    columns = context.columns(view)
    wanted = {key: value for key, value in scope.items() if key in columns}
    if "school_code" in scope and "area_code" in columns:
        wanted |= {"area_kind": "school", "area_code": scope["school_code"]}
    where = " AND ".join(f"CAST({key} AS VARCHAR) = ?" for key in wanted)
    return context.number(
        f"SELECT count(*) FROM {view} WHERE {where} AND symbol IS DISTINCT FROM 'x'", list(wanted.values())
    )


CHECK = Check(
    rule="withdrawn_figures",
    stage="files",
    severity="blocker",
    title="показатели, изъятые решением, нигде не напечатаны",
    guidance="Ошибка изъятия: сообщите инженеру номер кандидата.",
    owner="methodologist",
    tables=(),
    run=run,
    is_waivable=False,
)

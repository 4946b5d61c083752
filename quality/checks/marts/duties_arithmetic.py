"""Duties of a partner school agree with their minimums, with the plan, and with the agreement."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.tables import count_rows, tell_rows, tell_uneven, tell_where

TABLE = "partner_duties"
KEYS = ("academic_year", "half", "pair_id", "duty_code")


def run(context: Context) -> Outcome:
    """Judge states by the counts, and the planned and overdue by the items of the plan in force."""
    view, plan, keys = context.table(TABLE), context.table("roadmap_events"), ", ".join(KEYS)
    wrong = """least(minimum, planned, done, overdue, hours, people, evidence_count, formal) < 0
        OR symbol IS NOT NULL OR meets_minimum IS DISTINCT FROM (done >= minimum) OR overdue > planned
        OR (state = 'done') <> (done >= greatest(minimum, 1))
        OR (state = 'overdue' AND overdue = 0 AND minimum = 0)
        OR (state = 'planned' AND (overdue > 0 OR (planned = 0 AND minimum = 0)))
        OR (state = 'none' AND (overdue > 0 OR planned > 0 OR minimum > 0))
        OR (done = 0 AND hours + people + evidence_count > 0) OR (formal > 0) <> (formal_reasons IS NOT NULL)"""
    findings = tell_where(CHECK, context, TABLE, KEYS, view, wrong)
    findings += tell_rows(
        CHECK,
        context,
        TABLE,
        KEYS,
        f"""WITH items AS (
            SELECT {keys}, count(*) FILTER (WHERE state <> 'cancelled') AS planned,
                count(*) FILTER (WHERE state = 'overdue') AS overdue
            FROM {plan} WHERE plan_version = 'current' GROUP BY ALL)
        SELECT {keys} FROM {view} AS duty FULL JOIN items USING ({keys})
        WHERE duty.planned IS DISTINCT FROM coalesce(items.planned, 0)
            OR duty.overdue IS DISTINCT FROM coalesce(items.overdue, 0) ORDER BY ALL""",
        "не столько, сколько в дорожной карте",
    )
    # The same duties are asked of every pair in every half-year of an academic year; each stands once.
    words = "обязанностей не столько, сколько у других"
    findings += tell_uneven(CHECK, context, TABLE, KEYS[:3], "duty_code", words)
    return Outcome(count_rows(context, TABLE), tuple(findings))


CHECK = Check(
    rule="duties_arithmetic",
    stage="marts",
    severity="blocker",
    title="обязанности школы-партнёра сходятся с минимумом и дорожной картой",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

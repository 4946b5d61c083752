"""Criteria of network interaction agree with themselves: value, counts, symbol, and what a component is."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.tables import count_rows, tell_rows, tell_uneven, tell_where

TABLE = "network_criteria"
KEYS = ("academic_year", "half", "municipality_code", "scope", "pair_id", "component", "plan_version")
_SHARES = (
    "awareness", "growth", "retention", "newcomers", "school_initiated", "schools_with_leader", "levels",
    "done_on_time", "done", "formal",
)  # fmt: skip
_COUNTS = ("active", "leaders", "bus_factor", "richness")
_MARKS = 4
"""The checklist of a goal has so many marks: presence is the mean of pairs."""
_FROM_ONE = ("effective_leaders", "effective_types", "rarefied")
"""Effective numbers: from one on, whatever is counted."""


def run(context: Context) -> Outcome:
    """Compute shares and counts anew; a component belongs to one criterion and is official everywhere or nowhere."""
    view = context.table(TABLE)
    wrong = f"""(symbol IS NULL AND value IS NULL) OR (symbol IN ('x', 'z') AND value IS NOT NULL)
        OR coalesce(symbol, 'x') NOT IN ('x', 'z') OR denominator < 0
        OR (value IS NOT NULL AND component IN {_SHARES} AND (coalesce(denominator, 0) <= 0
            OR NOT coalesce(abs(value - 100.0 * numerator / nullif(denominator, 0)) <= 1e-6, false)
            OR (component <> 'growth' AND value NOT BETWEEN 0 AND 100)))
        OR (value IS NOT NULL AND component IN {_COUNTS}
            AND (numerator < 0 OR value IS DISTINCT FROM CAST(numerator AS DOUBLE) OR value > denominator))
        OR (component = 'presence' AND value IS NOT NULL AND (value NOT BETWEEN 0 AND {_MARKS}
            OR NOT coalesce(abs(value - {_MARKS}.0 * numerator / nullif(denominator, 0)) <= 1e-6, false)))
        OR (component IN {_FROM_ONE} AND (value < 1 - 1e-6 AND denominator > 0 OR value > denominator + 1e-6))
        OR (component = 'initiator_diversity' AND value NOT BETWEEN 0 AND 1)
        OR (scope = 'network') <> (pair_id = 'z')"""
    findings = tell_where(CHECK, context, TABLE, KEYS, view, wrong)
    several = " OR ".join(
        f"count(DISTINCT {name}) > 1" for name in ("criterion", "is_official", "counts_people")
    )
    findings += tell_rows(
        CHECK,
        context,
        TABLE,
        ("component", "plan_version"),
        f"SELECT component, plan_version FROM {view} GROUP BY ALL HAVING {several} ORDER BY ALL",
        "составляющая описана по-разному",
    )
    # Every pair and network is measured by the same components in every half-year.
    words = "составляющих не столько, сколько у других"
    findings += tell_uneven(CHECK, context, TABLE, KEYS[:5], "component, plan_version", words)
    return Outcome(count_rows(context, TABLE), tuple(findings))


CHECK = Check(
    rule="criteria_arithmetic",
    stage="marts",
    severity="blocker",
    title="критерии сетевого взаимодействия согласованы",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)

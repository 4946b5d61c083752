"""Rules on tables beside the figures: rows that break a condition, told by their keys in one finding a table."""

from __future__ import annotations

from collections.abc import Sequence

from quality.check import Check
from quality.context import Context
from quality.finding import Finding

_SHOWN = 5


def tell_rows(
    check: Check, context: Context, table: str, keys: Sequence[str], sql: str, words: str
) -> list[Finding]:
    """Run ``sql`` (rows with the key columns, each a broken row) and tell them as one finding, none as no finding.

    The keys are codes and numbers of registers: nothing that could name a person belongs among them.
    """
    rows = context.rows(sql)
    if not rows:
        return []
    named = [" ".join(str(row[key]) for key in keys) for row in rows[:_SHOWN]]
    rest = f"; ещё {len(rows) - _SHOWN}" if len(rows) > _SHOWN else ""
    return [
        check.finding(f"{table}, {words}: {'; '.join(named)}{rest}", file=f"cells/{table}", count=len(rows))
    ]


def tell_where(
    check: Check, context: Context, table: str, keys: Sequence[str], view: str, wrong: str
) -> list[Finding]:
    """Tell the rows of ``view`` (the table as the check sees it) for which ``wrong`` holds: their numbers disagree."""
    sql = f"SELECT {', '.join(keys)} FROM {view} WHERE {wrong} ORDER BY ALL"
    return tell_rows(check, context, table, keys, sql, "числа не сходятся")


def tell_uneven(
    check: Check, context: Context, table: str, place: Sequence[str], kind: str, words: str
) -> list[Finding]:
    """Tell the places (key columns) where a kind stands twice, or not as many kinds as elsewhere in the year."""
    keys = ", ".join(place)
    sql = f"""WITH places AS (SELECT {keys}, count(*) AS n, count(DISTINCT ({kind})) AS kinds
            FROM {context.table(table)} GROUP BY ALL)
        SELECT {keys} FROM places
        QUALIFY n <> kinds OR kinds <> max(kinds) OVER (PARTITION BY academic_year) ORDER BY ALL"""
    return tell_rows(check, context, table, place, sql, words)


def count_rows(context: Context, *tables: str) -> int:
    """Return how many rows these tables hold together; one that the build did not write holds none."""
    return sum(
        context.number(f"SELECT count(*) FROM {context.table(table)}")
        for table in tables
        if context.has_table(table)
    )


def wilson(numerator: str, denominator: str, sign: str) -> str:
    """SQL: one end of Wilson's 95 % interval in per cent (Wilson 1927), from the counts."""
    z, n = 1.959963984540054, f"CAST({denominator} AS DOUBLE)"
    p = f"({numerator} / {n})"
    half = f"{z} * sqrt({p} * (1 - {p}) / {n} + {z * z} / (4 * {n} * {n}))"
    return f"(100 * ({p} + {z * z} / (2 * {n}) {sign} {half}) / (1 + {z * z} / {n}))"

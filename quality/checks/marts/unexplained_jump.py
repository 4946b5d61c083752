"""A school's result does not jump out of the funnel of the other schools' changes without a written explanation.

The change of two years is standardised by its binomial error; the limit is that of 99.8 %, widened by the schools' own
over-dispersion (Spiegelhalter, Statistics in Medicine 2005: z winsorised at a tenth on each side), since schools differ
by more than chance.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from quality.acts import Explanation, read_acts
from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import KEYS, name_of, scope_of

LIMIT = 3.0902  # two-sided 99.8 % of the normal distribution
_WINSORISED = 0.1
_FEWEST = 10


def run(context: Context) -> Outcome:
    """Judge official I1 of schools against the year before; a series break is no jump."""
    rest = [key for key in KEYS if key != "academic_year"]
    figures = context.table("indicator_values")
    rows = context.rows(
        f"""WITH years AS (SELECT *, CAST(left(academic_year, 4) AS INTEGER) AS start FROM {figures}
            WHERE indicator_code = 'I1' AND is_official AND area_kind = 'school' AND denominator > 0
                AND numerator IS NOT NULL)
        SELECT now.*, before.numerator AS n_before, before.denominator AS d_before
        FROM years AS now JOIN years AS before ON before.start = now.start - 1
            AND {" AND ".join(f"before.{key} = now.{key}" for key in rest)}
        WHERE NOT coalesce(now.series_break, false) AND NOT coalesce(before.series_break, false)
        ORDER BY {", ".join(f"now.{key}" for key in KEYS)}"""
    )
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["academic_year"], row["municipality_code"], row["gia_level"]), []).append(row)
    acts = read_acts(context.home, "explanations", Explanation)
    findings = [
        CHECK.finding(f"объяснение не читается: {problem}", file=f"acts/{file}")
        for file, problem in acts.problems
    ]
    for group in groups.values():
        limit = LIMIT * sqrt(overdispersion([z_of_change(row) for row in group]))
        for row in group:
            z = z_of_change(row)
            scope = {**scope_of(row), "gia_level": row["gia_level"]}
            told = {key: str(value) for key, value in scope.items()}
            if abs(z) > limit and not any(act.covers(told) for act in acts.items):
                findings.append(
                    CHECK.finding(
                        f"{name_of(row)}: за год с {row['n_before']} из {row['d_before']} до {row['numerator']} из "
                        f"{row['denominator']}; это дальше предела 99,8 % ({abs(z):.1f} против {limit:.1f})",
                        scope=scope,
                    )
                )
    return Outcome(len(rows), tuple(findings))


def z_of_change(row: dict[str, Any]) -> float:
    """Return the change in standard errors; half a pupil is added to both outcomes: 0 and 100 % have one too."""
    after, before = (
        _smoothed(row["numerator"], row["denominator"]),
        _smoothed(row["n_before"], row["d_before"]),
    )
    error = sqrt(after * (1 - after) / row["denominator"] + before * (1 - before) / row["d_before"])
    return (after - before) / error


def _smoothed(passed: int, of: int) -> float:
    return (passed + 0.5) / (of + 1)


def overdispersion(scores: list[float]) -> float:
    """Return the factor (at least 1) by which the scores vary more than chance; too few scores give 1."""
    if len(scores) < _FEWEST:
        return 1.0
    ordered = sorted(scores)
    cut = int(len(ordered) * _WINSORISED)
    low, high = ordered[cut], ordered[-1 - cut]
    return max(1.0, sum(min(max(score, low), high) ** 2 for score in ordered) / len(ordered))


CHECK = Check(
    rule="unexplained_jump",
    stage="marts",
    severity="blocker",
    title="скачок за предел 99,8 % письменно объяснён",
    guidance="Проверьте файлы обоих лет. Если скачок настоящий, положите объяснение в acts/explanations "
    "(scope, reason, signer).",
    owner="methodologist",
    tables=("indicator_values",),
    run=run,
)

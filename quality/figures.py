"""Rules on figures: one SQL condition over ``indicator_values``, told figure by figure with the figure's keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from quality.check import Check, Outcome
from quality.context import Context
from quality.finding import Finding

KEYS = (
    "academic_year",
    "municipality_code",
    "area_kind",
    "area_code",
    "indicator_code",
    "measure",
    "gia_level",
    "cutoff",
    "denominator_kind",
    "stage",
    "subject",
    "award",
    "usage_level",
    "period",
)
"""Key columns of a figure, in the order of its id."""

AREA = ("municipality_code", "area_kind", "area_code")
"""The keys that name the area of a figure."""
VARIANT = tuple(key for key in KEYS if key not in ("academic_year", *AREA))
"""The keys that name what is counted and how: some hundred combinations, whatever the number of areas."""
_NUMBERED = "numbered_figures"
_SCOPE = ("academic_year", "municipality_code", "indicator_code", "gia_level", "stage", "subject")
_MOST_FINDINGS = 200


def scope_of(figure: dict[str, Any]) -> dict[str, object]:
    """Return the scope of a finding about one figure; a figure of a school names the school."""
    scope: dict[str, object] = {key: figure[key] for key in _SCOPE if figure[key] not in ("z", "any", "all")}
    if figure["area_kind"] == "school":
        scope["school_code"] = figure["area_code"]
    return scope


def name_of(figure: dict[str, Any]) -> str:
    """Return how a figure is called in a message: its keys without those that do not apply."""
    return " ".join(str(figure[key]) for key in KEYS if figure[key] != "z")


def judge_figures(
    check: Check, context: Context, sql: str, n_evaluated: int, tell: Callable[[dict[str, Any]], str]
) -> Outcome:
    """Run ``sql`` (rows with all key columns, each a broken figure) and tell each row as a finding."""
    rows = context.rows(sql)
    return Outcome(n_evaluated, tuple(told(check, rows, tell)))


def told(
    check: Check, rows: list[dict[str, Any]], tell: Callable[[dict[str, Any]], str]
) -> Iterable[Finding]:
    """Return one finding a figure; past ``200`` one more that counts the rest, by year, so that none is lost."""
    for row in rows[:_MOST_FINDINGS]:
        yield check.finding(f"{name_of(row)}: {tell(row)}", scope=scope_of(row))
    rest: dict[str, int] = {}
    for row in rows[_MOST_FINDINGS:]:
        rest[row["academic_year"]] = rest.get(row["academic_year"], 0) + 1
    for year, count in rest.items():
        yield check.finding(f"ещё таких показателей: {count}", scope={"academic_year": year}, count=count)


def numbered_figures(context: Context) -> str:
    """Return a table of the figures under numbers (``start`` of the year, ``area``, ``variant``) with their values.

    To set figures of one table against each other by thirteen texts costs several times as much as by three numbers.
    A key that is missing has no number, so that the figure is set against none. Made once a context.
    """
    if not context.is_defined(_NUMBERED):
        figures = context.table("indicator_values")
        for name, keys in (("area", AREA), ("variant", VARIANT)):
            listed = ", ".join(keys)
            context.keep(
                f"numbered_{name}s",
                f"SELECT {listed}, CAST(row_number() OVER (ORDER BY {listed}) AS INTEGER) AS {name} "
                f"FROM (SELECT DISTINCT {listed} FROM {figures})",
            )
        context.keep(
            _NUMBERED,
            f"""SELECT CAST(left(academic_year, 4) AS SMALLINT) AS start, area, variant, figure_id,
                area_kind, indicator_code, numerator, denominator, value, change, change_low, change_high, change_status
            FROM {figures} LEFT JOIN numbered_areas USING ({", ".join(AREA)})
            LEFT JOIN numbered_variants USING ({", ".join(VARIANT)})""",
        )
    return _NUMBERED


def whole(context: Context, broken: str) -> str:
    """Return the statement that gives the figures of ``broken`` (a query with ``figure_id``) with all their columns."""
    return f"""SELECT figure.*, broken.* EXCLUDE (figure_id) FROM {context.table("indicator_values")} AS figure
        JOIN ({broken}) AS broken USING (figure_id) ORDER BY {", ".join(f"figure.{key}" for key in KEYS)}"""


def count_figures(context: Context) -> int:
    """Return how many figures the candidate has."""
    return context.number(f"SELECT count(*) FROM {context.table('indicator_values')}")

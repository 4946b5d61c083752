"""Models hold SQL that DuckDB and Spark understand alike; what only one of them knows stands in macros with dispatch.

Read from the text of the models, so that it costs nothing here. That Spark itself accepts every model, and finds the
same rows, is seen by ``make test-spark``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dbt_project.build.project import ROOT

MODELS = sorted([*(ROOT / "models").rglob("*.sql"), *(ROOT / "tests").glob("*.sql")])
ALIKE = frozenset(
    [
        "bit_count",
        "bit_or",
        "bool_and",
        "bool_or",
        "cast",
        "coalesce",
        "concat_ws",
        "count",
        "decimal",
        "dense_rank",
        "exp",
        "extract",
        "greatest",
        "least",
        "ln",
        "lower",
        "max",
        "min",
        "nullif",
        "rank",
        "replace",
        "round",
        "row_number",
        "substr",
        "substring",
        "sum",
        "trim",
    ]
)
"""Functions of the same name and the same meaning in both engines, for the types the models use."""
WORDS = frozenset(
    [
        "and",
        "as",
        "by",
        "except",
        "exists",
        "filter",
        "from",
        "in",
        "join",
        "not",
        "on",
        "or",
        "over",
        "select",
        "sets",
        "then",
        "union",
        "values",
        "when",
        "where",
        "with",
    ]
)
ONLY_DUCKDB = {
    "a cast by ::": r"::",
    "whole division //": r"//",
    "select * exclude": r"\*\s*(exclude|replace)\b",
    "qualify": r"\bqualify\b",
    "group by all": r"\b(group|order) by all\b",
    "a quoted name": r'"',
    "an interval": r"\binterval\s*'",
    "a type that Spark does not know": r"\bas (varchar|text|hugeint|double precision|real|float4)\b",
    "a list or a struct": r"\[|\{",
    "a fraction as a number (a decimal: Spark rounds its division to six digits)": r"\b\d+\.\d",
    "ilike": r"\bilike\b",
    "a join by position or as of": r"\b(asof|positional) join\b",
    "from before select": r"(\A|\()\s*from\b",
    "a name in Cyrillic": r"[а-яё]",
}


def sql_of(path: Path) -> str:
    """Return a model's SQL without Jinja, comments and texts."""
    text = path.read_text(encoding="utf-8").lower()
    text = re.sub(r"\{#.*?#\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"--[^\n]*", " ", text)
    text = re.sub(r"\{%.*?%\}", " ", text, flags=re.DOTALL)
    # An expression stands for a name, or for a call where brackets follow it.
    text = re.sub(r"\{\{.*?\}\}", " jinja ", text, flags=re.DOTALL)
    return re.sub(r"'[^']*'", "'text'", text)


def functions(sql: str) -> set[str]:
    """Return what is called: words before a bracket that are neither SQL's own nor names of subqueries."""
    subqueries = set(re.findall(r"\b([a-z_0-9]+) as \(", sql))
    return set(re.findall(r"\b([a-z_][a-z_0-9]*)\s*\(", sql)) - WORDS - subqueries


def order_keys(sql: str) -> list[str]:
    """Return every key of every ``order by``."""
    keys = []
    for start in (found.end() for found in re.finditer(r"\border by\b", sql)):
        depth, key = 0, ""
        for letter in sql[start:]:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth < 0:
                break
            if letter == "," and depth == 0:
                keys.append(key)
                key = ""
            else:
                key += letter
        keys.append(key)
    return [" ".join(key.split()) for key in keys]


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select a::bigint from t", "a cast by ::"),
        ("select a // 7 from t", "whole division //"),
        ("select * exclude (a) from t", "select * exclude"),
        ('select "a" from t', "a quoted name"),
        ("select cast(a as varchar) from t", "a type that Spark does not know"),
        ("select d + interval '1 month' from t", "an interval"),
        ("select a from t qualify b = 1", "qualify"),
        ("select a, count(*) from t group by all", "group by all"),
        ("select [1, 2] from t", "a list or a struct"),
        ("from t", "from before select"),
        (
            "select 100.0 * a / b from t",
            "a fraction as a number (a decimal: Spark rounds its division to six digits)",
        ),
        ("select школа from t", "a name in Cyrillic"),
    ],
)
def test_the_rules_can_fail(sql: str, fault: str) -> None:
    assert re.search(ONLY_DUCKDB[fault], sql)


def test_what_is_called_is_found() -> None:
    sql = "with t as (select arg_max(a, b) from s) select count (*) filter (where a in (1)) from t"
    assert functions(sql) == {"arg_max", "count"}
    assert order_keys("row_number() over (order by a desc, f(b, c) asc nulls last)") == [
        "a desc",
        "f(b, c) asc nulls last",
    ]


def test_models_hold_no_construct_of_one_engine() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in MODELS
        for name, pattern in ONLY_DUCKDB.items()
        if re.search(pattern, sql_of(path))
    ]
    assert not faults, "\n".join(faults)
    assert len(MODELS) > 150


def test_models_call_functions_that_both_engines_know_alike() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {name}()"
        for path in MODELS
        for name in sorted(functions(sql_of(path)) - ALIKE - {"jinja"})
    ]
    assert not faults, "\n".join(faults)


def test_every_order_says_where_nulls_stand() -> None:
    """Ascending, DuckDB puts nulls last, Spark first; descending both put them last. Numbers by case are no nulls."""
    faults = [
        f"{path.relative_to(ROOT)}: {key}"
        for path in MODELS
        for key in order_keys(sql_of(path))
        if not re.search(r"\bdesc$|\bnulls (first|last)\b|^case .* then \d+ else \d+ end$", key)
    ]
    assert not faults, "\n".join(faults)

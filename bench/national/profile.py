"""Where the costliest models spend themselves: their queries again over the same tables, by DuckDB's own profiler."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.national.figures import statements_path, warehouse_path
from bench.national.load import Load

MODELS = 3
OPERATORS = 6
_SHOWN = ("Groups", "Aggregates", "Projections", "Conditions", "Table")
_LETTERS = 90


def profiles(load: Load, seconds: dict[str, float]) -> dict[str, list[dict[str, Any]]]:
    """Return, for the costliest models, their costliest operators: what each does, seconds of all threads, rows out.

    ``seconds``: what each model took in the build whose tables stand in ``warehouse_path``.
    """
    import duckdb

    statements = json.loads(statements_path(load).read_text(encoding="utf-8"))
    costly = sorted(set(statements) & set(seconds), key=lambda name: -seconds[name])[:MODELS]
    with duckdb.connect(str(warehouse_path(load)), read_only=True) as con:
        con.execute("set preserve_insertion_order = false")
        return {name: _operators(con, statements[name]) for name in costly}


def _operators(con: Any, statement: str) -> list[dict[str, Any]]:
    (row,) = con.execute(f"explain (analyze, format json) {statement}").fetchall()
    spent: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    for operator in _walk(json.loads(row[1])["operator"]):
        word = _word(operator)
        spent[word] += operator["timing"]
        rows[word] += operator["intermediate_rows"]
    return [
        {
            "operator": word,
            "seconds": round(value, 2),
            "share": value / (spent.total() or 1),
            "rows": rows[word],
        }
        for word, value in spent.most_common(OPERATORS)
    ]


def _walk(operators: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for operator in operators:
        yield operator
        yield from _walk(operator.get("children", []))


def _word(operator: dict[str, Any]) -> str:
    """Return an operator with what tells it from its like: groups, aggregates, conditions of a join, the table read."""
    told = operator.get("extra_info") or {}
    words = [
        ", ".join(value) if isinstance(value, list) else str(value)
        for key in _SHOWN
        if (value := told.get(key)) and not (key == "Projections" and operator["type"] == "TABLE_SCAN")
    ]
    if files := told.get("Filename(s)"):  # the entity read, never a place of this machine
        words.append("/".join(str(files).rpartition("/lake/")[2].split("/")[:2]))
    text = " ".join(" ".join(words).split())
    return f"{operator['type']} {text[:_LETTERS]}{'…' if len(text) > _LETTERS else ''}".strip()

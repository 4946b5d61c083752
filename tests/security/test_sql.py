"""SQL is never made from data: values are parameters or go through a quoting function, names come from the code.

Read from the source of every room: an f-string that is executed may hold between single quotes nothing but constants
and calls of quoting functions, and outside of them no expression that speaks of what senders wrote.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dbt_project.build.borders
import dbt_project.build.run
import ingestion.eventlog.stream
import reporting.database.write
from opora.code import ROOMS, ROOT
from opora.sql import literal

EXECUTES = frozenset({"execute", "executemany", "sql", "query", "read_sql", "from_query"})
QUOTES = frozenset({"_literal", "_text", "_list", "_quoted", "quoted", "literal", "identifier"})
"""Functions that return a quoted literal, or the inside of one; tested below against DuckDB."""
OF_SENDERS = frozenset(
    {
        "row",
        "value",
        "values",
        "cell",
        "cells_of",
        "file_name",
        "sender",
        "reason",
        "message",
        "surname",
        "relative",
    }
)
"""Names under which the rooms hold what came from outside."""


def executed(text: str) -> Iterator[tuple[int, ast.JoinedStr]]:
    """Yield line and f-string of every statement that is executed, directly or through a variable of the function."""
    tree = ast.parse(text)
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.FunctionDef | ast.Module):
            continue
        made = {
            target.id: node.value
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(node.value, ast.JoinedStr)
        }
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                given_text = node.args[0]
                if isinstance(given_text, ast.Name):
                    given_text = made.get(given_text.id, given_text)
                if node.func.attr in EXECUTES and isinstance(given_text, ast.JoinedStr):
                    yield node.lineno, given_text


def faults(text: str) -> list[str]:
    """Return every interpolation of executed SQL that may carry data."""
    found = []
    for line, joined in executed(text):
        before = ""
        for part in joined.values:
            if isinstance(part, ast.Constant):
                before += str(part.value)
                continue
            assert isinstance(part, ast.FormattedValue)
            words = ast.unparse(part.value)
            named = {item.id for item in ast.walk(part.value) if isinstance(item, ast.Name)}
            named |= {item.attr for item in ast.walk(part.value) if isinstance(item, ast.Attribute)}
            is_inside = before.count("'") % 2 == 1
            is_quoted = bool(named & QUOTES) or bool(re.fullmatch(r"_*[A-Z][A-Z_0-9]*", words))
            if is_inside and not is_quoted:
                found.append(f"{line}: '{{{words}}}' stands between quotes")
            if not is_quoted and named & OF_SENDERS:
                found.append(f"{line}: {{{words}}} comes from outside")
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_makes_sql_from_data(room: str) -> None:
    told = [
        f"{path.relative_to(ROOT)}:{fault}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for fault in faults(path.read_text(encoding="utf-8"))
    ]
    assert told == [], "pass the value as a parameter, or quote it with a function of QUOTES"


@pytest.mark.parametrize(
    ("line", "is_fault"),
    [
        ("con.execute(f\"select * from t where name = '{name}'\")", True),
        ("con.execute(f'select * from t where name = {row[0]}')", True),
        ("query = f\"select '{path}'\"\n    con.execute(query)", True),
        ("con.execute(f\"select '{_quoted(path)}', {_literal(path)}\")", False),
        ("con.execute(f'select * from {table} where name = ?', [name])", False),
        ("con.execute(f\"set memory_limit = '{_MEMORY}'\")", False),
    ],
)
def test_the_lint_sees_what_it_should(line: str, is_fault: bool) -> None:
    assert bool(faults(f"def f():\n    {line}\n")) is is_fault


TEXTS = st.text(max_size=40).filter(lambda text: "\0" not in text) | st.sampled_from(
    ["'; drop table t; --", "''", "\\'", "дом' or '1'='1", "a\nb", "$$", 'x"y']
)


@given(TEXTS)
def test_a_quoted_text_is_one_value(text: str) -> None:
    """Every quoting function of the rooms gives DuckDB back exactly what it was given."""
    for quote in (literal, reporting.database.write._literal, ingestion.eventlog.stream._literal):
        assert duckdb.connect().execute(f"select {quote(text)}").fetchone() == (text,)
    if text and "\0" not in text:
        path = Path("/", text.replace("/", "_"))
        assert duckdb.connect().execute(f"select {dbt_project.build.borders._text(path)}").fetchone() == (
            str(path),
        )
        assert duckdb.connect().execute(f"select '{dbt_project.build.run._quoted(path)}'").fetchone() == (
            str(path),
        )

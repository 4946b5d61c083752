"""A table under contract is proved after it is made: other columns, a broken constraint or key stop the build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dbt_project.build import manifest as project
from dbt_project.build.invocation import dbt_arguments
from dbt_project.build.project import ROOT

_COLUMNS = [
    {"name": "code", "data_type": "varchar"},
    {
        "name": "place",
        "data_type": "integer",
        "constraints": [{"type": "not_null"}, {"type": "check", "expression": "place > 0"}],
    },
    {
        "name": "kind",
        "data_type": "varchar",
        "constraints": [{"type": "check", "expression": "kind in ('it''s', 'new')"}],
    },
]
_GOOD = "('a', 1, 'new'), ('a', 2, 'it''s'), ('b', 1, null)"


@pytest.mark.parametrize(
    ("key", "rows", "fault"),
    [
        ("primary_key", _GOOD, None),
        ("primary_key", "('a', 1, 'new'), ('b', 1, 'new'), ('a', 1, 'new')", "repeats its key: code, place"),
        ("primary_key", "('a', 1, 'new'), (null, 1, 'new')", "lacks code"),
        ("unique", "('a', 1, 'new'), (null, 1, 'new')", None),
        ("unique", "('a', 1, 'new'), ('a', 1, 'new')", "repeats its key: code, place"),
        ("unique", "('a', 1, 'new'), ('a', 0, 'new')", "place > 0"),
        ("unique", "('a', 1, 'new'), ('b', null, 'new')", "lacks place"),
        ("unique", "('a', 1, 'old'), ('b', 1, 'new')", "kind in ('it''s', 'new')"),
        ("custom", _GOOD, "nobody proves a constraint of the type custom"),
    ],
)
def test_a_constraint_holds(tmp_path: Path, key: str, rows: str, fault: str | None) -> None:
    columns = ["code", "place"]
    statement = f"select * from (values {rows}) as t(code, place, kind)"
    constraint = {"type": key, "columns": columns, "expression": "sorted"}
    _assert_told(*_built(tmp_path, statement, [constraint]), fault)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("select 'a' as code, 1 as place, 'new' as kind", None),
        (
            "select 'a' as code, 1::bigint as place, 'new' as kind",
            "code VARCHAR, place BIGINT, kind VARCHAR;",
        ),
        ("select 'a' as code, 1 as place", "code VARCHAR, place INTEGER;"),
        ("select 'a' as code, 1 as place, 'new' as kind, 2 as more", "kind VARCHAR, more INTEGER;"),
        ("select 1 as place, 'a' as code, 'new' as kind", "place INTEGER, code VARCHAR, kind VARCHAR;"),
        ("select 'a' as code, 1 as place, 'new' as sort", "place INTEGER, sort VARCHAR;"),
    ],
)
def test_columns_are_those_promised(tmp_path: Path, statement: str, fault: str | None) -> None:
    _assert_told(*_built(tmp_path, statement, []), fault)


def _assert_told(status: str, message: str, fault: str | None) -> None:
    if fault is None:
        assert status == "success", message
    else:
        assert status == "error"
        assert "kept breaks its contract" in message or "nobody proves" in message
        assert fault in message


def _built(folder: Path, statement: str, constraints: list[dict[str, Any]]) -> tuple[str, str]:
    """Build one model with the project's macros; return its status and what dbt says of it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    told = {
        "name": "kept",
        "config": {"materialized": "table", "contract": {"enforced": True}},
        "columns": _COLUMNS,
        "constraints": constraints,
    }
    (folder / "models").mkdir(exist_ok=True)
    (folder / "models" / "kept.sql").write_text(statement)
    (folder / "models" / "kept.yml").write_text(json.dumps({"version": 2, "models": [told]}))
    whole = {"name": "opora", "profile": "opora", "macro-paths": [str(ROOT / "macros")]}
    (folder / "dbt_project.yml").write_text(json.dumps(whole))
    project.set_environment(folder / "warehouse.duckdb")
    arguments = dbt_arguments(folder)
    arguments[arguments.index("--project-dir") + 1] = str(folder)
    try:
        (result,) = dbtRunner().invoke(["run", *arguments]).result
    finally:
        DuckDBConnectionManager.close_all_connections()
    return str(result.status), str(result.message)

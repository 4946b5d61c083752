"""Keys of a table under contract hold although no index keeps them: a repeated or a missing key stops the build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbt_project.build import manifest as project
from dbt_project.build.project import ROOT
from dbt_project.build.run import dbt_arguments

_MODEL = {
    "name": "keyed",
    "config": {"materialized": "table", "contract": {"enforced": True}},
    "columns": [
        {"name": "code", "data_type": "varchar"},
        {
            "name": "place",
            "data_type": "integer",
            "constraints": [{"type": "check", "expression": "place > 0"}],
        },
    ],
}


@pytest.mark.parametrize(
    ("kind", "rows", "fault"),
    [
        ("primary_key", "('a', 1), ('a', 2), ('b', 1)", None),
        ("primary_key", "('a', 1), ('b', 1), ('a', 1)", "keyed repeats its key: code, place"),
        ("primary_key", "('a', 1), (null, 1)", "keyed lacks its key: code, place"),
        ("unique", "('a', 1), (null, 1)", None),
        ("unique", "('a', 1), ('a', 1)", "keyed repeats its key: code, place"),
        ("unique", "('a', 1), ('a', 0)", "CHECK constraint failed"),
    ],
)
def test_a_key_holds(tmp_path: Path, kind: str, rows: str, fault: str | None) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    constraints = [{"type": kind, "columns": ["code", "place"]}]
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "keyed.sql").write_text(f"select * from (values {rows}) as t(code, place)")
    told = {"version": 2, "models": [_MODEL | {"constraints": constraints}]}
    (tmp_path / "models" / "keyed.yml").write_text(json.dumps(told))
    whole = {"name": "opora", "profile": "opora", "macro-paths": [str(ROOT / "macros")]}
    (tmp_path / "dbt_project.yml").write_text(json.dumps(whole))
    project.set_environment(tmp_path / "warehouse.duckdb")
    arguments = dbt_arguments(tmp_path)
    arguments[arguments.index("--project-dir") + 1] = str(tmp_path)
    try:
        (result,) = dbtRunner().invoke(["run", *arguments]).result
    finally:
        DuckDBConnectionManager.close_all_connections()
    if fault is None:
        assert str(result.status) == "success", result.message
    else:
        assert str(result.status) == "error"
        assert fault in result.message

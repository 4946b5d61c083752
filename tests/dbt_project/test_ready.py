"""What a build runs of the project says the same as the project, and lacks nothing that a build can call."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from dbt_project.build import manifest as project
from dbt_project.build.invocation import dbt_arguments
from dbt_project.build.plan import plan
from dbt_project.build.ready import make_ready, within_reach
from opora.config import Config
from opora.errors import OporaError
from opora.home import Home
from tests.dbt_project.lake_fixture import LakeFixture


@pytest.fixture
def home(tmp_path: Path) -> Home:
    project.set_environment(tmp_path / "warehouse.duckdb")
    return Home.create(tmp_path / "home", Config.model_validate({}))


def test_the_sql_is_what_dbt_renders_beside_a_database(
    built_town: tuple[LakeFixture, dict[str, pd.DataFrame]], tmp_path: Path
) -> None:
    """dbt's own rendering of the project as it is written, in a warehouse that a build filled: every text is equal."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    fixture = built_town[0]
    project.set_environment(plan(fixture.home, fixture.write_inputs).warehouse)
    arguments = dbt_arguments(tmp_path)
    parsed = project._unpacked(project._parsed(fixture.home, arguments))
    try:
        outcome = dbtRunner(manifest=parsed).invoke(["compile", "--exclude", "test_type:unit", *arguments])
    finally:
        DuckDBConnectionManager.close_all_connections()
    assert outcome.success
    ready = project.manifest_to_run(fixture.home, arguments)
    rendered = {
        name: node.compiled_code for name, node in parsed.nodes.items() if node.resource_type != "seed"
    }
    assert len(rendered) > 150
    assert {name: ready.nodes[name].raw_code for name in rendered} == rendered
    assert not any(re.search(r"\{[{%]", sql) for sql in rendered.values())
    # What a node is beside its text stays: settings, contract, columns, tests, what it stands on.
    for name, node in parsed.nodes.items():
        assert _beside_text(node) == _beside_text(ready.nodes[name]), name


def _beside_text(node: Any) -> tuple[Any, ...]:
    return node.config, node.columns, getattr(node.depends_on, "nodes", None), node.checksum.checksum


def test_a_macro_is_there_in_all_its_forms_or_in_none(home: Home, tmp_path: Path) -> None:
    """Else a dispatch would find another form in silence; of materializations the project's own is preferred anyway."""
    whole = project.load_manifest(home, dbt_arguments(tmp_path)).macros
    kept = project.manifest_to_run(home, dbt_arguments(tmp_path)).macros
    assert set(kept) < set(whole) and len(kept) < len(whole) / 3

    def plain(name: str) -> str:
        return name.removeprefix("default__").removeprefix("duckdb__")

    names = {plain(macro.name) for macro in kept.values()}
    missing = {name for name, macro in whole.items() if plain(macro.name) in names} - set(kept)
    assert {name.split(".")[2].split("_")[0] for name in missing} <= {"materialization"}
    for macro in kept.values():
        assert set(macro.depends_on.macros) <= set(kept), macro.name


def test_the_parsed_project_stays_as_it_is_written(home: Home, tmp_path: Path) -> None:
    project.manifest_to_run(home, dbt_arguments(tmp_path))
    parsed = project.load_manifest(home, dbt_arguments(tmp_path))
    model = parsed.nodes["model.opora.indicator_values"]
    assert "ref(" in model.raw_code and parsed.unit_tests


def test_a_model_that_asks_the_database_while_it_is_rendered_is_refused(home: Home, tmp_path: Path) -> None:
    arguments = dbt_arguments(tmp_path)
    parsed = project._unpacked(project._parsed(home, arguments))
    model = parsed.nodes["model.opora.int_teachers"]
    model.raw_code = "select {{ run_query('select 42 as a').columns[0].values()[0] }} as answer"
    with pytest.raises(OporaError, match=r"(?s)int_teachers.*без базы"):
        make_ready(parsed, arguments)
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="other"):
        project.set_environment(tmp_path / "other.duckdb")


def _macro(name: str, calls: tuple[str, ...] = (), package: str = "dbt") -> tuple[str, Any]:
    return f"macro.{package}.{name}", SimpleNamespace(
        name=name,
        package_name=package,
        depends_on=SimpleNamespace(macros=[f"macro.{call}" for call in calls]),
    )


def test_reach_by_hand() -> None:
    node = SimpleNamespace(
        resource_type="model",
        raw_code="select 1",
        config=SimpleNamespace(materialized="table"),
        depends_on=SimpleNamespace(macros=["macro.opora.only_to_render"]),
    )
    seed = SimpleNamespace(
        resource_type="seed",
        raw_code="",
        config=SimpleNamespace(materialized="seed"),
        depends_on=SimpleNamespace(macros=["macro.opora.hook"]),
    )
    macros = dict(
        [
            _macro("materialization_table_duckdb", ("opora.made",), "opora"),
            _macro("materialization_table_default", ("dbt.backup",)),
            _macro("materialization_seed_default", ("dbt.load",)),
            _macro("materialization_snapshot_default", ("dbt.load",)),
            _macro("made", ("dbt.statement",), "opora"),
            _macro("statement"),
            _macro("duckdb__statement", ("dbt_duckdb.deep",), "dbt_duckdb"),
            _macro("deep", (), "dbt_duckdb"),
            _macro("load"),
            _macro("hook", (), "opora"),
            _macro("backup"),
            _macro("only_to_render", (), "opora"),
            _macro("list_schemas"),
            _macro("default__list_schemas"),
        ]
    )
    reached = {
        name.split(".")[2]
        for name in within_reach(SimpleNamespace(macros=macros, nodes={"a": node, "b": seed}))
    }
    assert reached == {
        "materialization_table_duckdb", "materialization_seed_default", "made", "statement", "duckdb__statement",
        "deep", "load", "hook", "list_schemas", "default__list_schemas",
    }  # fmt: skip
    node.raw_code = "select {{ only_to_render() }}"
    assert "macro.opora.only_to_render" in within_reach(
        SimpleNamespace(macros=macros, nodes={"a": node, "b": seed})
    )

"""Columns and their origins: by hand for each form of a query, and against sqlglot's own tracer for a whole build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbt_project.build import manifest
from dbt_project.build.columns import (
    Origin,
    built_tables,
    column_origins,
    packed,
    table_columns,
    unpacked,
)
from dbt_project.build.run import BuildReport
from opora.candidates import Candidate
from tests.dbt_project.lake_fixture import LakeFixture
from tests.dbt_project.town import town

COLUMNS = {
    "main": {
        "schools": {"code": "VARCHAR", "name": "VARCHAR"},
        "marks": {"school": "VARCHAR", "mark": "BIGINT"},
    },
    "lake": {"gia__marks": {"school": "VARCHAR", "mark": "BIGINT"}},
    "run": {"settings": {"name": "VARCHAR", "value": "VARCHAR"}},
}
CODE, NAME = Origin("main", "schools", "code"), Origin("main", "schools", "name")
SCHOOL, MARK = Origin("main", "marks", "school"), Origin("main", "marks", "mark")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select code, name as title from main.schools", {"code": (CODE,), "title": (NAME,)}),
        # a filter and the condition of a join say which rows, not what a column holds
        (
            'select s.name, sum(m.mark) as total from "w"."main"."schools" as s '
            "inner join main.marks as m on s.code = m.school where m.mark > 2 group by s.name",
            {"name": (NAME,), "total": (MARK,)},
        ),
        (
            "with a as (select * from schools), b as (select a.* from a) select * from b",
            {"code": (CODE,), "name": (NAME,)},
        ),
        (
            "select code as what, 'x' as kind from schools union all select school, 'x' from marks",
            {"what": (SCHOOL, CODE), "kind": ()},
        ),
        (
            "select name, (select max(m.mark) from marks as m where m.school = s.code) as best from schools as s",
            {"name": (NAME,), "best": (MARK,)},
        ),
        (
            "with recursive steps as (select code as at from schools union all select at || 'x' from steps) "
            "select at from steps",
            {"at": (CODE,)},
        ),
        (
            "select row_number() over (partition by school order by mark) as place, count(*) as n from marks",
            {"place": (SCHOOL, MARK), "n": ()},
        ),
        ("select g.mark, (select value from run.settings) as v from lake.gia__marks as g",
         {"mark": (Origin("lake", "gia__marks", "mark"),), "v": ()}),
    ],
)  # fmt: skip
def test_origins_by_hand(query: str, expected: dict[str, tuple[Origin, ...]]) -> None:
    found = column_origins({"model": query}, COLUMNS)["model"]
    assert {name: set(origins) for name, origins in found.items()} == {
        name: set(origins) for name, origins in expected.items()
    }
    assert all(list(origins) == sorted(origins) for origins in found.values())


@pytest.mark.parametrize("query", ["select from where", "select nothing from schools"])
def test_a_query_that_cannot_be_followed_is_left_out(query: str) -> None:
    assert list(column_origins({"bad": query, "good": "select code from schools"}, COLUMNS)) == ["good"]


def test_tables_are_described_as_they_are(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "w.duckdb")) as con:
        con.execute("create table marks as select 'a' as school, 5::bigint as mark union all select 'b', 3")
        con.execute("create view best as select school, mark::double as best from marks where mark > 4")
        con.execute("create schema lake; create table lake.other (x date)")
        columns = table_columns(con)
        origins = column_origins(
            {"best": "select school, cast(mark as double) as best from marks where mark > 4"}, columns
        )
        found = built_tables(con, columns, unpacked(packed(origins)))
        assert columns["lake"] == {"other": {"x": "DATE"}}
    assert set(found) == {"marks", "best"}
    assert found["best"].columns == {"school": "VARCHAR", "best": "DOUBLE"} and found["best"].rows is None
    assert found["best"].origins["best"] == (MARK,)
    assert found["marks"].rows == 2 and found["marks"].origins == {}


@pytest.fixture(scope="module")
def town_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Candidate, BuildReport]:
    return LakeFixture(tmp_path_factory.mktemp("columns"), town()).build()


def test_every_model_of_a_build_is_described(town_build: tuple[Candidate, BuildReport]) -> None:
    candidate, report = town_build
    models = [node for node in _nodes() if node.resource_type in ("model", "seed")]
    assert set(report.models) == {node.name for node in models}
    with duckdb.connect(str(candidate.warehouse), read_only=True) as con:
        for name, table in report.models.items():
            # Words kept as numbers of a dictionary are words to whoever reads them.
            real = {
                row[0]: "VARCHAR" if row[1].startswith("ENUM(") else row[1]
                for row in con.execute(f"describe main.{name}").fetchall()
            }
            assert list(table.columns.items()) == list(real.items()), name
        everything = table_columns(con)
    for node in models:
        origins = report.models[node.name].origins
        assert set(origins) == (
            set(report.models[node.name].columns) if node.resource_type == "model" else set()
        )
        for column, found in origins.items():
            for origin in found:
                assert origin.column in everything[origin.schema][origin.table], (node.name, column, origin)


def test_origins_agree_with_another_tracer(town_build: tuple[Candidate, BuildReport]) -> None:
    """sqlglot's own lineage walks from one column at a time; every eighth model is enough of it for a fast test."""
    from sqlglot import exp, parse_one
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify

    candidate, report = town_build
    with duckdb.connect(str(candidate.warehouse), read_only=True) as con:
        columns: Any = table_columns(con)
    compared = 0
    for name, statement in sorted(_statements().items())[::8]:
        query = parse_one(statement, dialect="duckdb")
        for table in query.find_all(exp.Table):
            table.set("catalog", None)
        query = qualify(
            query, schema=columns, dialect="duckdb", db="main", quote_identifiers=False, identify=False
        )
        for column, origins in report.models[name].origins.items():
            node = lineage(column, query, schema=columns, dialect="duckdb")
            leaves = {
                Origin(leaf.source.db, leaf.source.name, leaf.name.split(".")[-1])
                for leaf in node.walk()
                if isinstance(leaf.source, exp.Table) and not leaf.downstream
            }
            assert {leaf for leaf in leaves if leaf.schema != "run"} == set(origins), (name, column)
            compared += 1
    assert compared > 100


def _nodes() -> list[Any]:
    """Return the nodes of the manifest that the build ran: it stands in this process."""
    return list(next(held for (kind, _), held in manifest._held.items() if kind == "ready").nodes.values())


def _statements() -> dict[str, str]:
    return {
        node.name: node.compiled_code
        for node in _nodes()
        if node.resource_type == "model" and node.compiled_code
    }

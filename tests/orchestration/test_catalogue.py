"""Words, schemas and lineage of the catalogue, from small facts; the demo's run is in end_to_end/test_catalogue.py."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import duckdb

from dbt_project.build.columns import BuiltTable, Origin
from dbt_project.build.lake_schema import entities
from opora.config import Config
from opora.home import Home
from orchestration.assets.candidate import INPUTS
from orchestration.assets.keys import warehouse_key
from orchestration.assets.lake import INBOX, lake_key, source_folders
from orchestration.build import build_defs
from orchestration.catalogue.lineage import model_lineage, taken_over, under_same_name
from orchestration.catalogue.schema import (
    COLUMN_SCHEMA,
    ROW_COUNT,
    ROWS,
    folder_metadata,
    model_metadata,
    origin_words,
    source_schema,
)
from orchestration.catalogue.words import Words, words_of
from orchestration.resources import House

MANIFEST = {
    "nodes": {
        "a": {"resource_type": "model", "name": "int_marks", "columns": {"mark": {"description": "Оценка"}, "n": {}}},
        "b": {"resource_type": "test", "name": "not_null", "columns": {}},
    },
    "sources": {
        "s": {"schema": "lake", "name": "gia__marks", "columns": {"school_code": {"description": "Код школы"}}}
    },
}  # fmt: skip


def origin(schema: str, table: str, column: str) -> tuple[Origin, ...]:
    return (Origin(schema, table, column),)


MODELS = {
    "stg_marks": BuiltTable(
        {"school_code": "VARCHAR"}, 3, {"school_code": origin("lake", "gia__marks", "school_code")}
    ),
    "int_marks": BuiltTable(
        {"school_code": "VARCHAR", "mark": "BIGINT", "passed_high": "BIGINT", "unheard_of": "DOUBLE"},
        2,
        {
            "school_code": origin("main", "stg_marks", "school_code"),
            "mark": origin("main", "stg_marks", "school_code"),
            "unheard_of": (),
            "passed_high": origin("main", "int_marks", "passed_high"),
        },
    ),
}  # fmt: skip


def test_words_come_from_the_yml_then_from_where_the_column_comes_then_from_its_name() -> None:
    words = words_of(MANIFEST, MODELS)
    assert words.of("int_marks", "mark") == "Оценка"
    assert words.of("int_marks", "school_code") == "Код школы"  # two models further up
    assert words.of("int_marks", "passed_high") == "People who passed, upper bound"
    assert words.of("int_marks", "unheard_of") == ""
    assert Words({}, {}).of("int_marks", "numerator") == "Числитель"


def test_a_model_shows_columns_types_words_and_rows() -> None:
    found = model_metadata("int_marks", MODELS["int_marks"], words_of(MANIFEST, MODELS))
    columns = [(item.name, item.type, item.description) for item in found[COLUMN_SCHEMA].columns]
    assert columns[:2] == [
        ("school_code", "varchar", "Код школы ← stg_marks.school_code"),
        ("mark", "bigint", "Оценка ← stg_marks.school_code"),
    ]
    assert columns[3] == ("unheard_of", "double", None) and found[ROW_COUNT] == 2
    nameless = model_metadata(
        "m", BuiltTable({"qq": "DATE"}, 0, {"qq": origin("main", "t", "a")}), Words({}, {})
    )
    assert nameless[COLUMN_SCHEMA].columns[0].description == "← t.a"


def test_origins_are_told_in_short() -> None:
    view = next(iter(entities()))
    entity = entities()[view]
    many = tuple(Origin("main", f"t{n}", "a") for n in range(6))
    own = (
        Origin("cached", "part_x", "a"),
        Origin("inputs", "person_map", "person_id"),
        Origin("lake", view, "as_of"),
    )
    table = BuiltTable({}, 0, {"many": many, "own": own, "none": ()})
    assert origin_words(table, "many") == "t0.a, t1.a, t2.a, t3.a (+2)"
    assert (
        origin_words(table, "own")
        == f"candidate_inputs:person_map.person_id, lake/{entity.source}:{entity.name}.as_of"
    )
    assert origin_words(table, "none") == origin_words(table, "unknown") == ""


def test_lineage_names_assets_and_leaves_out_what_no_asset_holds() -> None:
    view = next(iter(entities()))
    entity = entities()[view]
    table = BuiltTable(
        {"a": "VARCHAR", "b": "VARCHAR"},
        1,
        {
            "a": (Origin("cached", "part_x", "a"), Origin("lake", view, "as_of"), Origin("main", "stg", "z")),
            "b": origin("inputs", "person_map", "person_id"),
        },
    )
    found = model_lineage(table, warehouse_key, lake_key, INPUTS)
    assert found is not None and found.deps_by_column == {
        "a": [
            dg.TableColumnDep(dg.AssetKey(["lake", entity.source]), f"{entity.name}.as_of"),
            dg.TableColumnDep(dg.AssetKey(["warehouse", "stg"]), "z"),
        ],
        "b": [dg.TableColumnDep(INPUTS, "person_map.person_id")],
    }
    assert model_lineage(BuiltTable({"a": "VARCHAR"}, 1), warehouse_key, lake_key, INPUTS) is None


def test_sources_show_no_personal_field() -> None:
    names = {column.name for column in source_schema("gia_protocol").columns}
    assert {"results.mark", "results.person_token", "results.delivery_id"} <= names
    assert not {name for name in names if name.split(".")[1] in ("surname", "birth_date", "document_number")}
    assert all(source_schema(folder.name).columns for folder in source_folders())


def test_a_folder_shows_its_tables(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(
            f"copy (select 1::bigint as n, 'a' as academic_year) to '{tmp_path}/one.parquet' (format parquet)"
        )
        con.execute(
            f"copy (select range::double as x from range(3)) to '{tmp_path}/two.parquet' (format parquet)"
        )
    found = folder_metadata(tmp_path)
    assert [(c.name, c.type) for c in found[COLUMN_SCHEMA].columns] == [
        ("one.n", "bigint"), ("one.academic_year", "varchar"), ("two.x", "double"),
    ]  # fmt: skip
    assert found[ROWS].value == {"one": 1, "two": 3} and found[ROW_COUNT] == 4
    assert folder_metadata(tmp_path, only="two")[ROW_COUNT] == 3
    key = dg.AssetKey("above")
    known = under_same_name(folder_metadata(tmp_path, only="two")[COLUMN_SCHEMA], key)
    assert taken_over(found[COLUMN_SCHEMA], known).deps_by_column == {
        "two.x": [dg.TableColumnDep(key, "two.x")]
    }


def test_every_edge_of_the_graph_leads_to_an_asset_of_ours(tmp_path: Path) -> None:
    """Only the inbox is made by somebody else; a model that reads the lake hangs on it and on the inputs."""
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    graph = build_defs(House(home)).resolve_asset_graph()
    assert graph.external_asset_keys == {INBOX}
    parents = graph.get(warehouse_key("stg_gia_protocol__results")).parent_keys
    assert {INPUTS, lake_key("gia_protocol"), warehouse_key("subjects")} <= parents
    assert graph.get(warehouse_key("subjects")).parent_keys == {INPUTS}


def test_every_asset_says_what_it_is_whose_it_is_and_what_it_is_made_of(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    for spec in build_defs(House(home)).resolve_all_asset_specs():
        assert spec.description and spec.group_name and spec.kinds and spec.owners, spec.key
        # Dagster's pages prefer a definition's columns to those of the last run; of a model only a run knows them all.
        assert spec.key.path[0] != "warehouse" or COLUMN_SCHEMA not in spec.metadata

"""What Dagster shows of tables after the demo's run, against the files themselves. Budget: two minutes with the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pyarrow.parquet as pq
import pytest

from opora.candidates import Candidate
from orchestration.assets.lake import INBOX
from orchestration.assets.release import EVIDENCE, POSTGRES
from orchestration.build import build_defs
from orchestration.catalogue.schema import COLUMN_LINEAGE, COLUMN_SCHEMA, ROW_COUNT, ROWS
from orchestration.resources import House
from orchestration.run import open_instance
from tests.end_to_end.conftest import DemoRun

pytestmark = pytest.mark.slow

NO_TABLE = {INBOX, EVIDENCE, POSTGRES}
"""Files as they came, a verdict, and a database that the demo does not have."""
Schemas = dict[dg.AssetKey, dict[str, str]]


@pytest.fixture(scope="module")
def seen(demo_run: DemoRun) -> dict[dg.AssetKey, dict[str, Any]]:
    """Metadata that Dagster's page shows of each asset: the definition's, then the last materialization's."""
    found = {}
    specs = build_defs(House(demo_run.home)).resolve_all_asset_specs()
    with open_instance(demo_run.home) as instance:
        for spec in specs:
            event = instance.get_latest_materialization_event(spec.key)
            made = event.asset_materialization.metadata if event and event.asset_materialization else {}
            found[spec.key] = {**spec.metadata, **made}
    return found


def schema_of(metadata: dict[str, Any]) -> dg.TableSchema | None:
    value = metadata.get(COLUMN_SCHEMA)
    return getattr(value, "schema", value)


@pytest.fixture(scope="module")
def shown(seen: dict[dg.AssetKey, dict[str, Any]]) -> Schemas:
    return {
        key: {column.name: column.type for column in schema.columns}
        for key, metadata in seen.items()
        if (schema := schema_of(metadata)) is not None
    }


@pytest.fixture(scope="module")
def warehouse(demo_run: DemoRun) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(Candidate.latest(demo_run.home).warehouse), read_only=True) as con:
        yield con


def lineage(metadata: dict[str, Any]) -> dict[str, list[tuple[dg.AssetKey, str]]]:
    value = metadata.get(COLUMN_LINEAGE)
    return {
        column: [(dep.asset_key, dep.column_name) for dep in deps]
        for column, deps in (getattr(value, "column_lineage", value).deps_by_column if value else {}).items()
    }


def test_every_table_of_the_warehouse_stands_there_as_it_is(
    seen: dict[dg.AssetKey, dict[str, Any]], shown: Schemas, warehouse: duckdb.DuckDBPyConnection
) -> None:
    names = dict(
        warehouse.execute(
            "select table_name, table_type from information_schema.tables where table_schema = 'main'"
        ).fetchall()
    )
    assert len(names) > 100
    assert set(names.values()) == {"BASE TABLE", "VIEW"}
    assert {f"warehouse/{name}" for name in names} == {
        key.to_user_string() for key in shown if key.path[0] == "warehouse"
    }
    for name, kind in names.items():
        key = dg.AssetKey(["warehouse", name])
        # Words kept as numbers of a dictionary are words to whoever reads them.
        real = {
            row[0]: "varchar" if row[1].startswith("ENUM(") else row[1].lower()
            for row in warehouse.execute(f"describe main.{name}").fetchall()
        }
        assert list(shown[key].items()) == list(real.items()), name
        if kind == "VIEW":
            assert ROW_COUNT not in seen[key], name
            continue
        rows = warehouse.execute(f"select count(*) from main.{name}").fetchone()
        assert rows is not None and seen[key][ROW_COUNT].value == rows[0], name


def test_the_lake_holds_the_columns_of_its_schema(demo_run: DemoRun, shown: Schemas) -> None:
    columns: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in demo_run.home.lake.glob("*/*/academic_year=*/*.parquet"):
        source, entity = path.parts[-4:-2]
        columns[source, entity] |= set(pq.read_schema(path).names) | {"academic_year"}
    assert len(columns) > 20
    for (source, entity), names in columns.items():
        told = {
            own
            for name in shown[dg.AssetKey(["lake", source])]
            for table, own in [name.split(".", 1)]
            if table == entity
        }
        assert told == names, (source, entity)


@pytest.mark.parametrize(
    ("asset", "folder"),
    [
        ("candidate_inputs", "candidate/inputs"),
        ("release_tables", "candidate/marts"),
        ("editions", "candidate/internal/tables"),
        ("release", "release/public/tables"),
    ],
)
def test_folders_of_tables_stand_there_as_they_are(
    asset: str, folder: str, demo_run: DemoRun, seen: dict[dg.AssetKey, dict[str, Any]], shown: Schemas
) -> None:
    base = {"candidate": Candidate.latest(demo_run.home).root, "release": demo_run.release}
    first, *rest = folder.split("/")
    root = base[first] / Path(*rest)
    real, rows = [], {}
    for path in sorted(root.glob("*.parquet")):
        file = pq.ParquetFile(path)
        real += [f"{path.stem}.{name}" for name in file.schema_arrow.names]
        rows[path.stem] = file.metadata.num_rows
    key = dg.AssetKey(asset)
    assert real and list(shown[key]) == real
    assert seen[key][ROWS].value == rows
    assert seen[key][ROW_COUNT].value == sum(rows.values())


def test_every_asset_of_tables_has_a_schema(seen: dict[dg.AssetKey, dict[str, Any]], shown: Schemas) -> None:
    assert set(seen) - set(shown) == NO_TABLE
    public, internal = (
        {name.split(".")[0] for name in shown[dg.AssetKey(asset)]} for asset in ("release", "editions")
    )
    assert public < internal and "disclosure_log" in internal - public


def test_lineage_leads_to_columns_that_exist(seen: dict[dg.AssetKey, dict[str, Any]], shown: Schemas) -> None:
    for key, metadata in seen.items():
        for column, deps in lineage(metadata).items():
            assert column in shown[key], (key, column)
            for upstream, name in deps:
                assert name in shown[upstream], (key, column, upstream, name)


def test_every_model_has_lineage_and_it_reaches_the_lake(
    seen: dict[dg.AssetKey, dict[str, Any]], shown: Schemas
) -> None:
    specs = {key: metadata for key, metadata in seen.items() if key.path[0] == "warehouse"}
    seeds = {key for key, metadata in specs.items() if not lineage(metadata)}
    kinds = {key: metadata.get("dagster-dbt/materialization_type") for key, metadata in specs.items()}
    assert seeds == {key for key, kind in kinds.items() if getattr(kind, "value", kind) == "seed"}
    for key in specs.keys() - seeds:
        assert set(lineage(specs[key])) == set(shown[key])
    # By hand: a figure's numerator goes back to marks of protocols, to points of the olympiad and to uses of platforms.
    waiting, met = [(dg.AssetKey("release"), "indicator_values.numerator")], set()
    while waiting:
        at = waiting.pop()
        if at not in met:
            met.add(at)
            waiting += lineage(seen[at[0]]).get(at[1], [])
    sources = {key.path[-1] for key, _ in met if key.path[0] == "lake"}
    assert {"gia_protocol", "vsosh_municipal_protocol", "platform_persons"} <= sources


def test_columns_have_words(seen: dict[dg.AssetKey, dict[str, Any]]) -> None:
    silent = [
        (key.to_user_string(), column.name)
        for key, metadata in seen.items()
        if (schema := schema_of(metadata)) is not None
        for column in schema.columns
        if not column.description or column.description.startswith("←")
    ]
    total = sum(len(schema.columns) for metadata in seen.values() if (schema := schema_of(metadata)))
    assert len(silent) < total / 50, silent
    assert not [key for key, _ in silent if key in ("release", "editions", "release_tables")]


def test_sources_tell_their_accounts(demo_run: DemoRun, seen: dict[dg.AssetKey, dict[str, Any]]) -> None:
    """Rows of the lake's files that stand in the ledger as the present reading of something."""
    found = seen[dg.AssetKey(["lake", "contingent"])]
    assert found["landed"].value == found[ROW_COUNT].value > 0
    assert {"readings", "quarantined", "other", "new_files"} <= set(found)
    evidence = seen[EVIDENCE]
    assert evidence["verdict"].value == "pass" and evidence["rows_seen"].value > 10_000

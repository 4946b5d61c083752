"""What stands around Spark and can be seen without it: literals, refusals, constraints of the tables that land."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from dbt_project.build import manifest as project
from dbt_project.build.engine import Embedded, engine_of
from dbt_project.build.invocation import dbt_arguments
from dbt_project.build.project import model_version
from dbt_project.build.spark.landing import copy
from dbt_project.build.spark.lay import literal, place, spark_type
from opora.config import Config, SparkSettings
from opora.errors import OporaError, UsageError
from opora.home import Home


def test_a_literal_of_spark() -> None:
    assert literal(None) == "cast(null as string)"
    assert literal("школа «О'Нил» \\ 5") == "'школа «О\\'Нил» \\\\ 5'"
    assert [spark_type(kind) for kind in ("VARCHAR", "bigint", "integer", "DATE")] == [
        *("STRING", "BIGINT", "INT", "DATE")
    ]


def test_a_place_keeps_its_letters() -> None:
    assert place(Path("/дом центра/lake/x/academic_year=2024-2025")) == (
        "file:///дом центра/lake/x/academic_year=2024-2025"
    )


def test_the_engine_of_a_home(tmp_path: Path) -> None:
    home = Home(tmp_path, Config.model_validate({}))
    assert isinstance(engine_of(home), Embedded)
    asks = Home(tmp_path, Config.model_validate({"engine": "spark", "spark": {"master": "local[2]"}}))
    if find_spec("pyspark") is None:
        with pytest.raises(UsageError, match="make spark-env"):
            engine_of(asks)
    else:
        assert engine_of(asks).target == "spark"


def test_an_engine_changes_candidates_and_its_settings_do_not() -> None:
    plain = Config.model_validate({})
    spark = Config.model_validate({"engine": "spark"})
    elsewhere = spark.model_copy(update={"spark": SparkSettings(master="spark://head:7077")})
    assert plain.content() != spark.content() == elsewhere.content()
    assert "pyspark" not in model_version()


def test_constraints_hold_for_rows_that_land() -> None:
    with duckdb.connect() as con:
        definition = "code varchar not null check (code <> ''), n bigint, primary key (code)"
        copy(con, "good", definition, "select 1::bigint as n, 'a' as code")
        assert con.execute("select code, n from main.good").fetchall() == [("a", 1)]
        faults = {
            "ключ повторяется": "select 'Иванов' as code, 1::bigint as n from range(2)",
            "пустое или недопустимое значение": "select '' as code, 1::bigint as n",
        }
        for number, (words, query) in enumerate(faults.items()):
            with pytest.raises(OporaError, match=words) as caught:
                copy(con, f"bad_{number}", definition, query)
            assert "Иванов" not in str(caught.value)
        with pytest.raises(OporaError, match="пустое"):
            copy(con, "empty", definition, "select null::varchar as code, 1::bigint as n")


def test_every_contract_becomes_a_table_with_its_constraints(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    manifest = project.load_manifest(home, dbt_arguments(tmp_path))
    definitions = project.table_definitions(manifest)
    assert set(project.marts(manifest)) <= set(definitions)
    with duckdb.connect() as con:
        for name, definition in definitions.items():
            con.execute(f'create table "{name}" ({definition})')
        kinds = con.execute(
            "select table_name, constraint_type, count(*) from duckdb_constraints() group by all"
        ).fetchall()
    assert {kind for _, kind, _ in kinds} >= {"PRIMARY KEY", "NOT NULL", "CHECK"}
    assert ("indicator_values", "PRIMARY KEY", 1) in kinds

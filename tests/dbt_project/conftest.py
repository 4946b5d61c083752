"""The town is built once a session: a build takes seconds."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from dbt_project.build.plan import plan
from tests.dbt_project.figure_table import FigureTable
from tests.dbt_project.lake_fixture import LakeFixture
from tests.dbt_project.town import town


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> tuple[LakeFixture, dict[str, pd.DataFrame]]:
    fixture = LakeFixture(tmp_path_factory.mktemp("town"), town())
    return fixture, fixture.tables()


@pytest.fixture(scope="session")
def tables(built_town: tuple[LakeFixture, dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    return built_town[1]


@pytest.fixture(scope="session")
def figures(tables: dict[str, pd.DataFrame]) -> FigureTable:
    return FigureTable(tables["indicator_values"])


@pytest.fixture(scope="session")
def figure_rows(built_town: tuple[LakeFixture, dict[str, pd.DataFrame]]) -> pd.DataFrame:
    """Return ``int_figure_rows`` of the warehouse."""
    fixture = built_town[0]
    candidate = plan(fixture.home, fixture.write_inputs)  # the one that stands
    with duckdb.connect(str(candidate.warehouse), read_only=True) as con:
        return con.execute("select * from main.int_figure_rows").df()

"""The demo's release in a real PostgreSQL: every cell, every word, and the queries of docs/bi.md as a BI user."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import duckdb
import psycopg
import pytest

from opora.code import ROOT
from opora.config import Config
from opora.home import Home
from publication.postgres.mirror import mirror
from publication.postgres.target import URL_VARIABLE
from tests.end_to_end.conftest import DemoRun
from tests.publication.postgres_server import PASSWORD, binaries, running_server

pytestmark = [
    pytest.mark.slow,  # a whole run of the demo: about 70 s, shared with the other files of this folder
    pytest.mark.postgres,
    pytest.mark.skipif(binaries() is None, reason="no PostgreSQL server: apt-get install postgresql"),
]
QUERIES = re.findall(
    r"^```sql\n(.*?)^```", (ROOT / "docs" / "bi.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


def _with_edition(home: Home, edition: str) -> Home:
    publish = {"postgres_edition": edition}
    return dataclasses.replace(
        home, config=Config.model_validate({**home.config.content(), "publish": publish})
    )


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_every_cell_of_every_table(
    demo_run: DemoRun, server: str, monkeypatch: pytest.MonkeyPatch, edition: str
) -> None:
    """The internal edition first, then the public one in its place: nothing of the internal one stays."""
    monkeypatch.setenv(URL_VARIABLE, server)
    told = mirror(_with_edition(demo_run.home, edition))
    files = sorted((demo_run.release / edition / "tables").glob("*.parquet"))
    assert told is not None and told.tables == len(files) > 15
    with psycopg.connect(server) as con, duckdb.connect() as local:
        held = con.execute(
            "select relname from pg_class where relnamespace = 'opora'::regnamespace and relkind = 'r'"
        ).fetchall()
        assert {name for (name,) in held} == {path.stem for path in files} | {
            "release_info",
            "release_tables",
        }
        for path in files:
            ours = con.execute(f'select * from opora."{path.stem}"')
            columns = [item.name for item in ours.description or ()]
            theirs = local.execute(f"select * from '{path}'")
            assert columns == [item[0] for item in theirs.description]
            assert sorted(ours.fetchall(), key=repr) == sorted(theirs.fetchall(), key=repr), path.stem
        silent = con.execute(
            "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 "
            "where c.relnamespace = 'opora'::regnamespace and c.relkind = 'r' "
            "and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)"
        ).fetchall()
        assert silent == []


def test_queries_of_the_page_as_a_bi_user(
    demo_run: DemoRun, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL_VARIABLE, server)
    mirror(_with_edition(demo_run.home, "public"))
    with psycopg.connect(server, autocommit=True) as con:
        con.execute("drop role if exists bi")
        con.execute(f"create role bi login password '{PASSWORD}' in role opora_reader")
    assert len(QUERIES) == 4
    with psycopg.connect(server, user="bi") as con:
        schools, groups, info, words = (con.execute(query).fetchall() for query in QUERIES)
        listed = con.execute(
            "select count(*) from information_schema.tables where table_schema = 'opora'"
        ).fetchone()
    assert info[0][:2] == (demo_run.release.name, "public")
    csv = f"read_csv('{demo_run.release}/public/tables/indicator_values.csv', delim=';', all_varchar=true)"
    where = "is_official = 'true' and indicator_code = 'I1' and gia_level = '9' and area_kind ="
    with duckdb.connect() as local:
        assert local.execute(f"select count(*) from {csv} where {where} 'school'").fetchone() == (
            len(schools),
        )
        true = local.execute(
            f"select academic_year, area_code, replace(value, ',', '.')::double from {csv} where {where} 'group' "
            "order by academic_year, area_code"
        ).fetchall()
    assert [(row[0], row[1], row[4]) for row in groups] == true and true
    assert any(row[2] is None and row[6] == "c" for row in schools)  # what is hidden stays hidden
    assert ("indicator_values", "numerator", "Числитель") in words
    assert listed is not None and listed[0] == len({row[0] for row in words})

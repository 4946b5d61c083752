"""The copy in PostgreSQL, on a real server: one release only, readers and the swap never in each other's way.

Budget: 40 s, of which the server's start takes 3.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from opora.errors import MirrorFailed
from opora.home import Home
from publication.postgres import mirror as writing
from publication.postgres import swap as swapping
from publication.postgres.build import build_aside
from publication.postgres.mirror import mirror
from publication.postgres.tables import mirror_tables
from publication.postgres.target import URL_VARIABLE, connected, target_of
from publication.releases import get_release
from publication.rollback import rollback
from publication.withdraw import withdraw
from tests.publication.postgres_server import PASSWORD, binaries, running_server
from tests.publication.release_fixture import FIGURES, make_home, make_release

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.skipif(binaries() is None, reason="no PostgreSQL server: apt-get install postgresql"),
]
BOTH = (
    "select (select release from opora.release_info), min(numerator), max(numerator), count(*), "
    "min(delivery_id), max(delivery_id) from opora.indicator_values join opora.figure_deliveries using (figure_id)"
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
def url(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server with nothing of Opora's in it, named in the environment."""
    with psycopg.connect(server, autocommit=True) as con:
        for schema in ("analyst", "opora", "opora_next"):
            con.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
        con.execute("drop role if exists opora_reader")
    monkeypatch.setenv(URL_VARIABLE, server)
    monkeypatch.setattr(swapping, "LOCK_TIMEOUT", "200ms")
    return server


@pytest.fixture
def home(tmp_path: Path, url: str) -> Home:
    return make_home(tmp_path / "home")


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as con:
        return con.execute(query).fetchall()


def shown(row: tuple[Any, ...]) -> int:
    """Return the release's sequence of an answer to ``BOTH``; fail when it mixes releases or lacks rows."""
    release, low, high, rows, first, last = row
    sequence = int(release.split("-")[0])
    assert (low, high, rows) == (sequence, sequence, FIGURES), row
    assert first == last == f"{sequence:064x}", row
    return sequence


def test_rows_keys_words_and_rights(home: Home, url: str) -> None:
    make_release(home, 1, extra_column=True)
    told = mirror(home)
    assert told is not None and (told.release, told.written, told.tables) == ("0001-00000001", 3, 3)
    assert shown(ask(url, BOTH)[0]) == 1
    assert ask(url, "select count(*), count(value), min(note) from opora.indicator_values") == [
        (FIGURES, FIGURES - 429, "новый столбец\tс табуляцией и \\N")
    ]
    assert ask(url, "select valid_from::text, pg_typeof(valid_from)::text from opora.dim_school") == [
        ("2022-01-08", "date")
    ]
    words = ask(
        url,
        "select c.relname, obj_description(c.oid), a.attname, col_description(c.oid, a.attnum) from pg_class c "
        "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 "
        "where c.relnamespace = 'opora'::regnamespace and c.relkind = 'r'",
    )
    assert {row[0] for row in words} == {
        "indicator_values", "figure_deliveries", "dim_school", "release_info", "release_tables"
    }  # fmt: skip
    assert all(row[1] and row[3] for row in words)
    assert ("dim_school", "Таблица dim_school", "school_code", "Столбец «school_code», это 'он'") in words
    keys = ask(
        url,
        "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint "
        "where contype = 'p' and connamespace = 'opora'::regnamespace order by 1",
    )
    assert keys == [
        ("opora.dim_school", "PRIMARY KEY (school_code)"),
        ("opora.figure_deliveries", "PRIMARY KEY (figure_id, delivery_id)"),
        ("opora.indicator_values", "PRIMARY KEY (figure_id)"),
    ]
    indexed = {row[0] for row in ask(url, "select indexdef from pg_indexes where schemaname = 'opora'")}
    assert any("indicator_values USING btree (area_code)" in line for line in indexed)
    assert ask(url, "select count(*) from pg_namespace where nspname = 'opora_next'") == [(0,)]


def test_the_reader_reads_and_nothing_more(home: Home, url: str) -> None:
    make_release(home, 1)
    mirror(home)
    make_release(home, 2, extra_column=True)
    mirror(home)
    with psycopg.connect(url, autocommit=True) as con:
        con.execute("set role opora_reader")
        assert shown(con.execute(BOTH).fetchall()[0]) == 2
        for forbidden in (
            "delete from opora.dim_school",
            "update opora.release_info set release = 'x'",
            "create table opora.mine (n int)",
            "drop table opora.dim_school",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                con.execute(forbidden)
    with psycopg.connect(url, autocommit=True) as con:
        con.execute("drop role if exists stranger")
        con.execute("create role stranger")
        con.execute("set role stranger")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            con.execute("select * from opora.dim_school")


def test_readers_see_one_release_while_others_are_published(home: Home, url: str) -> None:
    make_release(home, 1)
    mirror(home)
    stop = threading.Event()
    seen: list[list[int]] = [[], [], []]
    failures: list[BaseException] = []

    def read(number: int) -> None:
        try:
            while not stop.is_set():
                with psycopg.connect(url, autocommit=True) as con:
                    for _ in range(20):
                        seen[number].append(shown(con.execute(BOTH).fetchall()[0]))
        except BaseException as failure:
            failures.append(failure)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(3)]
    for reader in readers:
        reader.start()
    try:
        for sequence in range(2, 9):
            make_release(home, sequence)
            mirror(home)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert failures == []
    for answers in seen:
        assert answers == sorted(answers) and len(answers) > 20
    assert len({answer for answers in seen for answer in answers}) >= 5


def test_a_reader_of_any_length_neither_waits_nor_makes_wait(home: Home, url: str) -> None:
    make_release(home, 1)
    mirror(home)
    with psycopg.connect(url) as slow:
        slow.execute("set transaction isolation level repeatable read")
        assert shown(slow.execute(BOTH).fetchall()[0]) == 1
        started = time.monotonic()
        make_release(home, 2)
        mirror(home)
        assert time.monotonic() - started < 5
        assert shown(ask(url, BOTH)[0]) == 2
        # The long transaction keeps its own release, over all tables and also over one it had not read yet.
        assert shown(slow.execute(BOTH).fetchall()[0]) == 1
        assert slow.execute("select count(*) from opora.dim_school").fetchone() == (1,)


def test_views_of_analysts_live_through_a_release(home: Home, url: str) -> None:
    make_release(home, 1)
    mirror(home)
    with psycopg.connect(url, autocommit=True) as con:
        con.execute("create schema analyst")
        con.execute("create view analyst.mine as select max(numerator) as n from opora.indicator_values")
        make_release(home, 2)
        mirror(home)
        assert con.execute("select n from analyst.mine").fetchone() == (2,)


def test_changed_columns_wait_for_readers_only_for_a_while(home: Home, url: str) -> None:
    make_release(home, 1)
    mirror(home)
    make_release(home, 2, extra_column=True)
    target = target_of(home)
    assert target is not None
    with psycopg.connect(url) as slow:
        slow.execute("select count(*) from opora.indicator_values")  # the transaction stays open
        with connected(target) as con:
            tables = mirror_tables(get_release(home, "0002-00000002"), "public")
            build_aside(con, target, tables)
            with pytest.raises(MirrorFailed, match="долгими запросами"):
                swapping.swap(con, target, "0002-00000002", tables, pauses=(0.05,))
        assert shown(ask(url, BOTH)[0]) == 1  # whole, as before
    mirror(home)
    assert shown(ask(url, BOTH)[0]) == 2
    assert ask(url, "select count(note) from opora.indicator_values") == [(FIGURES,)]


def test_rollback_and_withdrawal_reach_the_copy(home: Home, url: str) -> None:
    first, second = make_release(home, 1), make_release(home, 2, extra_column=True)
    mirror(home)
    rollback(home, first)
    mirror(home)
    assert shown(ask(url, BOTH)[0]) == 1
    rollback(home, second)
    mirror(home)
    withdraw(home, second, "ошибка")
    mirror(home)
    assert shown(ask(url, BOTH)[0]) == 1
    withdraw(home, first, "и здесь ошибка")
    told = mirror(home)
    assert told is not None and told.release is None
    assert ask(url, "select count(*) from opora.release_info") == [(0,)]
    for name in ("indicator_values", "figure_deliveries", "dim_school"):
        assert ask(url, f"select count(*) from opora.{name}") == [(0,)]
    make_release(home, 3)
    mirror(home)
    assert shown(ask(url, BOTH)[0]) == 3


def test_a_table_that_is_no_longer_published_goes(home: Home, url: str) -> None:
    make_release(home, 1)
    mirror(home)
    make_release(home, 2, without="dim_school")
    mirror(home)
    assert ask(url, "select to_regclass('opora.dim_school')::text") == [(None,)]
    assert shown(ask(url, BOTH)[0]) == 2


def test_nothing_is_written_twice(home: Home, url: str) -> None:
    make_release(home, 1)
    mirror(home)
    before = ask(url, "select xmin::text, published_at from opora.release_info")
    again = mirror(home)
    assert again is not None and again.written == 0
    assert ask(url, "select xmin::text, published_at from opora.release_info") == before
    make_release(home, 2)
    told = mirror(home)
    assert told is not None and told.written == 2  # the schools are the same


def test_a_foreign_schema_and_a_second_writer_are_refused(home: Home, url: str) -> None:
    make_release(home, 1)
    with psycopg.connect(url, autocommit=True) as con:
        con.execute("create schema opora")
        con.execute("create table opora.payroll (n int)")
        with pytest.raises(MirrorFailed, match="чужие таблицы"):
            mirror(home)
        con.execute("drop table opora.payroll")
        con.execute("select pg_advisory_lock(hashtext('opora'), hashtext('opora'))")
        with pytest.raises(MirrorFailed, match="другой запуск"):
            mirror(home)
        con.execute("select pg_advisory_unlock(hashtext('opora'), hashtext('opora'))")
    assert mirror(home) is not None


def test_the_turn_is_given_back_before_the_connection_ends(home: Home, url: str) -> None:
    target = target_of(home)
    assert target is not None
    with connected(target) as connection, psycopg.connect(url, autocommit=True) as con:
        taken = "select count(*) from pg_locks where locktype = 'advisory'"
        with writing.turn(connection, target):
            assert con.execute(taken).fetchone() == (1,)
        assert con.execute(taken).fetchone() == (0,)


def test_a_damaged_release_is_not_copied(home: Home, url: str) -> None:
    release = make_release(home, 1)
    mirror(home)
    second = make_release(home, 2)
    path = home.releases / second / "public" / "tables" / "dim_school.parquet"
    path.write_bytes(
        (home.releases / release / "public" / "tables" / "indicator_values.parquet").read_bytes()
    )
    with pytest.raises(MirrorFailed, match="повреждён"):
        mirror(home)
    assert shown(ask(url, BOTH)[0]) == 1


def test_the_wrong_password_is_never_printed(
    home: Home, url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from opora.cli.job import mirror_step

    make_release(home, 1)
    wrong = "неверно-" + PASSWORD
    monkeypatch.setenv(URL_VARIABLE, url.replace(PASSWORD, wrong))
    assert int(mirror_step(home, is_asked=True)) == 1
    said = capfd.readouterr()
    assert "PostgreSQL" in said.err and "opora mirror" in said.err
    assert PASSWORD not in said.err + said.out
    for path in home.root.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path

"""The swap: one transaction after which readers see the next release, with short waits for locks and a few tries."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from psycopg import errors, sql

from opora.errors import MirrorFailed
from publication.postgres.build import INFO, TABLES, create_own_tables
from publication.postgres.tables import MirrorTable
from publication.postgres.target import Target

if TYPE_CHECKING:
    import psycopg

LOCK_TIMEOUT = "2s"
PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds between tries; the last try is followed by none


def swap(
    connection: psycopg.Connection,
    target: Target,
    release: str | None,
    tables: Sequence[MirrorTable],
    pauses: Sequence[float] = PAUSES,
) -> None:
    """Show the release whose changed tables stand aside; with ``release`` None and no tables, show that there is none.

    Raises ``MirrorFailed`` when readers hold a table whose columns changed through all tries; then the release before
    stays in the database, whole.
    """
    for pause in (*pauses, None):
        try:
            with connection.transaction():
                connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
                _swap_once(connection, target, release, tables)
            return
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            if pause is None:
                break
            time.sleep(pause)
    raise MirrorFailed(
        "PostgreSQL: столбцы таблиц изменились, а таблицы заняты долгими запросами читателей; "
        "там остался прежний выпуск. Завершите эти запросы и повторите: opora mirror"
    )


def _swap_once(
    connection: psycopg.Connection, target: Target, release: str | None, tables: Sequence[MirrorTable]
) -> None:
    schema = target.schema
    connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
    create_own_tables(connection, schema)
    before = known_tables(connection, schema)
    for table in tables:
        if before.get(table.name) == table.sha256 and shape_of(connection, schema, table.name) == table.shape:
            continue
        if table.name in before and shape_of(connection, schema, table.name) == table.shape:
            _replace_rows(connection, target, table)
        else:
            _move_in(connection, target, table, before)
    gone = before.keys() - {table.name for table in tables}
    for name in sorted(gone):
        # With no release at all the tables stay, empty: dashboards then show nothing instead of an error.
        statement = "drop table {}" if release else "delete from {}"
        connection.execute(sql.SQL(statement).format(sql.Identifier(schema, name)))
    _say_what_stands(connection, target, release, tables)
    _grant(connection, target)


def known_tables(connection: psycopg.Connection, schema: str) -> dict[str, str]:
    """Return the tables that Opora wrote into the schema with the hashes of their files."""
    rows = connection.execute(
        sql.SQL("select table_name, sha256 from {}").format(sql.Identifier(schema, TABLES))
    ).fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def shape_of(connection: psycopg.Connection, schema: str, name: str) -> tuple[tuple[str, str], ...]:
    """Return names and types of a table's columns in order; empty when there is no such table."""
    rows = connection.execute(
        "select a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a "
        "where a.attrelid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped order by a.attnum",
        [f'"{schema}"."{name}"'],
    ).fetchall()
    return tuple((str(row[0]), str(row[1])) for row in rows)


def _replace_rows(connection: psycopg.Connection, target: Target, table: MirrorTable) -> None:
    place, aside = sql.Identifier(target.schema, table.name), sql.Identifier(target.aside, table.name)
    connection.execute(sql.SQL("delete from {}").format(place))
    connection.execute(sql.SQL("insert into {} select * from {}").format(place, aside))
    _renew_words(connection, target, table)


def _move_in(
    connection: psycopg.Connection, target: Target, table: MirrorTable, before: Collection[str]
) -> None:
    place = sql.Identifier(target.schema, table.name)
    if table.name in before:
        connection.execute(sql.SQL("drop table if exists {}").format(place))
    connection.execute(
        sql.SQL("alter table {} set schema {}").format(
            sql.Identifier(target.aside, table.name), sql.Identifier(target.schema)
        )
    )


def _renew_words(connection: psycopg.Connection, target: Target, table: MirrorTable) -> None:
    """Write anew the words that differ: a comment locks its table against vacuum, so none is written for nothing."""
    place = f'"{target.schema}"."{table.name}"'
    written: dict[int, str] = dict(
        connection.execute(
            "select objsubid, description from pg_description "
            "where objoid = to_regclass(%s) and classoid = 'pg_class'::regclass",
            [place],
        ).fetchall()
    )
    if written.get(0) != table.about:
        connection.execute(
            sql.SQL("comment on table {} is {}").format(
                sql.Identifier(target.schema, table.name), sql.Literal(table.about)
            )
        )
    for number, column in enumerate(table.columns, start=1):
        if (written.get(number) or "") != column.title:
            connection.execute(
                sql.SQL("comment on column {} is {}").format(
                    sql.Identifier(target.schema, table.name, column.name), sql.Literal(column.title or None)
                )
            )


def _say_what_stands(
    connection: psycopg.Connection, target: Target, release: str | None, tables: Sequence[MirrorTable]
) -> None:
    info, listed = sql.Identifier(target.schema, INFO), sql.Identifier(target.schema, TABLES)
    connection.execute(sql.SQL("delete from {}").format(info))
    if release is None:
        # The tables stand on, empty, and are still Opora's: their hashes no longer hold.
        connection.execute(sql.SQL("update {} set sha256 = '', rows = 0").format(listed))
        return
    connection.execute(sql.SQL("delete from {}").format(listed))
    connection.execute(
        sql.SQL("insert into {} values (%s, %s, clock_timestamp())").format(info), [release, target.edition]
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            sql.SQL("insert into {} values (%s, %s, %s)").format(listed),
            [(table.name, table.sha256, table.rows) for table in tables],
        )


def _grant(connection: psycopg.Connection, target: Target) -> None:
    """Let the reader see the schema's tables of Opora; the role is made, without a login, where there is none."""
    reader = sql.Identifier(target.reader)
    if connection.execute("select 1 from pg_roles where rolname = %s", [target.reader]).fetchone() is None:
        connection.execute(sql.SQL("create role {} nologin").format(reader))
    connection.execute(
        sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(target.schema), reader)
    )
    for name in (INFO, TABLES, *sorted(known_tables(connection, target.schema))):
        may = connection.execute(
            "select has_table_privilege(%s, to_regclass(%s), 'select')",
            [target.reader, f'"{target.schema}"."{name}"'],
        ).fetchone()
        if may != (True,):
            connection.execute(
                sql.SQL("grant select on {} to {}").format(sql.Identifier(target.schema, name), reader)
            )

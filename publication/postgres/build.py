"""Builds the next release aside: tables, rows by COPY, keys, indexes, words. Readers have no right to see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from psycopg import sql

from opora.errors import MirrorFailed
from publication.postgres.tables import MirrorTable
from publication.postgres.target import Target

if TYPE_CHECKING:
    import psycopg

# Tables of Opora's own: which release stands there, and what each table was made from.
INFO = "release_info"
TABLES = "release_tables"
INFO_COLUMNS = {
    "release": ("text", "Номер выпуска"),
    "edition": ("text", "Редакция: public открытая, internal внутренняя"),
    "published_at": ("timestamp with time zone", "Когда выпуск записан в эту базу"),
}
TABLES_COLUMNS = {
    "table_name": ("text", "Таблица выпуска"),
    "sha256": ("text", "Контрольная сумма файла Parquet, из которого она записана"),
    "rows": ("bigint", "Строк"),
}
_ABOUT = {
    INFO: "Какой выпуск стоит в этой схеме: одна строка",
    TABLES: "Таблицы выпуска и откуда они записаны",
}


def build_aside(connection: psycopg.Connection, target: Target, tables: Iterable[MirrorTable]) -> None:
    """Write the tables into the schema aside, which is made anew, in one transaction.

    Raises ``MirrorFailed`` when the server counts other rows than the file holds.
    """
    with connection.transaction():
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(target.aside)))
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(target.aside)))
        for table in tables:
            _write(connection, target.aside, table)


def create_own_tables(connection: psycopg.Connection, schema: str) -> None:
    """Create ``release_info`` and ``release_tables`` where they are missing."""
    for name, columns in ((INFO, INFO_COLUMNS), (TABLES, TABLES_COLUMNS)):
        if connection.execute("select to_regclass(%s)", [f'"{schema}"."{name}"']).fetchone() != (None,):
            continue
        _create(connection, schema, name, [(column, kind) for column, (kind, _) in columns.items()])
        _describe(connection, schema, name, _ABOUT[name], [(c, title) for c, (_, title) in columns.items()])


def _write(connection: psycopg.Connection, schema: str, table: MirrorTable) -> None:
    place = sql.Identifier(schema, table.name)
    _create(connection, schema, table.name, table.shape)
    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("copy {} from stdin").format(place)) as copy:
            for record in table.records():
                copy.write_row(record)
        written = cursor.rowcount
    if written != table.rows:
        raise MirrorFailed(f"PostgreSQL: в {table.name} записано строк {written} из {table.rows}")
    if table.key:
        connection.execute(sql.SQL("alter table {} add primary key ({})").format(place, _names(table.key)))
    for column in table.indexed:
        connection.execute(sql.SQL("create index on {} ({})").format(place, sql.Identifier(column)))
    _describe(connection, schema, table.name, table.about, [(c.name, c.title) for c in table.columns])


def _create(
    connection: psycopg.Connection, schema: str, name: str, columns: Iterable[tuple[str, str]]
) -> None:
    body = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns
    )
    connection.execute(sql.SQL("create table {} ({})").format(sql.Identifier(schema, name), body))


def _describe(
    connection: psycopg.Connection, schema: str, name: str, about: str, columns: Iterable[tuple[str, str]]
) -> None:
    place = sql.Identifier(schema, name)
    connection.execute(sql.SQL("comment on table {} is {}").format(place, sql.Literal(about)))
    for column, title in columns:
        where = sql.Identifier(schema, name, column)
        connection.execute(sql.SQL("comment on column {} is {}").format(where, sql.Literal(title or None)))


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))

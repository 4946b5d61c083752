"""Writes ``opora.duckdb``: tables, comments from the dictionary, then views and macros over what is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from opora.files import atomic_path
from reporting.dictionary.titles import titles
from reporting.tables import TableStore

OBJECTS = Path(__file__).with_name("objects")
_NEEDS = re.compile(r"^-- needs: (.+)$", re.MULTILINE)
_KIND = re.compile(r"^create (view|macro)\b.*?(\bas table\b|\bas\b)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class DatabaseObject:
    """A view or a macro: its name, what it is in Russian, the names it reads, its statement.

    ``kind`` is the word that ``comment on`` asks for: view, macro or macro table.
    """

    name: str
    kind: str
    about: str
    needs: frozenset[str]
    sql: str


@lru_cache(maxsize=1)
def objects() -> tuple[DatabaseObject, ...]:
    """Return all views and macros, each after those it reads; raise ``ValueError`` for a file that breaks the form."""
    waiting = {item.name: item for item in (_read(path) for path in sorted(OBJECTS.glob("*.sql")))}
    ordered: list[DatabaseObject] = []
    while waiting:
        ready = [item for item in waiting.values() if not item.needs & waiting.keys()]
        if not ready:
            raise ValueError(f"objects that need one another: {sorted(waiting)}")
        ordered += ready
        for item in ready:
            del waiting[item.name]
    return tuple(ordered)


def _read(path: Path) -> DatabaseObject:
    text = path.read_text(encoding="utf-8")
    about, _, body = text.partition("\n")
    kind = _KIND.search(body)
    if not about.startswith("-- ") or kind is None or f" {path.stem}" not in kind.group():
        raise ValueError(
            f"{path.name}: the first line says what it is, then «create view|macro {path.stem} …»"
        )
    needs = _NEEDS.search(body)
    word = "macro table" if kind.group(2) == "as table" else kind.group(1)
    names = frozenset(name.strip() for name in needs.group(1).split(",")) if needs else frozenset()
    return DatabaseObject(path.stem, word, about.removeprefix("-- "), names, body)


def write_database(store: TableStore, target: Path) -> None:
    """Write the database: tables with comments from the dictionary, then views and macros that have their tables."""
    with atomic_path(target) as part:
        part.unlink()
        connection = duckdb.connect()
        try:
            connection.execute("SET threads=1")
            connection.execute(f"ATTACH {_literal(str(part))} AS opora (STORAGE_VERSION 'v1.0.0')")
            connection.execute("USE opora")
            _write_tables(connection, store)
            _write_objects(connection, set(store.paths))
            connection.execute("USE memory")
            connection.execute("DETACH opora")
        finally:
            connection.close()


def _write_tables(connection: duckdb.DuckDBPyConnection, store: TableStore) -> None:
    words = titles()
    for name, path in store.paths.items():
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet({_literal(str(path))})')
        about = words.description(name) or words.table(name)
        connection.execute(f'COMMENT ON TABLE "{name}" IS {_literal(about)}')
        for column in store.columns(name):
            if title := words.column(name, column):
                connection.execute(f'COMMENT ON COLUMN "{name}"."{column}" IS {_literal(title)}')


def _write_objects(connection: duckdb.DuckDBPyConnection, there: set[str]) -> None:
    for item in objects():
        if not item.needs <= there:
            continue
        there.add(item.name)
        connection.execute(item.sql)
        connection.execute(f"COMMENT ON {item.kind.upper()} {item.name} IS {_literal(item.about)}")
        if item.kind == "view":
            _describe_view(connection, item)


def _describe_view(connection: duckdb.DuckDBPyConnection, item: DatabaseObject) -> None:
    """Give every column of a view the words of the dictionary: those of a table it reads, else those of the name."""
    words = titles()
    for column, *_ in connection.execute(f"DESCRIBE {item.name}").fetchall():
        found = (words.column(name, column) for name in (*sorted(item.needs), item.name))
        if title := next((text for text in found if text), ""):
            connection.execute(f'COMMENT ON COLUMN {item.name}."{column}" IS {_literal(title)}')


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

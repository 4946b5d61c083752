"""Columns of a finished build: their types as the database has them, and the columns they are computed from.

Lineage follows values: what a column's expression names, through every CTE, union and subquery, down to the tables of
the database. Conditions of joins and filters do not count. sqlglot resolves names; it is imported when it is called.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import duckdb

from opora.sql import literal

if TYPE_CHECKING:
    from sqlglot.expressions import Expr
    from sqlglot.optimizer.scope import Scope
    from sqlglot.schema import MappingSchema

_NOT_ROWS = frozenset({"run"})
"""Schemas with facts about the run; a column taken from there is taken from no table of anybody."""
Columns = dict[str, str]


@dataclass(frozen=True, order=True)
class Origin:
    """A column of a table that another column is computed from; ``schema`` is ``main`` for models and seeds."""

    schema: str
    table: str
    column: str


@dataclass(frozen=True)
class BuiltTable:
    """A model or seed as it was built: columns with DuckDB types in order, rows, and each column's origins, sorted.

    A view has no rows of its own (``None``): to count them would compute it once more. ``origins`` lacks a column that
    no expression could be followed for; constants and counts of rows have none.
    """

    columns: Columns
    rows: int | None
    origins: dict[str, tuple[Origin, ...]] = field(default_factory=dict)


def built_tables(
    con: duckdb.DuckDBPyConnection,
    columns: Mapping[str, Mapping[str, Columns]],
    origins: Mapping[str, Mapping[str, tuple[Origin, ...]]],
) -> dict[str, BuiltTable]:
    """Describe every table and view of ``main`` from ``table_columns`` and ``column_origins``; tables have rows.

    So has a view of a file, which is how a table of Spark stands here.
    """
    views = {
        name
        for (name,) in con.execute(
            "select view_name from duckdb_views() where schema_name = 'main' and not contains(sql, 'read_parquet(')"
        ).fetchall()
    }
    own = columns.get("main", {})
    counts = " union all ".join(
        f"select {literal(table)}, count(*) from main.{table}" for table in own if table not in views
    )
    rows = {str(table): int(count) for table, count in con.execute(counts).fetchall()} if counts else {}
    return {
        table: BuiltTable(kinds, rows.get(table), dict(origins.get(table, {})))
        for table, kinds in own.items()
    }


def table_columns(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Columns]]:
    """Return schema → table or view → column → DuckDB type, columns in their order; dictionaries count as VARCHAR."""
    found: dict[str, dict[str, Columns]] = {}
    rows = con.execute(
        "select schema_name, table_name, column_name, if(data_type like 'ENUM(%', 'VARCHAR', data_type) "
        "from duckdb_columns() where not internal and database_name = current_database() order by 1, 2, column_index"
    ).fetchall()
    for schema, table, column, kind in rows:
        found.setdefault(schema, {}).setdefault(table, {})[column] = kind
    return found


def column_origins(
    statements: Mapping[str, str], columns: Mapping[str, Mapping[str, Columns]], dialect: str = "duckdb"
) -> dict[str, dict[str, tuple[Origin, ...]]]:
    """Return model → column → its origins. A statement that cannot be followed is left out: a picture stops no run."""
    from sqlglot.errors import SqlglotError
    from sqlglot.schema import MappingSchema

    # Made once: it folds the name of every column of the database, and each statement asks for all of them.
    schema = MappingSchema(dict(columns), dialect=dialect)
    found = {}
    for model, statement in statements.items():
        try:
            found[model] = _origins_of(statement, schema, dialect)
        except SqlglotError:
            continue
    return found


def packed(origins: Mapping[str, Mapping[str, tuple[Origin, ...]]]) -> bytes:
    """Return what ``column_origins`` found as JSON."""
    plain = {
        model: {
            name: [[item.schema, item.table, item.column] for item in items] for name, items in own.items()
        }
        for model, own in origins.items()
    }
    return json.dumps(plain, ensure_ascii=False).encode()


def unpacked(text: bytes) -> dict[str, dict[str, tuple[Origin, ...]]]:
    """Return what ``packed`` wrote."""
    return {
        model: {name: tuple(Origin(*item) for item in items) for name, items in own.items()}
        for model, own in json.loads(text).items()
    }


def _origins_of(statement: str, schema: MappingSchema, dialect: str) -> dict[str, tuple[Origin, ...]]:
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    query = parse_one(statement, dialect=dialect)
    for table in query.find_all(exp.Table):
        table.set("catalog", None)  # the database's name is that of the candidate's file
    query = qualify(query, schema=schema, dialect=dialect, db="main", quote_identifiers=False, identify=False)
    scope = build_scope(query)
    if scope is None:
        raise SqlglotError("no query")
    return {
        name: tuple(sorted(item for item in origins if item.schema not in _NOT_ROWS))
        for name, origins in _outputs(scope, {})
    }


def _outputs(
    scope: Scope, known: dict[int, list[tuple[str, frozenset[Origin]]]]
) -> list[tuple[str, frozenset[Origin]]]:
    """Return name and origins of the columns of a query in their order; ``known`` keeps queries read before.

    A query that reads itself (``with recursive``) adds nothing to its own origins.
    """
    from sqlglot import exp

    if id(scope) in known:
        return known[id(scope)]
    known[id(scope)] = []
    query = scope.expression
    if isinstance(query, exp.SetOperation):
        left, right = (_outputs(side, known) for side in scope.set_operation_scopes)
        known[id(scope)] = [
            (name, mine | theirs) for (name, mine), (_, theirs) in zip(left, right, strict=True)
        ]
    elif isinstance(query, exp.Query):
        known[id(scope)] = [
            (item.alias_or_name, frozenset(_named(item, scope, known))) for item in query.selects
        ]
    return known[id(scope)]


def _named(
    expression: Expr, scope: Scope, known: dict[int, list[tuple[str, frozenset[Origin]]]]
) -> Iterator[Origin]:
    """Yield the origins of every column that an expression names; a subquery gives those of its columns."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope as AnyScope

    inner = {id(item.expression): item for item in scope.subquery_scopes}
    waiting: list[Expr] = [expression]
    while waiting:
        node = waiting.pop()
        if id(node) in inner:
            for _, origins in _outputs(inner[id(node)], known):
                yield from origins
        elif isinstance(node, exp.Column):
            source = scope.sources.get(node.table)
            if isinstance(source, AnyScope):
                yield from dict(_outputs(source, known)).get(node.name, ())
            elif isinstance(source, exp.Table):
                yield Origin(source.db, source.name, node.name)
        else:
            waiting.extend(node.iter_expressions())

"""Brings PostgreSQL to the current release: the call of this package."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opora.errors import MirrorFailed
from opora.home import Home
from publication.postgres.target import Target, connected, target_of
from publication.releases import Release, current_release
from publication.verify import release_problems

if TYPE_CHECKING:
    import psycopg

    from publication.postgres.tables import MirrorTable


@dataclass(frozen=True)
class Mirrored:
    """What stands in PostgreSQL now: the release (None: none is current) and how many tables were written anew."""

    release: str | None
    schema: str
    written: int
    tables: int


def mirror(home: Home) -> Mirrored | None:
    """Make the schema show the home's current release; None when no PostgreSQL is configured.

    Does nothing when it shows that release already. Raises ``MirrorFailed`` with a reason that holds no secret; the
    release in the home stands whatever happens here, and the database keeps the release before, whole.
    """
    target = target_of(home)
    if target is None:
        return None
    release = current_release(home)
    tables = _tables(release, target)
    with connected(target) as connection, turn(connection, target):
        changed = _changed(connection, target, tables)
        if _stands(connection, target) == (release.id if release else None) and not changed:
            return Mirrored(release.id if release else None, target.schema, 0, len(tables))
        _write(connection, target, release, tables, changed)
    return Mirrored(release.id if release else None, target.schema, len(changed), len(tables))


def _tables(release: Release | None, target: Target) -> list[MirrorTable]:
    from publication.postgres.tables import mirror_tables

    if release is None:
        return []
    if problems := release_problems(release.path):
        raise MirrorFailed(f"выпуск {release.id} повреждён и не переносится: {'; '.join(problems[:5])}")
    return mirror_tables(release, target.edition)


@contextlib.contextmanager
def turn(connection: psycopg.Connection, target: Target) -> Iterator[None]:
    """Keep the turn to write this schema; refuse when another process has it.

    It is given back, not left to the end of the connection: the server ends a session some time after its client has
    gone, and whoever wrote next would find the turn taken.
    """
    import psycopg

    lock = "hashtext('opora'), hashtext(%s)"
    taken = connection.execute(f"select pg_try_advisory_lock({lock})", [target.schema]).fetchone()
    if taken != (True,):
        raise MirrorFailed("PostgreSQL: эту схему сейчас пишет другой запуск; повторите: opora mirror")
    try:
        yield
    finally:
        with contextlib.suppress(psycopg.Error):  # a broken connection has lost it already
            connection.execute(f"select pg_advisory_unlock({lock})", [target.schema])


def _changed(connection: psycopg.Connection, target: Target, tables: list[MirrorTable]) -> list[MirrorTable]:
    """Return the tables that the schema does not hold yet in exactly this state."""
    from publication.postgres.swap import shape_of

    known = _known(connection, target)
    return [
        table
        for table in tables
        if known.get(table.name) != table.sha256
        or shape_of(connection, target.schema, table.name) != table.shape
    ]


def _known(connection: psycopg.Connection, target: Target) -> dict[str, str]:
    """Return Opora's tables of the schema with their hashes; refuse a schema that holds only somebody else's."""
    from publication.postgres.build import TABLES
    from publication.postgres.swap import known_tables, shape_of

    if shape_of(connection, target.schema, TABLES):
        return known_tables(connection, target.schema)
    foreign = connection.execute(
        "select count(*) from pg_class where relnamespace = to_regnamespace(%s) and relkind in ('r', 'p', 'v', 'm')",
        [f'"{target.schema}"'],
    ).fetchone()
    if foreign != (0,):
        raise MirrorFailed(
            f"PostgreSQL: в схеме {target.schema} стоят чужие таблицы; укажите другую: publish.postgres_schema"
        )
    return {}


def _stands(connection: psycopg.Connection, target: Target) -> str | None:
    """Return the release of the configured edition that the schema shows; «—» when it shows something else."""
    from psycopg import sql

    from publication.postgres.build import INFO
    from publication.postgres.swap import shape_of

    if not shape_of(connection, target.schema, INFO):
        return "—"
    row = connection.execute(
        sql.SQL("select release, edition from {}").format(sql.Identifier(target.schema, INFO))
    ).fetchone()
    if row is None:
        return None
    return str(row[0]) if row[1] == target.edition else "—"


def _write(
    connection: psycopg.Connection,
    target: Target,
    release: Release | None,
    tables: list[MirrorTable],
    changed: list[MirrorTable],
) -> None:
    from psycopg import errors, sql

    from publication.postgres.build import build_aside
    from publication.postgres.swap import LOCK_TIMEOUT, swap

    build_aside(connection, target, changed)
    swap(connection, target, release.id if release else None, tables)
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(target.aside)))
    connection.execute(sql.SQL("set lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
    for table in changed:  # fresh statistics, so that the first dashboard is as fast as the second
        with contextlib.suppress(errors.LockNotAvailable):  # vacuum is at it and will count as well
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(target.schema, table.name)))

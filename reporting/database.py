"""``opora.duckdb`` of the internal edition: every table with comments, and views for the usual questions.

Storage v1.0.0, because BI clients carry DuckDB 1.x and refuse the newer default.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from opora.files import atomic_path
from reporting.dictionary.titles import titles
from reporting.tables import TableStore

VIEWS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "v_official": (
        "Официальные показатели с названиями школ",
        ("indicator_values", "dim_school"),
        "SELECT i.*, s.short_name AS school_name FROM indicator_values i "
        "LEFT JOIN (SELECT school_code, any_value(short_name ORDER BY valid_from DESC) AS short_name "
        "FROM dim_school GROUP BY school_code) s ON i.area_kind = 'school' AND i.area_code = s.school_code "
        "WHERE i.is_official",
    ),
    "v_latest": (
        "Официальные показатели последнего учебного года",
        ("indicator_values",),
        "SELECT * FROM indicator_values WHERE is_official "
        "AND academic_year = (SELECT max(academic_year) FROM indicator_values)",
    ),
    "v_declines": (
        "Официальные показатели со статусом «снижение»",
        ("indicator_values",),
        "SELECT * FROM indicator_values WHERE is_official AND change_status = 'decline'",
    ),
    "v_school_groups": (
        "Школы и группы, в которые они входят, по годам",
        ("area_members", "dim_school"),
        "SELECT m.academic_year, m.municipality_code, m.school_code, m.area_code AS group_code, s.short_name "
        "FROM area_members m LEFT JOIN "
        "(SELECT school_code, any_value(short_name ORDER BY valid_from DESC) AS short_name "
        "FROM dim_school GROUP BY school_code) s USING (school_code) WHERE m.area_kind = 'group'",
    ),
}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def write_database(store: TableStore, target: Path) -> None:
    """Write the database: tables of the store, comments from the dictionary, views over tables that exist."""
    words = titles()
    with atomic_path(target) as part:
        part.unlink()
        connection = duckdb.connect()
        try:
            connection.execute("SET threads=1")
            connection.execute(f"ATTACH {_literal(str(part))} AS opora (STORAGE_VERSION 'v1.0.0')")
            connection.execute("USE opora")
            for name, path in store.paths.items():
                connection.execute(
                    f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet({_literal(str(path))})'
                )
                about = words.description(name) or words.table(name)
                connection.execute(f'COMMENT ON TABLE "{name}" IS {_literal(about)}')
                for column in store.columns(name):
                    if title := words.column(name, column):
                        connection.execute(f'COMMENT ON COLUMN "{name}"."{column}" IS {_literal(title)}')
            for name, (about, needed, sql) in VIEWS.items():
                if all(store.has(table) for table in needed):
                    connection.execute(f"CREATE VIEW {name} AS {sql}")
                    connection.execute(f"COMMENT ON VIEW {name} IS {_literal(about)}")
            connection.execute("USE memory")
            connection.execute("DETACH opora")
        finally:
            connection.close()

"""The tables of an edition: Parquet as it is, csv for a Russian Excel, and the data package that describes them.

csv: UTF-8 with a byte order mark, ``;`` between columns, decimal comma, ISO dates, ``true``/``false``; an empty cell
is a missing value. A text cell that a spreadsheet could take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from opora.files import atomic_path, sha256_file, write_json
from opora.sql import literal
from reporting.dictionary.titles import titles
from reporting.tables import TableStore

BOM = b"\xef\xbb\xbf"
SCHEMA_URL = "https://datapackage.org/profiles/2.0/datapackage.json"
_INTEGERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)


def field_type(kind: str) -> str:
    """Return the Table Schema type of a DuckDB type."""
    if kind in _INTEGERS:
        return "integer"
    if kind.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        return "number"
    return {"BOOLEAN": "boolean", "DATE": "date"}.get(kind, "string")


def _cell(column: str, kind: str) -> str:
    quoted = '"' + column.replace('"', '""') + '"'
    match field_type(kind):
        case "number":
            return f"replace(CAST({quoted} AS VARCHAR), '.', ',') AS {quoted}"
        case "string":
            text = f"CAST({quoted} AS VARCHAR)"
            risky = f"regexp_matches({text}, '^[=+\\-@\\t\\r\\n＝＋－＠]')"
            return f"CASE WHEN {risky} THEN '''' || {text} ELSE {text} END AS {quoted}"
        case _:
            return f"CAST({quoted} AS VARCHAR) AS {quoted}"


def write_csv(store: TableStore, name: str, target: Path) -> None:
    """Write one table as csv."""
    columns = store.columns(name)
    cells = ", ".join(_cell(column, kind) for column, kind in columns.items())
    with atomic_path(target) as part:
        body = part.with_suffix(".body")
        options = "FORMAT csv, HEADER, DELIMITER ';', QUOTE '\"', ESCAPE '\"'"
        try:
            store.query(f'COPY (SELECT {cells} FROM "{name}") TO {literal(body)} ({options})')
            with part.open("wb") as out, body.open("rb") as source:
                out.write(BOM)
                shutil.copyfileobj(source, out)
        finally:
            body.unlink(missing_ok=True)


def _resource(store: TableStore, name: str, folder: Path) -> dict[str, Any]:
    words = titles()
    fields = []
    for column, kind in store.columns(name).items():
        field: dict[str, Any] = {"name": column, "type": field_type(kind)}
        if field["type"] == "number":
            field["decimalChar"] = ","
        if title := words.column(name, column):
            field["title"] = title
        fields.append(field)
    path = folder / f"{name}.csv"
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    key = words.keys.get(name, ())
    if key and set(key) <= set(store.columns(name)):
        schema["primaryKey"] = list(key)
    return {
        "name": name,
        "title": words.table(name),
        "description": words.description(name) or words.table(name),
        "path": f"tables/{name}.csv",
        "type": "table",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_file(path)}",
        "dialect": {"delimiter": ";", "quoteChar": '"', "header": True},
        "schema": schema,
        "parquet": {
            "path": f"tables/{name}.parquet",
            "hash": f"sha256:{sha256_file(folder / f'{name}.parquet')}",
        },
    }


def write_package(store: TableStore, edition: Path, title: str, description: str) -> None:
    """Write ``tables/`` and ``datapackage.json`` of an edition from the tables of the store."""
    folder = edition / "tables"
    for name, source in store.paths.items():
        with atomic_path(folder / f"{name}.parquet") as part:
            shutil.copyfile(source, part)
        write_csv(store, name, folder / f"{name}.csv")
    package = {
        "$schema": SCHEMA_URL,
        "name": "opora",
        "title": title,
        "description": description,
        "resources": [_resource(store, name, folder) for name in store.paths],
    }
    write_json(edition / "datapackage.json", package)

"""dbt's own documentation site as one file that works without a network and asks for nothing outside itself.

dbt's page is made to be served; here manifest and catalog stand inside it, the browser is told to load nothing, and
what differs between two builds of equal inputs (times, ids of invocations, folders of this machine) is left out.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from dbt_project.build.columns import table_columns
from dbt_project.build.project import ROOT

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
"""Nothing but what stands in the page: the browser itself refuses any other load, whatever the script tries."""

_PLACES = {"root_path", "build_path", "compiled_path", "patch_path", "created_at"}
_OF_THE_RUN = {"generated_at", "invocation_id", "invocation_started_at", "run_started_at", "user_id", "env"}


def site_of(manifest: Any, compiled: Mapping[str, str | None], con: duckdb.DuckDBPyConnection) -> str:
    """Return the page from the parsed manifest, the SQL of every node of a build by id, and the tables that it left."""
    described = stable(manifest.writable_manifest().to_dict(omit_none=False))
    for name, sql in compiled.items():
        if sql is not None:
            described["nodes"][name] |= {"compiled": True, "compiled_code": sql}
    return page(described, catalog(con, described))


def stable(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest without times, ids of the invocation and folders of this machine; tests stay, by name."""
    kept = _without(manifest, _PLACES)
    kept["metadata"] = {
        key: value for key, value in manifest["metadata"].items() if key not in _OF_THE_RUN
    } | {"generated_at": "", "invocation_id": "", "env": {}}
    # The page shows models, seeds, sources, tests and exposures; macros of dbt itself only make the file large.
    for part in ("macros", "docs"):
        kept[part] = {name: item for name, item in kept[part].items() if item["package_name"] == "opora"}
    value: dict[str, Any] = json.loads(json.dumps(kept, default=str).replace(str(ROOT), "dbt_project"))
    return value


def _without(value: Any, keys: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, keys) for key, item in value.items() if key not in keys}
    if isinstance(value, list):
        return [_without(item, keys) for item in value]
    return value


def catalog(con: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return dbt's catalogue of what stands in the database: type and columns of every relation of the manifest."""
    kinds = dict(
        con.execute(
            "select table_name, table_type from information_schema.tables where table_schema = 'main'"
        ).fetchall()
    )
    tables = {
        name: {
            "type": kinds[name],
            "columns": {
                column: {"type": data_type, "index": place, "name": column, "comment": None}
                for place, (column, data_type) in enumerate(columns.items(), start=1)
            },
        }
        for name, columns in table_columns(con).get("main", {}).items()
    }
    found: dict[str, dict[str, Any]] = {"nodes": {}, "sources": {}}
    for part, relations in found.items():
        for unique_id, node in manifest[part].items():
            table = tables.get(str(node.get("alias") or node.get("identifier") or node["name"]), {})
            if not table or node["resource_type"] not in ("model", "seed", "source"):
                continue
            relations[unique_id] = {
                "metadata": {"type": table["type"], "schema": "main", "name": node["name"], "database": None,
                             "comment": None, "owner": None},
                "columns": table["columns"], "stats": {}, "unique_id": unique_id,
            }  # fmt: skip
    return {"metadata": {"generated_at": ""}, **found, "errors": None}


def page(manifest: dict[str, Any], catalogue: dict[str, Any]) -> str:
    """Return the page with both inside it. Raises ``ValueError`` when dbt's page no longer has the places for them."""
    folder = Path(str(importlib.import_module("dbt.task.docs").__file__)).parent
    text = (folder / "index.html").read_text(encoding="utf-8")
    head = text[: text.index("<script")]
    # A favicon that names no file, an address of a site that does not exist, words for networks.
    clean = re.sub(r"<(?:link|meta (?:property|name=\"(?:twitter|msapplication))[^>]*)[^>]*>", "", head)
    clean = clean.replace(
        '<meta charset="utf-8">',
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<link rel="icon" href="data:,">',
    ).replace("<title>dbt Docs</title>", "<title>Opora: модели расчёта (dbt)</title>")
    # Written plainly, the browser asks for the template's own braces before the script fills them in.
    body = text[len(head) :].replace('xlink:href="{{', 'ng-attr-xlink:href="{{')
    for mark, value in (('"MANIFEST.JSON INLINE DATA"', manifest), ('"CATALOG.JSON INLINE DATA"', catalogue)):
        if body.count(mark) != 1:
            raise ValueError(f"dbt's page has {body.count(mark)} places for {mark}, one was expected")
        body = body.replace(mark, _inside_a_script(value))
    if "Content-Security-Policy" not in clean:
        raise ValueError("dbt's page has another head than expected: no place for the policy")
    return clean + body


def _inside_a_script(value: dict[str, Any]) -> str:
    """Return JSON that may stand in a script: no text of a model can end the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (
        text.replace("</", "<\\/")
        .replace("<!--", "<\\u0021--")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )

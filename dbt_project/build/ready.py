"""The project as a build runs it: every model is SQL already, and of all macros those are at hand that it can call.

What a model's text becomes does not depend on the run: no model asks the database while it is rendered, and the file
of every candidate has the same name. dbt renders each anew in every build all the same, and puts all macros at hand
twice a node, some six hundred, most of them for kinds of relations that the project does not have: a quarter of a
build of few rows. Done here once a version of the models.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from opora.errors import OporaError

_RENDERED_AGAIN = re.compile(r"\{[{%#]|[#}%]\}")
"""Marks by which dbt takes a text for one to be rendered."""


def make_ready(manifest: Any, arguments: list[str]) -> None:
    """Turn a parsed manifest into one to run: nodes keep SQL in place of their templates, macros out of reach go.

    It has to be packed and read back before it is used: dbt has indexed its macros already. No database is opened.

    Raises ``OporaError`` when a node cannot be rendered without a database.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    try:
        outcome = dbtRunner(manifest=manifest).invoke(
            ["compile", "--exclude", "test_type:unit", "--no-introspect", "--no-populate-cache", *arguments]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise OporaError(
            f"dbt compile: {outcome.exception or _faults(outcome.result)} (модели становятся запросами без базы)"
        )
    for node in manifest.nodes.values():
        sql = getattr(node, "compiled_code", None)
        if sql is not None and not _RENDERED_AGAIN.search(sql):
            node.raw_code = sql
        if hasattr(node, "compiled"):
            node.compiled, node.compiled_code = False, None
    manifest.unit_tests.clear()
    reached = within_reach(manifest)
    for name in set(manifest.macros) - reached:
        del manifest.macros[name]


def within_reach(manifest: Any) -> set[str]:
    """Return the ids of the macros that a build of rendered nodes can call.

    They are what makes the kinds of relations that there are, what nodes with a template left call (their hooks and
    seeds too), what dbt's own Python calls by name, and everything that these call in turn. A name is kept in all its
    forms or in none (``default__x``, ``duckdb__x``, a package's own), so that a dispatch finds what it would have
    found, or nothing at all, which stops the build.
    """
    forms = defaultdict(list)
    for name, macro in manifest.macros.items():
        forms[_plain(macro.name)].append(name)
    waiting = [name for kind in _kinds(manifest) for name in _makers(manifest, kind)]
    waiting += [name for called in _called_by_python() for name in forms[called]]
    for node in manifest.nodes.values():
        if node.resource_type in ("seed", "test") or _RENDERED_AGAIN.search(node.raw_code):
            waiting += node.depends_on.macros
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in reached or name not in manifest.macros:
            continue
        reached.add(name)
        macro = manifest.macros[name]
        waiting += macro.depends_on.macros
        if not macro.name.startswith("materialization_"):
            waiting += forms[_plain(macro.name)]
    return reached


def _kinds(manifest: Any) -> set[str]:
    return {node.config.materialized for node in manifest.nodes.values()}


def _makers(manifest: Any, kind: str) -> list[str]:
    """Return the materializations of a kind: the project's own where it has one, which dbt prefers to all others."""
    all_of_kind = {
        name: macro
        for name, macro in manifest.macros.items()
        if macro.name.startswith(f"materialization_{kind}_")
    }
    own = [name for name, macro in all_of_kind.items() if macro.package_name == "opora"]
    return own or list(all_of_kind)


def _called_by_python() -> set[str]:
    """Return the names of macros that the adapters' Python calls; dbt keeps them as constants of two modules."""
    from dbt.adapters.base import impl as base
    from dbt.adapters.sql import impl as sql

    return {
        value
        for module in (base, sql)
        for constant, value in vars(module).items()
        if constant.endswith("_MACRO_NAME")
    }


def _plain(name: str) -> str:
    return re.sub(r"^(?:default|duckdb)__", "", name)


def _faults(result: Any) -> str:
    return "; ".join(
        f"{row.node.name}: {row.message}" for row in result.results if str(row.status) == "error"
    )

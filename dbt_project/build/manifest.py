"""The parsed project: parsed once a version of the models, then read back (parsing costs seconds, reading does not)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbt_project.build.borders import PartModel
from dbt_project.build.engine import Embedded
from dbt_project.build.kept import kept
from dbt_project.build.project import ROOT, model_version
from opora.errors import OporaError
from opora.files import sha256_text
from opora.home import Home

DATABASE = "warehouse"
"""How every file of the models is called, without its ending."""

_held: dict[tuple[str, str], Any] = {}


def load_manifest(home: Home, arguments: list[str]) -> Any:
    """Return the dbt manifest of the present models: held, read back, or parsed and kept.

    ``arguments`` are the directories that dbt is to use. Raises ``OporaError`` when the project does not parse.
    """
    return _held_or("manifest", arguments, lambda: _parsed(home, arguments))


def manifest_to_run(home: Home, arguments: list[str]) -> Any:
    """Return the manifest as a build runs it (``build/ready.py``): held, read back, or made and kept.

    On another engine it is the parsed one: Spark's own time is a hundred times that of dbt.
    """
    if _target(arguments) != Embedded.target:
        return load_manifest(home, arguments)

    def make() -> bytes:
        from dbt_project.build.ready import make_ready

        manifest = _unpacked(_parsed(home, arguments))
        make_ready(manifest, arguments)
        return _packed(manifest)

    key = version_key(Embedded.target)
    return _held_or("ready", arguments, lambda: kept(home, "ready", key, "msgpack", make))


def _parsed(home: Home, arguments: list[str]) -> bytes:
    def parse() -> bytes:
        from dbt.cli.main import dbtRunner

        parsed = dbtRunner().invoke(["parse", "--no-partial-parse", *arguments])
        if not parsed.success:
            raise OporaError(f"dbt parse: {parsed.exception}")
        return _packed(parsed.result)

    return kept(home, "manifest", version_key(_target(arguments)), "msgpack", parse)


def _held_or(kind: str, arguments: list[str], read: Callable[[], bytes]) -> Any:
    key = (kind, version_key(_target(arguments)))
    if key not in _held:
        _held[key] = _unpacked(read())
    return _held[key]


def _packed(manifest: Any) -> bytes:
    from dbt.parser.manifest import extended_mashumaro_encoder

    return bytes(manifest.to_msgpack(extended_mashumaro_encoder))


def _unpacked(packed: bytes) -> Any:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
    manifest.build_flat_graph()
    return manifest


def _target(arguments: list[str]) -> str:
    """Return the output of ``profiles.yml``: another engine has other macros and types."""
    return arguments[arguments.index("--target") + 1]


def version_key(target: str) -> str:
    """Return a key of the models as one engine sees them: their files, the place where they stand, Python and dbt."""
    return sha256_text(f"{model_version()}|{ROOT}|{sys.version}|{target}")[:16]


def forget() -> None:
    """Drop the manifests held by this process (the next build reads or parses them anew)."""
    _held.clear()


def part_models(manifest: Any) -> list[PartModel]:
    """Return the year-part models: those with ``meta.part`` (a domain); their columns come from their contract."""
    found = []
    for node in manifest.nodes.values():
        domain = node.config.meta.get("part") if node.resource_type == "model" else None
        if domain:
            columns = {name: column.data_type for name, column in node.columns.items()}
            if not columns or None in columns.values() or not node.config.contract.enforced:
                raise OporaError(f"{node.name}: a year part needs an enforced contract with typed columns")
            found.append(PartModel(node.name, domain, columns))
    return sorted(found, key=lambda model: model.name)


def table_definitions(manifest: Any) -> dict[str, str]:
    """Return, for every model under contract, its columns, types and constraints as DuckDB's ``create table`` has them.

    For an engine that does not enforce constraints: its rows are proved when they land. Raises ``OporaError`` for a
    kind of constraint that would not be proved.
    """
    found = {}
    for node in manifest.nodes.values():
        if node.resource_type != "model" or not node.config.contract.enforced:
            continue
        lines = []
        for name, column in node.columns.items():
            words = [_constraint(item, [name], node.name) for item in column.constraints]
            lines.append(" ".join([name, str(column.data_type), *words]))
        lines += [_constraint(item, list(item.columns), node.name) for item in node.constraints]
        found[node.name] = ", ".join(lines)
    return found


def _kind(constraint: Any) -> str:
    return str(getattr(constraint.type, "value", constraint.type))


def _constraint(item: Any, columns: list[str], model: str) -> str:
    kind = _kind(item)
    if kind == "not_null":
        return "not null"
    if kind == "check":
        return f"check ({item.expression})"
    if kind in ("primary_key", "unique"):
        return f"{kind.replace('_', ' ')} ({', '.join(columns)})"
    raise OporaError(f"{model}: a constraint of kind {kind} would not be enforced")


def marts(manifest: Any) -> dict[str, tuple[str, ...]]:
    """Return the models under ``models/marts`` (the tables of ``cells/``) by name, each with its primary key.

    A table without a key has no columns here.
    """
    found = {}
    for node in manifest.nodes.values():
        if node.resource_type == "model" and Path(node.original_file_path).parts[:2] == ("models", "marts"):
            keys = [item.columns for item in node.constraints if _kind(item) == "primary_key"]
            found[node.name] = tuple(keys[0]) if keys else ()
    return dict(sorted(found.items()))


def set_environment(warehouse: Path) -> None:
    """Name the database of this run to dbt's profile and keep dbt from talking to anybody.

    Raises ``ValueError`` for a file of another name: DuckDB names a database after its file, and SQL that was rendered
    before names the database.
    """
    if warehouse.stem != DATABASE:
        raise ValueError(f"the models are rendered for a file {DATABASE}.duckdb, not {warehouse.name}")
    os.environ["OPORA_WAREHOUSE"] = str(warehouse)
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"

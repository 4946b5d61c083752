"""Building a candidate's cells: one dbt invocation in process, then Parquet."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from dbt_project.build import manifest as project
from dbt_project.build.borders import PartModel
from dbt_project.build.columns import (
    BuiltTable,
    built_tables,
    column_origins,
    packed,
    table_columns,
    unpacked,
)
from dbt_project.build.docs_site import site_of
from dbt_project.build.engine import Engine, engine_of
from dbt_project.build.invocation import build_all, dbt_arguments
from dbt_project.build.kept import kept
from dbt_project.build.parts import DONE, Part, all_parts
from dbt_project.build.plan import years_of_rules
from dbt_project.build.rules import check_years
from opora.candidates import Candidate
from opora.embedded import connect
from opora.files import atomic_path, canonical_json, fsync_dir, sha256_text, write_json
from opora.home import Home
from opora.progress import Progress, quiet
from opora.seals import seal
from opora.sql import literal


@dataclass(frozen=True)
class BuildReport:
    """What a build did: rows of every table of ``cells/``, parts built and reused, seconds by step and by node.

    ``models`` describes every model and seed as it stands in the warehouse.
    """

    tables: dict[str, int]
    built: list[Part]
    reused: list[Part]
    seconds: dict[str, float] = field(default_factory=dict)
    model_seconds: dict[str, float] = field(default_factory=dict)
    models: dict[str, BuiltTable] = field(default_factory=dict)


def build(home: Home, candidate: Candidate, progress: Progress = quiet) -> BuildReport:
    """Build missing year parts and all cross-year models, export ``cells/<table>.parquet`` and ``dbt_docs.html``.

    Raises ``UsageError`` when a year lacks a rule and ``OporaError`` when a model or a data test fails; then ``cells/``
    of an earlier build of the same candidate stays as it was.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "plan"):
        check_years(home, years_of_rules(candidate.inputs))
        parts = all_parts(home, candidate.inputs)
        built = [part for part in parts if not part.is_cached(home)]
        reused = [part for part in parts if part.is_cached(home)]
    progress(f"Хранилище: {len(built)} частей считаем, {len(reused)} берём готовыми")
    engine = engine_of(home)
    folder = Path(tempfile.mkdtemp(prefix=".dbt-", dir=candidate.root))
    try:
        project.set_environment(candidate.warehouse)
        arguments = dbt_arguments(folder, engine.target)
        with _timed(seconds, "manifest"):
            manifest = project.manifest_to_run(home, arguments)
            models = project.part_models(manifest)
        try:
            with _timed(seconds, "borders"):
                engine.lay(home, candidate, parts, models)
            with _timed(seconds, "dbt"):
                results = build_all(manifest, arguments, candidate, progress)
            with _timed(seconds, "land"):
                engine.land(candidate, project.table_definitions(manifest))
        finally:
            engine.close()
        with _timed(seconds, "export"):
            tables = _export(home, candidate, built, models, project.marts(manifest))
        with _timed(seconds, "describe"):
            described = _describe(home, candidate, engine, arguments, results)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    progress(f"Хранилище: {len(tables)} таблиц, {sum(tables.values())} строк")
    node_seconds = {row.node.name: round(row.execution_time, 3) for row in results}
    return BuildReport(tables, built, reused, seconds, node_seconds, described)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - start, 3)


def _describe(
    home: Home, candidate: Candidate, engine: Engine, arguments: list[str], results: list[Any]
) -> dict[str, BuiltTable]:
    """Describe what was built and write dbt's site of it.

    Lineage and site follow from the models and the columns alone: found once (seconds), then read back.
    """
    statements = {
        row.node.name: row.node.compiled_code for row in results if row.node.resource_type == "model"
    }
    with connect(_spill(candidate), candidate.warehouse, read_only=True, ordered=False) as con:
        columns = table_columns(con)
        facts = [project.version_key(engine.target), version("sqlglot"), columns, statements]
        key = sha256_text(canonical_json(facts))[:16]
        origins = kept(
            home, "origins", key, "json", lambda: packed(column_origins(statements, columns, engine.dialect))
        )

        def make_site() -> bytes:
            compiled = {row.node.unique_id: getattr(row.node, "compiled_code", None) for row in results}
            return site_of(project.load_manifest(home, arguments), compiled, con).encode()

        site = kept(home, "site", key, "html", make_site)
        with atomic_path(candidate.dbt_docs) as path:
            path.write_bytes(site)
        return built_tables(con, columns, unpacked(origins))


def _export(
    home: Home,
    candidate: Candidate,
    built: list[Part],
    models: list[PartModel],
    marts: Mapping[str, tuple[str, ...]],
) -> dict[str, int]:
    rows = {}
    with connect(_spill(candidate), candidate.warehouse, ordered=False) as con:
        for part in built:
            _export_part(con, home, part, [model for model in models if model.domain == part.domain])
        candidate.cells.mkdir(exist_ok=True)
        for table, key in marts.items():
            with atomic_path(candidate.cells / f"{table}.parquet") as path:
                # Sorted, so that equal rows make equal bytes: by the key, since all columns take a third longer.
                copied = con.execute(
                    f"copy (select * from main.{table} order by {', '.join(key) or 'all'}) to '{_quoted(path)}' "
                    "(format parquet, compression zstd)"
                ).fetchone()
            rows[table] = int(copied[0]) if copied else 0
        con.execute("checkpoint")
    for stale in set(candidate.cells.glob("*.parquet")) - {
        candidate.cells / f"{table}.parquet" for table in marts
    }:
        if stale.stem != "quality_results":  # written here by quality, after this room
            stale.unlink()
    seal(candidate, [candidate.cells / f"{table}.parquet" for table in marts])
    return rows


def _export_part(con: duckdb.DuckDBPyConnection, home: Home, part: Part, models: list[PartModel]) -> None:
    target = part.folder(home)
    home.cache.mkdir(parents=True, exist_ok=True)
    home.cache.chmod(0o700)  # parts hold pseudonyms of people
    draft = Path(tempfile.mkdtemp(prefix=f".{part.key}-", dir=home.cache))
    try:
        for model in models:
            path = draft / f"{model.name}.parquet"
            con.execute(
                f"copy (select * from main.{model.name} where academic_year = {literal(part.academic_year)}) "
                f"to '{_quoted(path)}' (format parquet, compression snappy)"  # read back here alone
            )
        write_json(draft / DONE, {"domain": part.domain, "academic_year": part.academic_year})
        if target.exists():
            shutil.rmtree(target)
        os.replace(draft, target)
        fsync_dir(home.cache)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _spill(candidate: Candidate) -> Path:
    return candidate.root / "warehouse.duckdb.tmp"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")

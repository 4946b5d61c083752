"""The warehouse: one asset for each dbt model, one asset check for each dbt data test, one dbt invocation."""

# No «from __future__ import annotations»: Dagster looks at the annotation of «context» itself.
import json
from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, build_dbt_asset_specs

from dbt_project.build.columns import BuiltTable
from dbt_project.build.lake_schema import entities
from opora.candidates import Candidate
from opora.errors import GateRefused
from orchestration import steps
from orchestration.assets.candidate import INPUTS
from orchestration.assets.keys import warehouse_key
from orchestration.assets.lake import lake_key
from orchestration.assets.years import computed_years
from orchestration.catalogue.lineage import model_lineage
from orchestration.catalogue.schema import COLUMN_LINEAGE, COLUMN_SCHEMA, model_metadata
from orchestration.catalogue.words import Words, words_of
from orchestration.outcome import refusal_failure
from orchestration.partitions import register_years
from orchestration.resources import House

_LAYER_BY_FOLDER = {"staging": "staging", "intermediate": "intermediate", "marts": "marts"}


class _Translator(DagsterDbtTranslator):
    """Models stand under ``warehouse/``; sources are the lake's assets, else the candidate's inputs."""

    def get_asset_key(self, dbt_resource_props: Any) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] != "source":
            return warehouse_key(dbt_resource_props["name"])
        if dbt_resource_props["source_name"] == "lake":
            return lake_key(entities()[dbt_resource_props["name"]].source)
        return INPUTS

    def get_group_name(self, dbt_resource_props: Any) -> str:
        return _LAYER_BY_FOLDER.get(dbt_resource_props["fqn"][1], "rules")


def check_name(unique_id: str) -> str:
    """Return a dbt test's name as a Dagster check name (letters, digits, underscores)."""
    return "".join(sign if sign.isalnum() else "_" for sign in unique_id.split(".")[2])[:200]


def model_specs(manifest: dict[str, Any]) -> list[dg.AssetSpec]:
    """Return the specs of all models and seeds, in an order in which each stands after what it depends on.

    What reads the lake hangs on the candidate's inputs too: they say which rows of it count. So does every root.
    """
    settings = DagsterDbtTranslatorSettings(
        enable_duplicate_source_asset_keys=True, enable_source_metadata=False
    )
    specs = []
    for spec in build_dbt_asset_specs(manifest=manifest, dagster_dbt_translator=_Translator(settings)):
        keys = {dep.asset_key for dep in spec.deps}
        is_inner = bool(keys) and all(key.path[0] == "warehouse" for key in keys)
        deps = keys if is_inner else keys | {INPUTS}
        # Dagster's pages prefer a definition's columns to those of a run; only a run knows all of them.
        metadata = {name: value for name, value in spec.metadata.items() if name != COLUMN_SCHEMA}
        specs.append(spec.replace_attributes(deps=sorted(deps), owners=["team:opora"], metadata=metadata))
    return _in_order(specs)


def _in_order(specs: list[dg.AssetSpec]) -> list[dg.AssetSpec]:
    """Return the specs with every asset after what it depends on: Dagster takes the results in that order only."""
    by_key = {spec.key: spec for spec in specs}
    graph = {spec.key: {dep.asset_key for dep in spec.deps} & by_key.keys() for spec in specs}
    return [by_key[key] for key in TopologicalSorter(graph).static_order()]


def test_specs(manifest: dict[str, Any], keys: set[dg.AssetKey]) -> dict[str, dg.AssetCheckSpec]:
    """Return by unique id the check spec of every data test; a test of several models hangs on its first one."""
    found = {}
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] != "test":
            continue
        owner = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), None)
        key = warehouse_key(owner.split(".")[2]) if owner else None
        if key in keys:
            found[unique_id] = dg.AssetCheckSpec(
                check_name(unique_id), asset=key, description=node.get("description") or None
            )
    return found


def build_warehouse_assets(manifest: dict[str, Any]) -> dg.AssetsDefinition:
    """Return the multi-asset that runs dbt once and reports models (columns, lineage, rows) and tests."""
    specs = model_specs(manifest)
    tests = test_specs(manifest, {spec.key for spec in specs})

    @dg.multi_asset(name="dbt_build", specs=specs, check_specs=list(tests.values()), pool="home_writer")
    def dbt_build(
        context: dg.AssetExecutionContext, house: dg.ResourceParam[House]
    ) -> Iterator[dg.MaterializeResult]:
        candidate = Candidate.latest(house.home)
        try:
            report = steps.build(house.home, candidate, house.progress)
        except GateRefused as refusal:
            house.outcome.refusal = str(refusal)
            raise refusal_failure(str(refusal)) from refusal
        register_years(context.instance, (part.academic_year for part in (*report.built, *report.reused)))
        for event in computed_years(house.home, report.built, report.reused):
            context.log_event(event)
        results = _results(candidate, tests)
        words = words_of(manifest, report.models)
        for spec in specs:
            name = spec.key.path[-1]
            metadata: dict[str, Any] = {"seconds": report.model_seconds.get(name, 0.0)}
            if name in report.models:
                metadata |= _described(name, report.models[name], words)
            checks = [result for result in results if result.asset_key == spec.key]
            yield dg.MaterializeResult(asset_key=spec.key, metadata=metadata, check_results=checks)

    return dbt_build


def _described(name: str, table: BuiltTable, words: Words) -> dict[str, Any]:
    """Return what Dagster shows of a built table: columns as the database has them, their origins, rows."""
    lineage = model_lineage(table, warehouse_key, lake_key, INPUTS)
    return model_metadata(name, table, words) | ({COLUMN_LINEAGE: lineage} if lineage else {})


def _results(candidate: Candidate, tests: dict[str, dg.AssetCheckSpec]) -> list[dg.AssetCheckResult]:
    written = json.loads((candidate.root / "dbt_results.json").read_text(encoding="utf-8"))
    status = {row["unique_id"]: row for row in written}
    out = []
    for unique_id, spec in tests.items():
        row = status.get(unique_id, {"status": "not run", "failures": 0})
        out.append(
            dg.AssetCheckResult(
                asset_key=spec.asset_key,
                check_name=spec.name,
                passed=row["status"] in ("pass", "warn"),
                metadata={"status": row["status"], "failures": row.get("failures") or 0},
            )
        )
    return out

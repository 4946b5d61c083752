"""The lake: one asset for each source, filled by one reading of the inbox."""

# No «from __future__ import annotations»: Dagster looks at the annotation of «context» itself.
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from opora.code import ROOT
from opora.yaml_files import read_yaml
from orchestration import steps
from orchestration.catalogue.schema import COLUMN_SCHEMA, ROW_COUNT, source_schema
from orchestration.freshness import of_domain
from orchestration.resources import House

if TYPE_CHECKING:
    from ingestion.run import IngestReport

_TITLES_KEY = "purpose"
INBOX = dg.AssetKey("inbox")


def source_folders() -> list[Path]:
    """Return the folders of ``ingestion/sources`` that hold a contract, sorted by name."""
    return sorted(path.parent for path in (ROOT / "ingestion" / "sources").glob("*/contract.yaml"))


def inbox_metadata(report: "IngestReport") -> dict[str, Any]:
    """Return what a run found in the inbox: numbers of files, and those that went back with the reason."""
    returned = [
        {"file": item.file_name, "message": item.message, "is_new": item.is_new} for item in report.returned
    ]
    return {
        "files": len(report.accepted) + len(report.returned) + len(report.withdrawn),
        "withdrawn": len(report.withdrawn),
        "new": sum(item.is_new for item in (*report.accepted, *report.returned)),
        "returned": dg.MetadataValue.json(returned),
    }


def lake_key(source: str) -> dg.AssetKey:
    """Asset key of a source in the lake."""
    return dg.AssetKey(["lake", source])


def _spec(folder: Path) -> dg.AssetSpec:
    contract = read_yaml(folder / "contract.yaml")
    entities = [entity["name"] for entity in contract["schema"]]
    return dg.AssetSpec(
        lake_key(folder.name),
        deps=[INBOX],
        group_name="lake",
        kinds={"parquet", "python"},
        owners=["team:opora"],
        description=contract["description"][_TITLES_KEY],
        freshness_policy=of_domain(contract["domain"]),
        metadata={
            "entities": entities,
            "contract_version": contract["version"],
            COLUMN_SCHEMA: source_schema(folder.name),
        },
        tags={"domain": contract["domain"]},
    )


def inbox_spec() -> dg.AssetSpec:
    """Return what people fill: nothing here makes it, every run says what it found there."""
    return dg.AssetSpec(
        INBOX,
        group_name="lake",
        kinds={"excel", "csv"},
        owners=["team:opora"],
        description="Deliveries as they arrived; each run notes how many are new and what went back.",
    )


def build_lake_assets() -> dg.AssetsDefinition:
    """Return the multi-asset that reads the inbox; each source reports its own accounting."""
    specs = [_spec(folder) for folder in source_folders()]

    @dg.multi_asset(name="read_inbox", specs=specs, pool="home_writer")
    def read_inbox(
        context: dg.AssetExecutionContext, house: dg.ResourceParam[House]
    ) -> Iterator[dg.MaterializeResult]:
        report = steps.ingest(house.home, house.progress)
        house.outcome.ingest = report
        context.log_event(dg.AssetObservation(INBOX, metadata=inbox_metadata(report)))
        counts = report.by_source()
        new = Counter(item.source for item in report.accepted if item.is_new)
        for spec in specs:
            source = spec.key.path[-1]
            found: dict[str, Any] = {**counts.get(source, {}), "new_files": new[source]}
            if "landed" in found:
                found[ROW_COUNT] = found["landed"]
            yield dg.MaterializeResult(asset_key=spec.key, metadata=found)

    return read_inbox

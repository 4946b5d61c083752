"""The lake: one asset for each source, filled by one reading of the inbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import yaml

from opora.code import ROOT
from orchestration import steps
from orchestration.resources import House

_TITLES_KEY = "purpose"


def source_folders() -> list[Path]:
    """Return the folders of ``ingestion/sources`` that hold a contract, sorted by name."""
    return sorted(path.parent for path in (ROOT / "ingestion" / "sources").glob("*/contract.yaml"))


def lake_key(source: str) -> dg.AssetKey:
    """Asset key of a source in the lake."""
    return dg.AssetKey(["lake", source])


def _spec(folder: Path) -> dg.AssetSpec:
    contract = yaml.safe_load((folder / "contract.yaml").read_text(encoding="utf-8"))
    entities = [entity["name"] for entity in contract["schema"]]
    return dg.AssetSpec(
        lake_key(folder.name),
        group_name="lake",
        kinds={"parquet", "python"},
        owners=["team:opora"],
        description=contract["description"][_TITLES_KEY],
        metadata={"entities": entities, "contract_version": contract["version"]},
        tags={"domain": contract["domain"]},
    )


def build_lake_assets() -> dg.AssetsDefinition:
    """Return the multi-asset that reads the inbox; each source reports its own accounting."""
    specs = [_spec(folder) for folder in source_folders()]

    @dg.multi_asset(name="read_inbox", specs=specs, pool="home_writer")
    def read_inbox(house: dg.ResourceParam[House]) -> Iterator[dg.MaterializeResult]:
        report = steps.ingest(house.home, house.progress)
        house.outcome.ingest = report
        counts = report.by_source()
        for spec in specs:
            yield dg.MaterializeResult(asset_key=spec.key, metadata=counts.get(spec.key.path[-1], {}))

    return read_inbox

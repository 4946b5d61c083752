"""Academic years as partitions: which years stand computed, and their backfill."""

# No «from __future__ import annotations»: Dagster looks at the annotation of «context» itself.
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg

from opora.home import Home
from orchestration import steps
from orchestration.assets.candidate import INPUTS
from orchestration.assets.keys import warehouse_key
from orchestration.catalogue.lineage import taken_over
from orchestration.catalogue.schema import (
    COLUMN_LINEAGE,
    COLUMN_SCHEMA,
    ROW_COUNT,
    folder_metadata,
    table_schema,
)
from orchestration.catalogue.words import by_name
from orchestration.partitions import ACADEMIC_YEARS
from orchestration.resources import House

if TYPE_CHECKING:
    from dbt_project.build.parts import Part
    from dbt_project.build.recompute import Recomputed

YEARS = dg.AssetKey("year_parts")
SAME_ROWS = "same_rows"
BACKFILL_JOB = "recompute_years"


def build_years_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Return the asset whose partitions are the academic years that the home has met."""
    with warnings.catch_warnings():
        # The parameter «backfill_policy» is in beta; a run's screen is no place to say so.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return _years_asset(manifest)


def _years_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    columns = part_columns(manifest)
    schema = table_schema(columns, lambda name: by_name(*name.split(".", 1)))

    @dg.asset(
        key=YEARS,
        deps=[INPUTS],
        partitions_def=ACADEMIC_YEARS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        check_specs=[
            dg.AssetCheckSpec(
                SAME_ROWS, asset=YEARS, description="A year computed anew has the rows that stood before."
            )
        ],
        group_name="years",
        kinds={"duckdb", "dbt"},
        owners=["team:opora"],
        description="Results of every domain by academic year. The main job fills the years that lack; a backfill "
        "computes the chosen years anew in one run, compares them, and leaves the release as it is.",
        metadata={COLUMN_SCHEMA: schema, COLUMN_LINEAGE: taken_over(schema, _of_models(columns))},
        pool="home_writer",
    )
    def year_parts(
        context: dg.AssetExecutionContext, house: dg.ResourceParam[House]
    ) -> Iterator[dg.MaterializeResult | dg.AssetMaterialization | dg.AssetCheckResult]:
        """Compute the chosen years anew, all in one build."""
        done = steps.recompute(house.home, list(context.partition_keys), house.progress)
        changed = [item for item in done if not item.is_same]
        yield dg.MaterializeResult(
            asset_key=YEARS,
            check_results=[
                dg.AssetCheckResult(
                    check_name=SAME_ROWS,
                    passed=not changed,
                    metadata={
                        "parts": len(done),
                        "changed": ", ".join(
                            f"{item.part.domain} {item.part.academic_year}" for item in changed
                        ),
                    },
                )
            ],
        )
        # After the result, which speaks of all years at once: the last event of a year is what its page shows.
        for year in context.partition_keys:
            context.log_event(
                dg.AssetMaterialization(
                    YEARS, partition=year, metadata=_year_metadata(house.home, done, year)
                )
            )

    return year_parts


def part_columns(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return ``<model>.<column>`` → type of all tables of year parts: their contracts hold every column."""
    return {
        f"{node['name']}.{name}": str(column["data_type"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["meta"].get("part")
        for name, column in node["columns"].items()
    }


def _of_models(columns: Iterable[str]) -> dict[str, dg.TableColumnDep]:
    return {
        name: dg.TableColumnDep(warehouse_key(model), own)
        for name in columns
        for model, own in [name.split(".", 1)]
    }


def computed_years(
    home: Home, built: Iterable["Part"], reused: Iterable["Part"]
) -> list[dg.AssetMaterialization]:
    """Return one event a year that the main job has computed at least a part of; years from the cache say nothing."""
    made, kept = list(built), Counter(part.academic_year for part in reused)
    return [
        dg.AssetMaterialization(
            YEARS,
            partition=year,
            metadata={
                "parts_computed": len(own),
                "parts_reused": kept[year],
                ROW_COUNT: sum(part_rows(home, part) for part in own),
            },
        )
        for year in sorted({part.academic_year for part in made})
        for own in [[part for part in made if part.academic_year == year]]
    ]


def part_rows(home: Home, part: "Part") -> int:
    """Return the rows of all tables of a part in the cache."""
    return int(folder_metadata(part.folder(home))[ROW_COUNT])


def _year_metadata(home: Home, done: "list[Recomputed]", year: str) -> dict[str, int]:
    own = [item for item in done if item.part.academic_year == year]
    return {
        "parts_computed": len(own),
        "parts_changed": sum(not item.is_same for item in own),
        ROW_COUNT: sum(part_rows(home, item.part) for item in own),
    }

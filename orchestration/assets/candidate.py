"""From the candidate's inputs to its editions: plan, findings, tables, editions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from opora.candidates import Candidate
from opora.errors import GateRefused
from orchestration import steps
from orchestration.assets.keys import warehouse_key
from orchestration.assets.lake import lake_key, source_folders
from orchestration.catalogue.lineage import taken_over, under_same_name
from orchestration.catalogue.schema import COLUMN_LINEAGE, COLUMN_SCHEMA, ROWS, folder_metadata
from orchestration.checks import check_results, data_check_specs
from orchestration.outcome import refusal_failure
from orchestration.resources import House

INPUTS = dg.AssetKey("candidate_inputs")
FINDINGS = dg.AssetKey("findings")
TABLES = dg.AssetKey("release_tables")
EDITIONS = dg.AssetKey("editions")
CHECK_RESULTS = "quality_results"


@dg.asset(
    key=INPUTS,
    deps=[lake_key(folder.name) for folder in source_folders()],
    group_name="candidate",
    kinds={"parquet"},
    owners=["team:opora"],
    description="Effective readings, people, schools and rules fixed for one candidate.",
    pool="home_writer",
)
def candidate_inputs(house: dg.ResourceParam[House]) -> dg.MaterializeResult:
    """Plan the candidate; its id is a hash of everything that goes into it."""
    candidate = steps.plan(house.home, house.progress)
    house.outcome.candidate_id = candidate.id
    return dg.MaterializeResult(metadata={"candidate": candidate.id, **folder_metadata(candidate.inputs)})


def build_findings_asset(deps: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset that runs all checks on lake and marts; every check is a Dagster asset check."""
    checks = data_check_specs(FINDINGS)

    @dg.asset(
        key=FINDINGS,
        deps=deps,
        check_specs=checks,
        group_name="gate",
        kinds={"python", "greatexpectations"},
        owners=["team:opora"],
        description="Every check at the door and on the marts, with waivers applied.",
    )
    def findings(house: dg.ResourceParam[House]) -> Iterator[dg.MaterializeResult]:
        candidate = Candidate.latest(house.home)
        found = steps.check_data(house.home, candidate, house.progress)
        house.outcome.findings = found
        yield dg.MaterializeResult(
            metadata={
                "findings": len(found),
                "blockers": sum(item.severity == "blocker" and not item.covered_by for item in found),
                "covered_by_waivers": sum(bool(item.covered_by) for item in found),
                **folder_metadata(candidate.cells, only=CHECK_RESULTS),
            },
            check_results=check_results(candidate, FINDINGS, [spec.name for spec in checks]),
        )
        try:
            steps.refuse_on(found)
        except GateRefused as refusal:
            house.outcome.refusal = str(refusal)
            raise refusal_failure(str(refusal)) from refusal

    return findings


@dg.asset(
    key=TABLES,
    deps=[FINDINGS],
    group_name="candidate",
    kinds={"parquet", "python"},
    owners=["team:opora"],
    description="Marts after withdrawals, tables of analysis, and public tables after disclosure control.",
)
def release_tables(house: dg.ResourceParam[House]) -> dg.MaterializeResult:
    """Finish the tables that both editions are written from."""
    candidate = Candidate.latest(house.home)
    steps.finish_tables(house.home, candidate, house.progress)
    described = folder_metadata(candidate.marts)
    return dg.MaterializeResult(
        metadata={
            **described,
            COLUMN_LINEAGE: taken_over(described[COLUMN_SCHEMA], _cells(candidate)),
            "tables": len(list(candidate.marts.glob("*.parquet"))),
            "public_tables": len(list(candidate.public_tables.glob("*.parquet"))),
            "public_rows_by_table": folder_metadata(candidate.public_tables)[ROWS],
        }
    )


def _cells(candidate: Candidate) -> dict[str, dg.TableColumnDep]:
    """Return the columns of ``cells/`` by name: marts of the warehouse, and the results of checks."""
    found = {}
    for name in under_same_name(folder_metadata(candidate.cells)[COLUMN_SCHEMA], FINDINGS):
        table, column = name.split(".", 1)
        found[name] = (
            dg.TableColumnDep(FINDINGS, name)
            if table == CHECK_RESULTS
            else dg.TableColumnDep(warehouse_key(table), column)
        )
    return found


@dg.asset(
    key=EDITIONS,
    deps=[TABLES],
    group_name="candidate",
    kinds={"html", "parquet", "duckdb"},
    owners=["team:opora"],
    description="The public and the internal edition, exactly as they would be published.",
)
def editions(house: dg.ResourceParam[House]) -> dg.MaterializeResult:
    """Write both editions into the candidate."""
    candidate = Candidate.latest(house.home)
    steps.render(house.home, candidate, house.progress)
    described = folder_metadata(candidate.internal / "tables")
    above = folder_metadata(candidate.marts)[COLUMN_SCHEMA]
    return dg.MaterializeResult(
        metadata={
            **described,
            COLUMN_LINEAGE: taken_over(described[COLUMN_SCHEMA], under_same_name(above, TABLES)),
            "public_files": _files(candidate.public),
            "internal_files": _files(candidate.internal),
        }
    )


def _files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))

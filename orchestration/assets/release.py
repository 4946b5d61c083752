"""The gate's evidence, the release, and its copy in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from opora.candidates import Candidate
from opora.errors import GateRefused, MirrorFailed
from orchestration import steps
from orchestration.assets.candidate import EDITIONS
from orchestration.catalogue.lineage import taken_over, under_same_name
from orchestration.catalogue.schema import COLUMN_LINEAGE, COLUMN_SCHEMA, folder_metadata
from orchestration.checks import check_results, file_check_specs
from orchestration.freshness import WEEKLY
from orchestration.outcome import refusal_failure
from orchestration.resources import House

EVIDENCE = dg.AssetKey("evidence")
RELEASE = dg.AssetKey("release")
POSTGRES = dg.AssetKey("postgres_tables")
_CHECKS = file_check_specs(EVIDENCE)


@dg.asset(
    key=EVIDENCE,
    deps=[EDITIONS],
    check_specs=_CHECKS,
    group_name="gate",
    kinds={"json", "python"},
    owners=["team:opora"],
    description="The audit of everything that would be published, bound to its hashes.",
)
def evidence(house: dg.ResourceParam[House]) -> Iterator[dg.MaterializeResult]:
    """Audit the candidate; a refused verdict fails the run, and ``release`` would refuse it anyway."""
    candidate = Candidate.latest(house.home)
    result = steps.audit(house.home, candidate, house.progress)
    house.outcome.evidence = result
    yield dg.MaterializeResult(
        metadata={
            "verdict": result.verdict,
            "checks": len(result.checks),
            "findings": len(result.findings),
            "files": len(result.files),
            "rows_seen": result.rows_seen,
        },
        check_results=check_results(candidate, EVIDENCE, [spec.name for spec in _CHECKS]),
    )
    if result.verdict != "pass":
        house.outcome.refusal = "выпуск остановлен: проверка готовых файлов не пройдена"
        raise refusal_failure(house.outcome.refusal)


@dg.asset(
    key=RELEASE,
    deps=[EVIDENCE],
    group_name="release",
    kinds={"html", "parquet"},
    owners=["team:opora"],
    description="An immutable release; «current» names it. Refused when the evidence does not hold.",
    freshness_policy=WEEKLY,
    pool="home_writer",
)
def release(house: dg.ResourceParam[House]) -> dg.MaterializeResult:
    """Verify the evidence again, then promote the candidate."""
    candidate = Candidate.latest(house.home)
    try:
        published = steps.publish(house.home, candidate.id, house.note, house.progress)
    except GateRefused as refusal:
        house.outcome.refusal = str(refusal)
        raise refusal_failure(str(refusal)) from refusal
    house.outcome.release = published
    described = folder_metadata(published.path / "public" / "tables")
    above = folder_metadata(published.path / "internal" / "tables")[COLUMN_SCHEMA]
    return dg.MaterializeResult(
        metadata={
            **described,
            COLUMN_LINEAGE: taken_over(described[COLUMN_SCHEMA], under_same_name(above, EDITIONS)),
            "release": published.id,
            "candidate": candidate.id,
            "is_new": published.is_new,
            "files": sum(path.is_file() for path in published.path.rglob("*")),
        }
    )


@dg.asset(
    key=POSTGRES,
    deps=[RELEASE],
    group_name="release",
    kinds={"postgres"},
    owners=["team:opora"],
    description="The current release in PostgreSQL, where a home names one; its failure leaves the release as it is.",
    pool="home_writer",
)
def postgres_tables(house: dg.ResourceParam[House]) -> dg.MaterializeResult:
    """Copy the release to PostgreSQL; the next run or ``opora mirror`` tries again what failed."""
    try:
        mirrored = steps.mirror(house.home, house.progress)
    except MirrorFailed as failure:
        house.outcome.mirror_failure = str(failure)
        raise dg.Failure(str(failure), allow_retries=False) from None
    if mirrored is None:
        return dg.MaterializeResult(metadata={"skipped": "publish.postgres_url is not set"})
    return dg.MaterializeResult(
        metadata={
            "release": mirrored.release or "",
            "tables": mirrored.tables,
            "tables_written": mirrored.written,
            **_mirrored(house, mirrored.release),
        }
    )


def _mirrored(house: House, release_id: str | None) -> dict[str, Any]:
    """Return columns and rows of the edition that PostgreSQL shows; nothing where no release is current."""
    if release_id is None:
        return {}
    edition = house.home.config.publish.postgres_edition
    described = folder_metadata(house.home.releases / release_id / edition / "tables")
    names = under_same_name(described[COLUMN_SCHEMA], RELEASE if edition == "public" else EDITIONS)
    return {**described, COLUMN_LINEAGE: taken_over(described[COLUMN_SCHEMA], names)}

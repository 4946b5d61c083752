"""The main job in small: the same names and events, no rooms behind them."""

# No «from __future__ import annotations»: Dagster looks at the annotation of «context» itself.
from typing import Any

import dagster as dg

from orchestration.assets.lake import INBOX, inbox_metadata
from orchestration.outcome import MAIN_JOB, refusal_failure


def small_job(report: Any, release: dict[str, Any], refused: str | None = None, broken: bool = False) -> Any:
    """Return a job called like the main one: inbox, candidate, findings, release."""

    @dg.asset(key=["lake", "contingent"])
    def read_inbox(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        context.log_event(dg.AssetObservation(INBOX, metadata=inbox_metadata(report)))
        counts = {"readings": 2, "landed": 40, "quarantined": 3, "other": 1, "new_files": 1}
        return dg.MaterializeResult(metadata=counts)

    @dg.asset(deps=[read_inbox])
    def candidate_inputs() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"candidate": "c1"})

    @dg.asset(deps=[candidate_inputs])
    def findings() -> None:
        if refused is not None:
            raise refusal_failure(refused)
        if broken:
            raise ValueError("строка Иванова не читается")

    @dg.asset(key="release", deps=[findings])
    def release_asset() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata=release)

    return dg.Definitions(
        assets=[read_inbox, candidate_inputs, findings, release_asset],
        jobs=[
            dg.define_asset_job(
                MAIN_JOB, selection=dg.AssetSelection.all(), executor_def=dg.in_process_executor
            )
        ],
    ).resolve_job_def(MAIN_JOB)

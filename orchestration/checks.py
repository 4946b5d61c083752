"""Dagster's view of the gate: every check of ``quality`` is an asset check, its result read from the candidate."""

from __future__ import annotations

import dagster as dg
import pandas as pd

from opora.candidates import Candidate


def data_check_specs(key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """Return a spec for each check at the door, in dbt and on the marts."""
    from quality.registry import checks_of

    return [_spec(check, key) for check in checks_of("door", "marts")]


def file_check_specs(key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """Return a spec for each check on the release's files."""
    from quality.registry import checks_of

    return [_spec(check, key) for check in checks_of("files")]


def check_results(candidate: Candidate, key: dg.AssetKey, rules: list[str]) -> list[dg.AssetCheckResult]:
    """Return the written results of the given rules; a rule without a written result counts as failed."""
    frame = _written(candidate)
    out = []
    for rule in rules:
        rows = frame[frame["check_id"] == rule]
        status = "missing" if rows.empty else _worst(rows["status"])
        out.append(
            dg.AssetCheckResult(
                asset_key=key,
                check_name=rule,
                passed=status in ("pass", "waived"),
                severity=_severity(rows),
                metadata={
                    "status": status,
                    "evaluated": int(rows["n_evaluated"].sum()),
                    "failed": int(rows["n_failed"].sum()),
                },
            )
        )
    return out


def _spec(check: object, key: dg.AssetKey) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(check.rule, asset=key, description=check.title)  # type: ignore[attr-defined]


def _written(candidate: Candidate) -> pd.DataFrame:
    path = candidate.cells / "quality_results.parquet"
    return pd.read_parquet(path)


def _worst(statuses: pd.Series) -> str:
    order = ["fail", "warning", "waived", "pass"]
    found = set(statuses)
    return next((word for word in order if word in found), "fail")


def _severity(rows: pd.DataFrame) -> dg.AssetCheckSeverity:
    blocking = rows.empty or (rows["severity"] == "blocker").any()
    return dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN

"""One run of dbt in this process: its options, its silence, and what its results mean."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbt_project.build.project import ROOT
from dbt_project.build.unheard import nobody_listens
from opora.candidates import Candidate
from opora.errors import GateRefused, OporaError
from opora.files import write_json
from opora.progress import Progress


def dbt_arguments(folder: Path, target: str = "embedded") -> list[str]:
    """Return the options of every dbt invocation: no files outside of ``folder``, no output, no network."""
    return [
        *("--target", target),
        *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
        *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        *("--log-level", "none", "--log-level-file", "none", "--no-print", "--no-write-json"),
        *("--no-use-colors", "--no-version-check", "--no-send-anonymous-usage-stats"),
    ]


def build_all(manifest: Any, arguments: list[str], candidate: Candidate, progress: Progress) -> list[Any]:
    """Run ``dbt build`` and return its results, one a node; raise when a model or a data test failed."""
    from dbt.cli.main import dbtRunner

    with _collector_at_rest(), nobody_listens():
        outcome = dbtRunner(manifest=manifest).invoke(
            ["build", "--exclude-resource-type", "unit_test", *arguments]
        )
    results = list(getattr(outcome.result, "results", None) or [])
    _keep_results(candidate, results)
    bad = [row for row in results if str(row.status) in ("error", "fail", "runtime error")]
    if bad and all(row.node.resource_type == "test" for row in bad):
        names = "; ".join(
            _words(row) if row.node.config.meta.get("message") else row.node.name for row in bad[:10]
        )
        raise GateRefused(f"расчёт не прошёл собственные проверки: {names}")
    if bad or not outcome.success:
        # Messages of failed queries can quote values of rows: only a compiler's words about names are let through.
        lines = [f"{row.node.name}: {_words(row)}" for row in bad] or [str(outcome.exception)]
        raise OporaError("модели не построены: " + "; ".join(lines[:10]))
    warned = [row.node.name for row in results if str(row.status) == "warn"]
    if warned:
        progress("Хранилище: предупреждения проверок " + ", ".join(warned))
    return results


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep what is held already (the manifest above all) out of the walks of Python's collector of cycles.

    dbt makes objects without end that live to its end: walking all others for them took a fifth of a build of few rows.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _keep_results(candidate: Candidate, results: list[Any]) -> None:
    """Write the status of every node for the gate: names and counts, never a row."""
    rows = [
        {"unique_id": row.node.unique_id, "status": str(row.status), "failures": row.failures}
        for row in results
    ]
    write_json(candidate.root / "dbt_results.json", sorted(rows, key=lambda item: item["unique_id"]))


def _words(row: Any) -> str:
    """Say what a failed node means: the Russian words of its ``meta.message``, else the engine's."""
    return str(row.node.config.meta.get("message") or _safe(str(row.message)))


def _safe(message: str) -> str:
    structural = ("Compilation Error", "Binder Error", "Catalog Error", "Parser Error", "Got ")
    if "No space left on device" in message:
        return "No space left on device"
    if any(word in message for word in structural) or os.environ.get("OPORA_DEBUG"):
        return message
    return message.splitlines()[0] if message else ""

"""Manifests of a release: what it was made from and the checksums of its files.

The public manifest names public files only: a checksum of an internal table would let a reader test guesses at the
counts that the public tables hide. It names no delivered file either, since people put surnames into file names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

import opora
from opora.candidates import Candidate
from opora.files import sha256_file
from quality.evidence import Evidence

_SHORT = 12


def delivered(candidate: Candidate) -> list[dict[str, str]]:
    """Return ``delivery_id, source, file_name`` of the deliveries that the candidate was built from, sorted."""
    with duckdb.connect(":memory:") as con:
        rows = con.execute(
            """SELECT DISTINCT delivery_id, source, file_name FROM read_parquet(?) WHERE reading_id IN
            (SELECT reading_id FROM read_parquet(?)) ORDER BY source, file_name, delivery_id""",
            [str(candidate.inputs / "readings.parquet"), str(candidate.inputs / "effective.parquet")],
        ).fetchall()
    return [{"delivery_id": row[0], "source": row[1], "file_name": row[2]} for row in rows]


def provenance(
    candidate: Candidate, evidence: Evidence, previous: str | None, materials: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what both manifests say: versions, hashes of inputs and rules, the audit in numbers, the software.

    ``materials`` is the bill of materials; the public sees how many packages it lists and its serial number, not which.
    """
    return {
        "candidate": candidate.id,
        "previous_release": previous,
        "opora_version": opora.__version__,
        "software": {"components": len(materials["components"]), "sbom": materials["serialNumber"]},
        "binding": dict(evidence.binding),
        "evidence": {
            "verdict": evidence.verdict,
            "checks": len(evidence.checks),
            "evaluated": sum(record.n_evaluated for record in evidence.checks),
            "rows_seen": evidence.rows_seen,
            "warnings": sum(1 for finding in evidence.findings if finding.severity == "warning"),
            "waived": sum(1 for finding in evidence.findings if finding.covered_by),
        },
    }


def public_manifest(
    release_id: str, shared: Mapping[str, Any], deliveries: list[dict[str, str]], files: Mapping[str, str]
) -> dict[str, Any]:
    """Return the public manifest; ``files`` are paths within ``public/`` with their SHA-256."""
    short = sorted({(item["source"], item["delivery_id"][:_SHORT]) for item in deliveries})
    listed = [{"source": source, "delivery": delivery} for source, delivery in short]
    return {"release": release_id, **shared, "deliveries": listed, "files": dict(files)}


def internal_manifest(
    release_id: str,
    shared: Mapping[str, Any],
    deliveries: list[dict[str, str]],
    files: Mapping[str, str],
    *,
    candidate: Candidate,
    note: str | None,
    is_amendment: bool,
    sbom: str,
) -> dict[str, Any]:
    """Return the internal manifest; ``files`` are paths within the release, its own manifest excepted."""
    return {
        "release": release_id,
        **shared,
        "deliveries": deliveries,
        "files": dict(files),
        "evidence_sha256": sha256_file(candidate.evidence),
        "sbom": {"path": sbom, "sha256": files[sbom], "format": "CycloneDX 1.6 JSON"},
        "note": note,
        "is_amendment": is_amendment,
    }

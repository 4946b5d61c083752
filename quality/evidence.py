"""Evidence: what was judged, over which bytes, with which verdict. Bound by hashes; publication trusts nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from opora.candidates import Candidate
from opora.code import code_hash
from opora.files import canonical_json, sha256_file, sha256_text, sha256_tree, write_json
from opora.home import Home
from quality.finding import Finding

AUDITED = ("public", "internal", "marts", "public_tables", "cells", "inputs")
_SINGLE = ("candidate.json", "findings.json", "suites.json", "dbt_results.json", "seals.json")

Verdict = Literal["pass", "refused"]


@dataclass(frozen=True)
class CheckRecord:
    """One check in the evidence: was it able to judge, and over how much."""

    rule: str
    stage: str
    status: str
    n_evaluated: int
    n_findings: int


@dataclass(frozen=True)
class Evidence:
    """The audit of one candidate.

    ``binding`` are hashes of inputs, code, rules, acts and configuration; ``files`` maps paths within the
    candidate to SHA-256; ``reasons`` say in Russian why the verdict is ``refused``.
    """

    candidate_id: str
    binding: Mapping[str, str]
    checks: tuple[CheckRecord, ...]
    rows_seen: int
    findings: tuple[Finding, ...]
    files: Mapping[str, str]
    verdict: Verdict
    reasons: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.verdict == "pass"

    def body(self) -> dict[str, Any]:
        """Return plain JSON values without the self-hash."""
        return {
            "candidate_id": self.candidate_id,
            "binding": dict(self.binding),
            "checks": [asdict(record) for record in self.checks],
            "rows_seen": self.rows_seen,
            "findings": [finding.as_json() for finding in self.findings],
            "files": dict(self.files),
            "verdict": self.verdict,
            "reasons": list(self.reasons),
        }

    def write(self, path: Path) -> None:
        """Write the evidence with its self-hash, atomically."""
        body = self.body()
        write_json(path, {**body, "self_hash": self_hash(body)})


def read_evidence(path: Path) -> Evidence:
    """Read evidence; raise ``ValueError`` (Russian reason) when it is absent, unreadable or altered."""
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        stated = value.pop("self_hash")
        evidence = Evidence(
            candidate_id=value["candidate_id"],
            binding=value["binding"],
            checks=tuple(CheckRecord(**record) for record in value["checks"]),
            rows_seen=value["rows_seen"],
            findings=tuple(Finding.from_json(item) for item in value["findings"]),
            files=value["files"],
            verdict=value["verdict"],
            reasons=tuple(value["reasons"]),
        )
    except FileNotFoundError as error:
        raise ValueError("нет доказательств проверки (evidence.json)") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError("доказательства проверки не читаются") from error
    if stated != self_hash(value):
        raise ValueError("доказательства проверки изменены после записи")
    return evidence


def self_hash(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 over canonical JSON of the evidence without its own hash."""
    return sha256_text(canonical_json(body))


def binding(home: Home, candidate: Candidate) -> dict[str, str]:
    """Return the hashes that tie evidence to inputs, code, rules, acts and configuration as they are now."""
    return {
        "candidate": candidate.id,
        "inputs": sha256_tree(candidate.inputs),
        "code": code_hash(),
        "rules": sha256_tree(home.rules) if home.rules.exists() else "",
        "waivers": sha256_tree(home.acts) if home.acts.exists() else "",
        "config": sha256_text(canonical_json(home.config.content())),
    }


def file_hashes(candidate: Candidate) -> dict[str, str]:
    """Return SHA-256 by path (relative, with ``/``) of everything in the candidate that evidence vouches for."""
    paths = [path for name in AUDITED for path in (candidate.root / name).rglob("*") if not path.is_dir()]
    paths += [candidate.root / name for name in _SINGLE if (candidate.root / name).exists()]
    return {path.relative_to(candidate.root).as_posix(): sha256_file(path) for path in sorted(paths)}


def verdict_reasons(
    checks: Sequence[CheckRecord],
    rows_seen: int,
    findings: Iterable[Finding],
    registered: Iterable[str],
) -> tuple[str, ...]:
    """Return why the candidate must be refused; empty when it may pass.

    Nothing evaluated, nothing seen, a registered check that is missing or broke, or a blocker: each refuses.
    """
    reasons = []
    if not sum(record.n_evaluated for record in checks):
        reasons.append("ни одна проверка ничего не оценила")
    if rows_seen <= 0:
        reasons.append("проверки не увидели ни одной строки данных")
    if missing := sorted(set(registered) - {record.rule for record in checks}):
        reasons.append("не выполнены проверки: " + ", ".join(missing))
    if broken := sorted(record.rule for record in checks if record.status == "error"):
        reasons.append("проверки не смогли выполниться: " + ", ".join(broken))
    blockers = [finding for finding in findings if finding.blocks]
    if blockers:
        rules = ", ".join(sorted({finding.rule for finding in blockers}))
        reasons.append(f"блокирующих замечаний: {len(blockers)} ({rules})")
    return tuple(reasons)

"""Does the evidence hold, now, for exactly these bytes? Does a release still hold what it was published with?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from opora.candidates import Candidate
from opora.errors import GateRefused
from opora.files import sha256_file
from opora.home import Home
from publication.releases import MANIFEST, get_release, read_manifest
from quality.evidence import Evidence, binding, file_hashes, read_evidence, verdict_reasons
from quality.finding import Finding
from quality.registry import all_checks, registered_rules
from quality.run import FINDINGS_AGREE
from quality.waivers import RULE as WAIVERS
from quality.waivers import apply_waivers

_BOUND = {
    "candidate": "доказательства относятся к другому кандидату",
    "inputs": "входные данные изменились после проверки",
    "code": "программа изменилась после проверки",
    "rules": "правила (rules/) изменились после проверки",
    "waivers": "решения и акты (acts/) изменились после проверки",
    "config": "настройки (opora.yaml) изменились после проверки",
}
_SHOWN = 5


def verified_evidence(home: Home, candidate: Candidate) -> Evidence:
    """Return the evidence of a candidate that may be published.

    Raises ``GateRefused`` with the Russian reason when it is absent, altered, stale, about other bytes or another
    candidate, incomplete, empty or negative. The verdict is derived anew, not read.
    """
    try:
        evidence = read_evidence(candidate.evidence)
    except ValueError as error:
        raise GateRefused(f"кандидат {candidate.id}: {error}") from error
    reasons = [*_binding_reasons(home, candidate, evidence), *_file_reasons(candidate, evidence)]
    if ended := ended_waivers(home, evidence.findings, date.today()):
        reasons.append(f"решения больше не действуют: {', '.join(ended[:_SHOWN])}")
    required = (*registered_rules(), WAIVERS, FINDINGS_AGREE)
    reasons += verdict_reasons(evidence.checks, evidence.rows_seen, evidence.findings, required)
    if not evidence.passed:
        reasons += [reason for reason in evidence.reasons if reason not in reasons] or [
            "вердикт проверки: отказ"
        ]
    if reasons:
        raise GateRefused(f"кандидат {candidate.id} не публикуется: {'; '.join(reasons)}")
    return evidence


def _binding_reasons(home: Home, candidate: Candidate, evidence: Evidence) -> list[str]:
    if evidence.candidate_id != candidate.id:
        return [_BOUND["candidate"]]
    now = binding(home, candidate)
    return [reason for key, reason in _BOUND.items() if evidence.binding.get(key) != now[key]]


def ended_waivers(home: Home, findings: Iterable[Finding], today: date) -> list[str]:
    """Return the waivers that covered a finding in the audit and cover it no longer (their day has passed)."""
    covered = [finding for finding in findings if finding.covered_by]
    bare = [replace(finding, covered_by=None) for finding in covered]
    now = apply_waivers(home, bare, all_checks(), today).findings
    return sorted({old.covered_by or "" for old, new in zip(covered, now, strict=True) if not new.covered_by})


def _file_reasons(candidate: Candidate, evidence: Evidence) -> list[str]:
    now = file_hashes(candidate)
    parts = {
        "изменены после проверки": [p for p in now if p in evidence.files and evidence.files[p] != now[p]],
        "появились после проверки": [p for p in now if p not in evidence.files],
        "исчезли после проверки": [p for p in evidence.files if p not in now],
    }
    reasons = [f"файлы {what}: {', '.join(sorted(paths)[:_SHOWN])}" for what, paths in parts.items() if paths]
    if not any(path.startswith("public/") for path in now):
        reasons.append("в кандидате нет ни одного открытого файла")
    return reasons


def verify_release(home: Home, release_id: str) -> list[str]:
    """Return in Russian what differs from the release's own manifests; an empty list when it is whole.

    Raises ``UsageError`` for an unknown release.
    """
    return release_problems(get_release(home, release_id).path)


def release_problems(path: Path) -> list[str]:
    """Compare every file of a release folder with the checksums of its internal manifest."""
    stated: dict[str, str] = read_manifest(path)["files"]
    found = {
        item.relative_to(path).as_posix()
        for item in path.rglob("*")
        if item.is_file() and item.relative_to(path).as_posix() != f"internal/{MANIFEST}"
    }
    problems = [f"нет файла {name}" for name in sorted(set(stated) - found)]
    problems += [f"лишний файл {name}" for name in sorted(found - set(stated))]
    problems += [
        f"файл изменён: {name}"
        for name in sorted(found & set(stated))
        if sha256_file(path / name) != stated[name]
    ]
    return problems

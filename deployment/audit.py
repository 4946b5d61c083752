"""The audit of dependencies: does a known advisory concern a version that the lock names?

``python -m deployment.audit`` asks the OSV database through pip-audit about every pin of ``requirements.lock`` and ends
with 0 (every pin was looked up, nothing known), 1 (advisories that nobody accepted), or 3 (not audited). Without the
database nothing is known about any package, and that is never reported as a pass. ``--osv-url`` or ``OPORA_OSV_URL``
names a mirror of the database inside a closed network.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
ACCEPTED = Path(__file__).with_name("accepted.toml")
DATABASE = "https://api.osv.dev/v1/query"
_PATIENCE = 900
"""Seconds for the whole audit; a connection that does not answer is given up after 15."""


class Verdict(IntEnum):
    """Exit codes of the audit."""

    CLEAN = 0
    VULNERABLE = 1
    NOT_AUDITED = 3


@dataclass(frozen=True)
class Audit:
    """The verdict, how many pins were looked up, what concerns them (package, version, advisory), and why not."""

    verdict: Verdict
    looked_up: int = 0
    open: list[tuple[str, str, str]] = field(default_factory=list)
    accepted: list[tuple[str, str, str]] = field(default_factory=list)
    reason: str = ""


def main(arguments: list[str] | None = None) -> int:
    """Run the audit, print its result and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m deployment.audit", description="Audit the locked packages."
    )
    parser.add_argument("--lock", type=Path, default=LOCK)
    parser.add_argument("--accepted", type=Path, default=ACCEPTED, help="TOML with accepted advisories")
    parser.add_argument(
        "--osv-url", default=os.environ.get("OPORA_OSV_URL", DATABASE), help="a mirror of OSV"
    )
    chosen = parser.parse_args(arguments)
    result = audit(chosen.lock, chosen.osv_url, accepted_ids(chosen.accepted, date.today()))
    for name, version, advisory in result.accepted:
        print(f"accepted: {name} {version} {advisory}")
    for name, version, advisory in result.open:
        print(f"VULNERABLE: {name} {version} {advisory}")
    if result.verdict is Verdict.NOT_AUDITED:
        print(f"NOT AUDITED: {result.reason}. Nothing is known about the {chosen.lock.name} of this build.")
    else:
        print(f"audited: {result.looked_up} packages, open advisories: {len(result.open)}")
    return int(result.verdict)


def pins(lock: Path) -> dict[str, str]:
    """Return name → version of the pins that apply to this platform."""
    found: dict[str, str] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith((" ", "#", "-")):
            continue
        need = Requirement(line.removesuffix("\\").strip())
        if need.marker is None or need.marker.evaluate():
            found[str(canonicalize_name(need.name))] = str(need.specifier).removeprefix("==")
    return found


def accepted_ids(path: Path, today: date) -> set[str]:
    """Return the ids that are accepted on ``today``; raise ``ValueError`` for an entry without a reason or a day."""
    found = set()
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", []):
        if not entry.get("reason") or not isinstance(entry.get("until"), date):
            raise ValueError(f"{path.name}: {entry.get('id')}: needs a reason and a day in «until»")
        if today <= entry["until"]:
            found.add(entry["id"])
    return found


def audit(lock: Path, database: str, accepted: Iterable[str] = ()) -> Audit:
    """Look up every pin of the lock; anything but a full answer is ``NOT_AUDITED``."""
    if importlib.util.find_spec("pip_audit") is None:
        return Audit(Verdict.NOT_AUDITED, reason="pip-audit is not installed")
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip"),
        *("--vulnerability-service", "osv", "--osv-url", database, "--format", "json", "--desc", "off"),
        *("--progress-spinner", "off"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)  # noqa: S603
    except subprocess.TimeoutExpired:
        return Audit(Verdict.NOT_AUDITED, reason="the advisory database did not answer in time")
    try:
        answer: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        words = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        return Audit(Verdict.NOT_AUDITED, reason=f"the advisory database was not reached ({words[:200]})")
    return judge(pins(lock), answer, set(accepted))


def judge(wanted: dict[str, str], answer: list[dict[str, Any]], accepted: set[str]) -> Audit:
    """Return the verdict over pip-audit's answer; a pin that it does not cover leaves the whole lock unaudited."""
    seen: dict[str, dict[str, Any]] = {
        str(canonicalize_name(item["name"])): item for item in answer if "vulns" in item
    }
    missing = sorted(name for name, version in wanted.items() if seen.get(name, {}).get("version") != version)
    if missing or not wanted:
        return Audit(
            Verdict.NOT_AUDITED, len(seen), reason=f"no answer about {', '.join(missing) or 'anything'}"
        )
    found = [
        (name, item["version"], advisory["id"], {advisory["id"], *advisory.get("aliases", ())} & accepted)
        for name, item in sorted(seen.items())
        for advisory in item["vulns"]
    ]
    still_open = [entry[:3] for entry in found if not entry[3]]
    return Audit(
        Verdict.VULNERABLE if still_open else Verdict.CLEAN,
        len(seen),
        still_open,
        [entry[:3] for entry in found if entry[3]],
    )


if __name__ == "__main__":
    sys.exit(main())

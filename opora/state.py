"""The last run in one small file: lets a run with nothing new end before anything heavy is imported."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from opora.code import code_hash
from opora.config import CONFIG_NAME
from opora.files import sha256_file, sha256_text, sha256_tree, write_json
from opora.home import Home

_STATE = "last_run.json"
_HISTORY = "runs.jsonl"


@dataclass(frozen=True)
class LastRun:
    """What a run started from (``fingerprint``) and what it told the person."""

    fingerprint: str
    exit_code: int
    lines: list[str]
    release: str | None


def fingerprint(home: Home, inbox: str) -> str:
    """Hash everything that a run's answer depends on: what goes in, and the current release."""
    pointer = home.releases / "current"
    return sha256_text(
        "\n".join([inputs_fingerprint(home, inbox), str(pointer.readlink()) if pointer.is_symlink() else "-"])
    )


def inputs_fingerprint(home: Home, inbox: str) -> str:
    """Hash what goes into a run: inbox, acts, rules, settings and the code. A run itself changes none of it."""
    parts = [
        inbox,
        sha256_tree(home.acts),
        sha256_tree(home.rules),
        sha256_file(home.root / CONFIG_NAME),
        code_hash(),
        # A waiver ends with a day, so with waivers a new day is something new.
        str(date.today()) if any(home.acts.glob("waivers/*")) else "-",
    ]
    return sha256_text("\n".join(parts))


def read_last_run(home: Home) -> LastRun | None:
    """Return the last run, or ``None`` when there is none or its file cannot be read."""
    try:
        raw: dict[str, Any] = json.loads((home.root / _STATE).read_text(encoding="utf-8"))
        return LastRun(**raw)
    except (OSError, ValueError, TypeError):
        return None


def write_last_run(home: Home, last: LastRun) -> None:
    """Replace the record of the last run."""
    write_json(home.root / _STATE, asdict(last), mode=0o600)


def log_run(home: Home, **facts: Any) -> None:
    """Append one line to the ledger of runs: every run leaves one, also a run with nothing new."""
    line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **facts}, ensure_ascii=False)
    with (home.root / _HISTORY).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")

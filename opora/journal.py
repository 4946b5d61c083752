"""The log of runs: one JSON object a line in ``runs/logs/<day>.jsonl`` of the home, for people and for log collectors.

What may be written is closed: ``EVENTS`` names every event with its fields, and a field holds a number, a flag or a
code of Latin letters and digits. Names of files, texts of messages, reasons and addresses have no field, so neither
personal values nor secrets can get in. A line that cannot be written changes no run.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from opora.errors import GateRefused
from opora.home import PRIVATE, Home

WITHHELD = "withheld"
"""Names of the fields whose values were neither number, flag nor code, and were left out."""
EVENTS: dict[str, tuple[str, ...]] = {
    "run_started": ("command", "version"),
    "run_ended": ("command", "outcome", "exit_code", "seconds", "candidate", "release", "error"),
    "step_started": ("step",),
    "step_ended": ("step", "outcome", "seconds", "error"),
    "inbox_read": ("files", "new", "returned", "repeated"),
    "source_read": ("source", "readings", "landed", "quarantined", "other", "new_files"),
    "delivery_returned": ("delivery", "source", "is_new"),
    "candidate_planned": ("candidate",),
    "parts_planned": ("computed", "reused"),
    "node_built": ("node", "kind", "status", "seconds", "rows", "failures"),
    "check_run": ("check", "stage", "status", "severity", "evaluated", "failed"),
    "data_judged": ("findings", "blockers", "covered"),
    "tables_cut": ("tables", "public_tables"),
    "candidate_audited": ("candidate", "verdict", "checks", "findings", "files"),
    "release_published": ("release", "candidate", "is_new"),
    "release_withdrawn": ("release",),
    "release_rolled_back": ("release",),
    "postgres_written": ("release", "tables", "written"),
    "home_pruned": ("candidates", "cached", "logs", "bytes"),
}
"""Event → its fields, in the order of the line. ``at``, ``run`` and ``event`` stand before them on every line."""

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,199}")
_RANK = ("done", "refused", "failed")
_FILE = 0o600


@dataclass
class Entry:
    """What a run or a step says when it ends. ``outcome``: done, nothing_new, returned, refused or failed."""

    home: Home
    outcome: str = "done"
    facts: dict[str, Any] = field(default_factory=dict)

    def tell(self, event: str, **facts: Any) -> None:
        """Write one line of this run."""
        write(self.home, event, **facts)


@dataclass
class _Run:
    id: str
    worst: str = "done"


_current: ContextVar[_Run | None] = ContextVar("opora_run", default=None)


def current_run() -> str | None:
    """Return the id of the run that this code belongs to; None outside of a run."""
    held = _current.get()
    return held.id if held else None


@contextmanager
def run(home: Home, run_id: str, command: str) -> Iterator[Entry]:
    """Write the first and the last line of a run; lines between them carry its id.

    Without a word of the caller the outcome is the worst one of the run's steps.
    """
    before, held = _current.get(), _Run(run_id)
    _current.set(held)
    entry, started = Entry(home, outcome=""), time.monotonic()
    write(home, "run_started", command=command, version=_version())
    try:
        yield entry
    except BaseException as error:
        entry.outcome = entry.outcome or _outcome(error)
        entry.facts.setdefault("error", type(error).__name__)
        raise
    finally:
        seconds = round(time.monotonic() - started, 3)
        outcome = entry.outcome or held.worst
        write(home, "run_ended", command=command, outcome=outcome, seconds=seconds, **entry.facts)
        _current.set(before)


@contextmanager
def step(home: Home, name: str) -> Iterator[Entry]:
    """Write the first and the last line of a step: seconds, outcome, and the class of an error, never its words."""
    held = _current.get()
    if held is None:  # a single command: its lines are held together by an id of their own
        _current.set(held := _Run(str(uuid.uuid4())))
        is_own = True
    else:
        is_own = False
    entry, started = Entry(home), time.monotonic()
    write(home, "step_started", step=name)
    try:
        yield entry
    except BaseException as error:
        entry.outcome = _outcome(error)
        entry.facts["error"] = type(error).__name__
        raise
    finally:
        seconds = round(time.monotonic() - started, 3)
        write(home, "step_ended", step=name, outcome=entry.outcome, seconds=seconds, **entry.facts)
        held.worst = max(held.worst, entry.outcome, key=_RANK.index)
        if is_own:
            _current.set(None)


def write(home: Home, event: str, **facts: Any) -> None:
    """Append one line; raise ``KeyError`` for an event or a field that ``EVENTS`` does not name.

    A fact that is None is left out. A disk that takes no line is told by everything else; the run goes on.
    """
    fields = EVENTS[event]
    if unknown := sorted(set(facts) - set(fields)):
        raise KeyError(f"{event}: {', '.join(unknown)}")
    held = _current.get()
    line: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "run": held.id if held else None,
        "event": event,
    }
    given = {name: facts[name] for name in fields if facts.get(name) is not None}
    line |= {name: value for name, value in given.items() if _is_plain(value)}
    if withheld := [name for name in given if name not in line]:
        line[WITHHELD] = withheld
    with suppress(OSError):
        _append(logs_folder(home), line)


def logs_folder(home: Home) -> Path:
    """Return the folder of the logs; a file a day (UTC)."""
    return home.runs / "logs"


def day_files(home: Home) -> list[Path]:
    """Return the files of the log, the oldest day first."""
    return sorted(logs_folder(home).glob("[0-9]*-*-*.jsonl"))


def _is_plain(value: Any) -> bool:
    """True for numbers, flags and codes: nothing that a person, a sender or a secret could hide in."""
    if isinstance(value, bool | int | float):
        return True
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _append(folder: Path, line: dict[str, Any]) -> None:
    """Write the line while nobody else writes to the day's file; a line that a crash cut harms no other."""
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
    path = folder / f"{line['at'][:10]}.jsonl"
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _FILE)
    try:
        _hold(handle)
        is_cut = os.lseek(handle, 0, os.SEEK_END) > 0 and _last_byte(handle) != b"\n"
        text = json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n"
        os.write(handle, (("\n" if is_cut else "") + text).encode())
    finally:
        os.close(handle)


def _hold(handle: int) -> None:
    """Lock the file until it is closed: half of another process's line would look like one that a crash cut."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)


def _last_byte(handle: int) -> bytes:
    os.lseek(handle, -1, os.SEEK_END)
    return os.read(handle, 1)


def _outcome(error: BaseException) -> str:
    return "refused" if isinstance(error, GateRefused) else "failed"


def _version() -> str:
    try:
        return version("opora")
    except PackageNotFoundError:
        return "source"

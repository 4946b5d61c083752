"""Releases on disk: their folders, the pointer, tombstones and the journal."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opora.errors import UsageError
from opora.files import fsync_dir, write_json
from opora.home import Home

CURRENT = "current"
JOURNAL = "journal.jsonl"
INCOMING = ".incoming-"
MANIFEST = "manifest.json"
_POINTER_PART = ".current-"
_NAME = re.compile(r"^\d{4,}-[0-9a-f]{8}$")


@dataclass(frozen=True)
class Release:
    """One release. ``is_new`` is True only in the answer of the ``publish`` that made it."""

    id: str
    path: Path
    candidate_id: str
    sequence: int
    is_current: bool = False
    is_new: bool = False
    withdrawn: str | None = None
    note: str | None = None
    is_amendment: bool = False

    @property
    def public(self) -> Path:
        return self.path / "public"

    @property
    def internal(self) -> Path:
        return self.path / "internal"


def list_releases(home: Home) -> list[Release]:
    """Return all whole releases in order; leftovers of a broken publication are none."""
    if not home.releases.exists():
        return []
    # The pointer first: a release that is published while the folder is listed would be current and missing.
    current = current_id(home)
    names = sorted(path.name for path in home.releases.iterdir() if path.is_dir() and _NAME.match(path.name))
    releases = [
        _read(home, name, current)
        for name in names
        if (home.releases / name / "internal" / MANIFEST).exists()
    ]
    return sorted(releases, key=lambda release: release.sequence)


def get_release(home: Home, release_id: str) -> Release:
    """Return one release; raise ``UsageError`` when there is none of that id."""
    for release in list_releases(home):
        if release.id == release_id:
            return release
    raise UsageError(f"нет выпуска {release_id}; список: opora releases")


def current_release(home: Home) -> Release | None:
    """Return the release that readers see, or None."""
    return next((release for release in list_releases(home) if release.is_current), None)


def current_id(home: Home) -> str | None:
    """Return the id that the pointer names; None without a pointer or with one that hangs."""
    pointer = home.releases / CURRENT
    if not pointer.is_symlink():
        return None
    name = pointer.readlink().name
    return name if (home.releases / name).is_dir() else None


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the internal manifest of a release folder."""
    value: dict[str, Any] = json.loads((path / "internal" / MANIFEST).read_text(encoding="utf-8"))
    return value


def _read(home: Home, name: str, current: str | None) -> Release:
    manifest = read_manifest(home.releases / name)
    grave = tombstone(home, name)
    return Release(
        id=name,
        path=home.releases / name,
        candidate_id=manifest["candidate"],
        sequence=int(name.split("-", maxsplit=1)[0]),
        is_current=name == current,
        withdrawn=json.loads(grave.read_text(encoding="utf-8"))["reason"] if grave.exists() else None,
        note=manifest.get("note"),
        is_amendment=bool(manifest.get("is_amendment")),
    )


def tombstone(home: Home, release_id: str) -> Path:
    """Return where the reason of a withdrawal stands."""
    return home.releases / f"{release_id}.withdrawn.json"


def write_tombstone(home: Home, release_id: str, reason: str) -> None:
    """Write why a release was withdrawn, and when."""
    write_json(tombstone(home, release_id), {"release": release_id, "reason": reason, "withdrawn_at": _now()})


def point_to(home: Home, release_id: str) -> None:
    """Move ``current`` to a release atomically: a reader sees the old target or the new one."""
    part = home.releases / f"{_POINTER_PART}{os.getpid()}"
    part.unlink(missing_ok=True)
    part.symlink_to(release_id)
    os.replace(part, home.releases / CURRENT)
    fsync_dir(home.releases)


def drop_pointer(home: Home) -> None:
    """Take ``current`` away: after this no release is shown."""
    (home.releases / CURRENT).unlink(missing_ok=True)
    fsync_dir(home.releases)


def clean_leftovers(home: Home) -> None:
    """Remove what a broken publication left: unfinished folders and pointers."""
    for path in home.releases.glob(f"{INCOMING}*"):
        remove_tree(path)
    for path in home.releases.glob(f"{_POINTER_PART}*"):
        path.unlink()


def make_read_only(root: Path) -> None:
    """Take write permission from all files and folders of a release; the internal edition is its owner's alone."""
    close_internal(root)
    internal = root / "internal"
    for path in sorted(root.rglob("*"), reverse=True):
        if path != internal and internal not in path.parents:
            path.chmod(0o555 if path.is_dir() else 0o444)
    root.chmod(0o555)


def close_internal(root: Path) -> None:
    """Take the internal edition of a release from everybody but its owner, whatever the umask was."""
    internal = root / "internal"
    for path in sorted(internal.rglob("*"), reverse=True):
        path.chmod(0o500 if path.is_dir() else 0o400)
    if internal.exists():
        internal.chmod(0o500)


def is_closed(root: Path) -> bool:
    """True when nobody but its owner can enter the internal edition of a release."""
    internal = root / "internal"
    return not internal.exists() or not internal.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def remove_tree(root: Path) -> None:
    """Remove a folder that may be read-only (for pruning and for leftovers)."""
    for path in (root, *root.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(path.stat().st_mode | stat.S_IRWXU)
    shutil.rmtree(root)


def record(home: Home, event: str, release_id: str, **facts: Any) -> None:
    """Append one line to the journal and make it durable. Times stand here only, so that releases are reproducible."""
    line = json.dumps({"at": _now(), "event": event, "release": release_id, **facts}, ensure_ascii=False)
    with (home.releases / JOURNAL).open("ab+") as stream:
        if stream.tell() and not _ends_line(stream.fileno(), stream.tell()):
            stream.write(b"\n")  # a line that was cut by a crash stays cut, and harms no other
        stream.write(line.encode("utf-8") + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def journal(home: Home) -> Iterator[dict[str, Any]]:
    """Yield the journal's events in order; a line that a crash cut is passed over."""
    path = home.releases / JOURNAL
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def was_published(home: Home, release_id: str) -> bool:
    """True when the pointer has been moved to this release once (its publication was finished)."""
    return any(event["event"] == "published" and event["release"] == release_id for event in journal(home))


def _ends_line(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

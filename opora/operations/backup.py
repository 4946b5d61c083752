"""Backup of a home and of its vault: two archives that are kept apart, each with the checksums of its files.

What a run makes again (``cache/``, ``candidates/``) is left out; everything else goes in, releases too.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from opora.errors import UsageError
from opora.files import atomic_path, write_json
from opora.home import Home
from opora.locks import writer_lock

CHECKSUMS = "opora-backup.json"
FORMAT = 1
LAST = "last_backup.json"
STAMP = "%Y%m%dT%H%M%SZ"
MADE_AGAIN = frozenset({"cache", "candidates"})
_ARCHIVE_MODE = 0o600


@dataclass(frozen=True)
class Archive:
    """One written archive: ``part`` is home or vault, ``files`` how many files stand in it."""

    part: str
    path: Path
    files: int


def backup(home: Home, target: Path, now: datetime | None = None) -> list[Archive]:
    """Write ``<stamp>-home.tar.gz`` and ``<stamp>-vault.tar.gz`` into ``target`` while no run writes.

    Raises ``UsageError`` when ``target`` lies inside the home or the vault; ``OporaError`` when a run holds the lock.
    """
    folder = target.expanduser().resolve()
    for own in (home.root, home.vault):
        if folder == own or own in folder.parents:
            raise UsageError(
                f"{folder}: копия не может лежать внутри того, что копируется; выберите другую папку"
            )
    folder.mkdir(parents=True, exist_ok=True)
    stamp = (now or datetime.now(UTC)).strftime(STAMP)
    with writer_lock(home):
        written = [
            _archive("home", home.root, folder / f"{stamp}-home.tar.gz", MADE_AGAIN),
            _archive("vault", home.vault, folder / f"{stamp}-vault.tar.gz", frozenset()),
        ]
        write_json(home.root / LAST, {"stamp": stamp}, mode=0o600)
        return written


def last_backup(home: Home) -> datetime | None:
    """Return when the last backup of this home was written; None when nobody has made one."""
    try:
        stamp = json.loads((home.root / LAST).read_text(encoding="utf-8"))["stamp"]
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _archive(part: str, root: Path, path: Path, left_out: frozenset[str]) -> Archive:
    sums: dict[str, str] = {}
    with atomic_path(path, mode=_ARCHIVE_MODE) as unfinished, tarfile.open(unfinished, "w:gz") as archive:
        for item in _walk(root, left_out):
            name = item.relative_to(root).as_posix()
            archive.add(item, arcname=f"{part}/{name}", recursive=False)
            if item.is_file() and not item.is_symlink():
                sums[name] = _sha256(item)
        body = json.dumps({"format": FORMAT, "part": part, "files": sums}, ensure_ascii=False).encode()
        note = tarfile.TarInfo(CHECKSUMS)
        note.size = len(body)
        archive.addfile(note, io.BytesIO(body))
    return Archive(part, path, len(sums))


def _walk(root: Path, left_out: frozenset[str]) -> Iterator[Path]:
    """Yield folders, files and links below ``root`` in order; locks and unfinished files are none of them."""
    for item in sorted(root.iterdir()):
        if item.name in left_out or item.suffix in (".lock", ".part"):
            continue
        yield item
        if item.is_dir() and not item.is_symlink():
            yield from _walk(item, frozenset())


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()

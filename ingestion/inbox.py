"""What lies in the inbox, told fast: nothing heavy is imported here, and unchanged files are not hashed again.

Files stay where their sender put them: people look for them there, mend a sidecar beside them and run again.
The price of the next scan is one ``stat`` a file: SHA-256 sums are remembered by size, time and inode.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opora.files import canonical_json, sha256_file, sha256_text, write_json
from opora.home import Home

SIDECAR = ".delivery.yaml"
_CACHE = "inbox_hashes.json"
_NOISE = frozenset({"thumbs.db", "desktop.ini"})
# A file written again within the clock's grain may keep its time and size: do not trust such young stamps.
_GRAIN_NS = 2_000_000_000


@dataclass(frozen=True)
class InboxFile:
    """A file of the inbox: its path, its path inside the inbox, and the SHA-256 of it and of its sidecar.

    ``sha256`` is empty for a file that the system does not let us read.
    """

    path: Path
    relative: str
    sha256: str
    sidecar_sha256: str


def ledger_folder(home: Home) -> Path:
    """Return where the ledger and the cache of hashes lie."""
    return home.lake / "ledger"


def scan(home: Home) -> list[InboxFile]:
    """Return the files of the inbox by path, without sidecars, hidden and temporary files and links."""
    cache_path = ledger_folder(home) / _CACHE
    cache = _read(cache_path)
    fresh: dict[str, list[Any]] = {}
    now = time.time_ns()
    names: dict[str, Path] = {}
    for folder, folders, files in os.walk(home.inbox):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            path = Path(folder, name)
            if not _is_noise(name) and not path.is_symlink() and path.is_file():
                names[_printable(path.relative_to(home.inbox).as_posix())] = path
    hashes: dict[str, str] = {}
    for relative, path in names.items():
        stat = path.stat()
        stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
        known = cache.get(relative)
        digest = known[3] if known and known[:3] == stamp else _hash(path)
        hashes[relative] = digest
        if digest and now - stat.st_mtime_ns > _GRAIN_NS:
            fresh[relative] = [*stamp, digest]
    if fresh != cache:
        write_json(cache_path, fresh, mode=0o600)
    return [
        InboxFile(names[relative], relative, digest, hashes.get(relative + SIDECAR, ""))
        for relative, digest in sorted(hashes.items()) if not relative.endswith(SIDECAR)
    ]  # fmt: skip


def fingerprint(home: Home) -> str:
    """Return one hash over everything in the inbox that a run depends on: paths, bytes and sidecars."""
    return sha256_text(
        canonical_json([[file.relative, file.sha256, file.sidecar_sha256] for file in scan(home)])
    )


def _hash(path: Path) -> str:
    try:
        return sha256_file(path)
    except OSError:
        return ""


def _printable(name: str) -> str:
    """Names from archives of other systems may hold bytes that are no UTF-8; they are shown, not lost."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_noise(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _NOISE


def _read(path: Path) -> dict[str, list[Any]]:
    try:
        value: dict[str, list[Any]] = json.loads(path.read_text(encoding="utf-8"))
        return value
    except (OSError, ValueError):
        return {}

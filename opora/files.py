"""Writing files so that a reader sees the old file or the new one, never a part of either."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_BLOCK = 1 << 20


def fsync_dir(folder: Path) -> None:
    """Make the folder's entries durable (a rename is not, until its folder is synced)."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def atomic_path(target: Path, mode: int = 0o644) -> Iterator[Path]:
    """Yield a temporary path beside ``target``; on success sync it and rename it over ``target``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.chmod(mode)
        os.replace(part, target)
        fsync_dir(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_text(target: Path, text: str, mode: int = 0o644) -> None:
    """Write UTF-8 text with ``\\n`` line ends atomically."""
    with atomic_path(target, mode) as part:
        part.write_bytes(text.encode("utf-8"))


def write_json(target: Path, value: Any, mode: int = 0o644) -> None:
    """Write canonical JSON (sorted keys, UTF-8) atomically: equal values give equal bytes."""
    write_text(target, canonical_json(value, indent=1) + "\n", mode)


def canonical_json(value: Any, indent: int | None = None) -> str:
    """Return JSON with sorted keys, so that equal values give equal text and equal hashes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, default=str)


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sha256_text(text: str) -> str:
    """Return the SHA-256 of UTF-8 text as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sha256_tree(root: Path, pattern: str = "**/*", skip: frozenset[str] = frozenset()) -> str:
    """Return one SHA-256 over the relative names and bytes of the files under ``root``.

    Folders named in ``skip`` and ``__pycache__`` do not count.
    """
    digest = hashlib.sha256()
    for path in sorted(root.glob(pattern)):
        parts = set(path.relative_to(root).parts)
        if not path.is_file() or "__pycache__" in parts or parts & skip:
            continue
        digest.update(str(path.relative_to(root)).encode())
        digest.update(sha256_file(path).encode())
    return digest.hexdigest()

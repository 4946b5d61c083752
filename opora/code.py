"""Which code is running: one hash over the product's own sources, bound into candidates and evidence."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from opora.files import sha256_file, sha256_text

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "opora",
    "ingestion",
    "dbt_project",
    "analysis",
    "disclosure",
    "reporting",
    "quality",
    "publication",
    "orchestration",
)
SUFFIXES = frozenset({".py", ".sql", ".yml", ".yaml", ".csv", ".j2", ".css", ".js", ".json", ".lock"})
_GENERATED = frozenset({"target", "logs", "dbt_packages", "__pycache__"})


def room_hash(*rooms: str) -> str:
    """Return the SHA-256 over names and bytes of the sources in the given rooms (64 hex digits)."""
    lines = []
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in SUFFIXES and not _GENERATED & set(path.parts) and path.is_file():
                lines.append(f"{path.relative_to(ROOT)} {sha256_file(path)}")
    return sha256_text("\n".join(lines))


@cache
def code_hash() -> str:
    """Return the hash of all product code of this process (computed once)."""
    return room_hash(*ROOMS)

"""Seals of a candidate's tables: the SHA-256 of every table as the room that computed it wrote it.

Belongs here: setting and reading seals. Does not belong here: judging them (``quality``). A seal tells a disk that
forgets and a hand that mends a number between two rooms; it does not tell a wrong computation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from opora.candidates import Candidate
from opora.files import sha256_file, write_json

NAME = "seals.json"


def seal(candidate: Candidate, paths: Iterable[Path]) -> None:
    """Remember these tables as they are now; seals of tables that are gone are dropped."""
    seals = {name: value for name, value in read_seals(candidate).items() if (candidate.root / name).exists()}
    seals |= {path.relative_to(candidate.root).as_posix(): sha256_file(path) for path in paths}
    write_json(candidate.root / NAME, seals)


def read_seals(candidate: Candidate) -> dict[str, str]:
    """Return SHA-256 by path within the candidate; empty when nothing was sealed."""
    path = candidate.root / NAME
    if not path.exists():
        return {}
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def broken_seals(candidate: Candidate, folder: Path) -> tuple[int, list[str]]:
    """Return how many tables of a folder have a seal that holds, and the names of all others, sorted.

    A table without a seal, one with other bytes, and a sealed one that is gone are all broken.
    """
    prefix = folder.relative_to(candidate.root).as_posix()
    sealed = {
        name: value for name, value in read_seals(candidate).items() if Path(name).parent.as_posix() == prefix
    }
    present = {f"{prefix}/{path.name}": sha256_file(path) for path in sorted(folder.glob("*.parquet"))}
    wrong = sorted(name for name in sealed.keys() | present.keys() if sealed.get(name) != present.get(name))
    return len(present.keys() | sealed.keys()) - len(wrong), wrong

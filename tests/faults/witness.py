"""What must hold after a fault: the last release is whole and readable, the next run comes to the undisturbed one."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import duckdb

from opora.home import Home
from publication.releases import INCOMING, current_id, journal, list_releases
from publication.verify import release_problems

DATABASE = "internal/opora.duckdb"
MANIFEST = "internal/manifest.json"
_ITS_HASH = "<hash of opora.duckdb>"


def whole(home: Home) -> list[str]:
    """Return what is wrong with what readers see: pointer, checksums, tables, database; empty when all is well."""
    now = current_id(home)
    if now is None:
        return ["there is no current release"]
    root = home.releases / now
    problems = [f"{now}: {problem}" for problem in release_problems(root)]
    try:
        for path in sorted(root.rglob("*.parquet")):
            duckdb.connect().execute(f"SELECT count(*) FROM read_parquet('{path}')").fetchall()
        database_rows(root / DATABASE)
    except duckdb.Error as error:
        problems.append(f"{now}: {type(error).__name__}")
    if not (root / "public" / "report.html").stat().st_size:
        problems.append(f"{now}: an empty report")
    return problems


def database_rows(path: Path) -> dict[str, str]:
    """Return a hash of the rows of every table of a DuckDB file, whatever their order."""
    with duckdb.connect(str(path), read_only=True) as con:
        names = [
            row[0] for row in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        ]
        return {
            name: hashlib.sha256(
                "\n".join(
                    sorted(repr(row) for row in con.execute(f'SELECT * FROM "{name}"').fetchall())
                ).encode()
            ).hexdigest()
            for name in names
        }


def release_content(root: Path) -> dict[str, Any]:
    """Return every file of a release as what must be equal after a fault.

    Bytes (their hash) for all files but three: ``opora.duckdb`` is compared by its rows, since DuckDB lays equal rows
    out differently; in the manifests and the evidence the hash of that file, and the release's id which follows from
    it, are put aside.
    """
    found: dict[str, Any] = {}
    for path in sorted(item for item in root.rglob("*") if item.is_file()):
        name = path.relative_to(root).as_posix()
        if name == DATABASE:
            found[name] = database_rows(path)
        elif name.endswith(("manifest.json", "evidence.json")):
            found[name] = _put_aside(path.read_text(encoding="utf-8"), root)
        else:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _put_aside(text: str, root: Path) -> Any:
    own = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    evidence = (root / "internal" / "quality" / "evidence.json").read_bytes()
    text = text.replace(root.name, root.name.split("-")[0]).replace(own["files"][DATABASE], _ITS_HASH)
    # The evidence holds that hash, so its own hash differs as well.
    for digest in (hashlib.sha256(evidence).hexdigest(), own["evidence_sha256"]):
        text = text.replace(digest, "<hash of evidence.json>")
    value = json.loads(text)
    value.pop("self_hash", None)
    if previous := value.get("previous_release"):
        value["previous_release"] = previous.split("-")[0]
    for name, digest in value.get("files", {}).items():
        if name.endswith("public/manifest.json"):  # holds the release's id
            value["files"][name] = f"<{len(digest)}>"
    return value


def same_release(found: Path, wanted: dict[str, Any]) -> list[str]:
    """Return the files in which a release differs from what an undisturbed run came to."""
    content = release_content(found)
    names = sorted(content.keys() | wanted.keys())
    return [name for name in names if content.get(name) != wanted.get(name)]


def leftovers(place: Path) -> list[str]:
    """Return what a finished run must not leave behind in a home and its vault: parts, drafts, locked databases."""
    found = []
    for folder, names, files in os.walk(place):
        for name in (*names, *files):
            draft = name.startswith((INCOMING, ".plan-", ".dbt-", ".current-", ".key."))
            draft |= name.startswith(".") and name.endswith((".part", ".tmp"))
            draft |= Path(folder).name == "cache" and name.startswith(".")
            if draft or name.endswith(".wal"):
                found.append((Path(folder) / name).relative_to(place).as_posix())
    return found


def history(home: Home) -> list[tuple[str, str]]:
    """Return the journal of releases as (event, sequence of the release)."""
    return [(event["event"], event["release"].split("-")[0]) for event in journal(home)]


def sequences(home: Home) -> list[int]:
    """Return the numbers of all releases."""
    return [release.sequence for release in list_releases(home)]

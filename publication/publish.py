"""The one act of publication: verify, copy aside, seal, rename, point."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from opora.candidates import Candidate
from opora.errors import GateRefused, UsageError
from opora.files import canonical_json, fsync_dir, sha256_file, sha256_text, write_json, write_text
from opora.home import Home
from publication.changes import changes_text
from publication.diff import ReleaseDiff, diff_tables
from publication.manifest import delivered, internal_manifest, provenance, public_manifest
from publication.releases import (
    INCOMING,
    MANIFEST,
    Release,
    clean_leftovers,
    close_internal,
    current_release,
    get_release,
    is_closed,
    list_releases,
    make_read_only,
    point_to,
    read_manifest,
    record,
    was_published,
)
from publication.sbom import sbom
from publication.verify import release_problems, verified_evidence
from quality.evidence import Evidence

__all__ = ["Release", "publish"]

EDITIONS = ("public", "internal")
CHANGES = "CHANGES.md"
SBOM = "internal/quality/sbom.cdx.json"
_CANDIDATE_ID = re.compile(r"^[0-9A-Za-z_-]+$")
_SHOWN_DELIVERIES = 5
_OTHER_CAUSES = ("code", "rules", "waivers", "config")


def publish(home: Home, candidate_id: str | None = None, note: str | None = None) -> Release:
    """Promote an audited candidate (the latest by default) and return its release.

    The caller holds the home's writer lock. A candidate that is published already gives its release, ``is_new``
    False. Raises ``GateRefused`` when the evidence does not hold or the candidate's release was withdrawn, and
    ``UsageError`` for an unknown candidate or an amendment that nothing explains. Whatever happens, the last release
    stays whole and current until the very last rename.
    """
    candidate = _candidate(home, candidate_id)
    home.releases.mkdir(parents=True, exist_ok=True)
    clean_leftovers(home)
    evidence = verified_evidence(home, candidate)
    existing = next((item for item in list_releases(home) if item.candidate_id == candidate.id), None)
    if existing is not None:
        return _already_there(home, existing)
    previous = current_release(home)
    incoming = Path(tempfile.mkdtemp(prefix=INCOMING, dir=home.releases))
    try:
        incoming.chmod(0o755)
        _copy_editions(candidate, evidence, incoming)
        release_id = _seal(home, candidate, evidence, incoming, previous=previous, note=note)
        os.replace(incoming, home.releases / release_id)
        fsync_dir(home.releases)
    except BaseException:
        clean_leftovers(home)
        raise
    _show(home, release_id)
    for release in list_releases(home):
        if not is_closed(release.path):  # earlier versions left the internal edition readable for everybody
            close_internal(release.path)
    return replace(get_release(home, release_id), is_new=True)


def _candidate(home: Home, candidate_id: str | None) -> Candidate:
    if candidate_id is not None and not _CANDIDATE_ID.match(candidate_id):
        raise UsageError(f"неверный номер кандидата: {candidate_id}")
    candidate = Candidate(home, candidate_id) if candidate_id else Candidate.latest(home)
    candidate.read_manifest()
    return candidate


def _already_there(home: Home, release: Release) -> Release:
    """Return the candidate's release; finish a publication that died between its rename and its pointer."""
    if release.withdrawn is not None:
        raise GateRefused(f"выпуск {release.id} этого кандидата отозван: {release.withdrawn}")
    if was_published(home, release.id):
        return release
    if problems := release_problems(release.path):
        raise GateRefused(f"выпуск {release.id} повреждён: {'; '.join(problems[:_SHOWN_DELIVERIES])}")
    _show(home, release.id)
    return replace(get_release(home, release.id), is_new=True)


def _show(home: Home, release_id: str) -> None:
    """Move the pointer, then write that it was moved: without that line the next run moves it again."""
    release = get_release(home, release_id)
    point_to(home, release_id)
    record(home, "published", release_id, candidate=release.candidate_id, note=release.note)


def _copy_editions(candidate: Candidate, evidence: Evidence, target: Path) -> None:
    """Copy both editions; each copied file must have the bytes that the evidence vouches for."""
    for name, expected in evidence.files.items():
        if name.split("/")[0] not in EDITIONS:
            continue
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(candidate.root / name, copy)
        with copy.open("rb") as stream:
            os.fsync(stream.fileno())
        if sha256_file(copy) != expected:
            raise GateRefused(f"файл {name} изменился во время публикации")
    for edition in EDITIONS:
        (target / edition).mkdir(exist_ok=True)


def _seal(
    home: Home,
    candidate: Candidate,
    evidence: Evidence,
    root: Path,
    *,
    previous: Release | None,
    note: str | None,
) -> str:
    """Write CHANGES.md, evidence, bill of materials and manifests, take write permission away; return the id."""
    deliveries = delivered(candidate)
    diffs = {name: _diff(previous, root, name) for name in EDITIONS}
    words = {item["delivery_id"]: f"{item['source']}: {item['file_name']}" for item in deliveries}
    public_words = {
        item["delivery_id"]: f"поставка {item['delivery_id'][:12]} ({item['source']})" for item in deliveries
    }
    note = note or _automatic_note(
        diffs["internal"], words, candidate, _new_deliveries(previous, deliveries, evidence)
    )
    before = previous.id if previous else None
    first = previous is None
    _replace_text(root / "public" / CHANGES, changes_text(diffs["public"], before, public_words, None, first))
    _replace_text(root / "internal" / CHANGES, changes_text(diffs["internal"], before, words, note, first))
    evidence.write(root / "internal" / "quality" / "evidence.json")
    materials = sbom()
    _replace_json(root / SBOM, materials)
    sequence = max((item.sequence for item in list_releases(home)), default=0) + 1
    content = _hashes(root)
    release_id = f"{sequence:04d}-{sha256_text(canonical_json([candidate.id, content]))[:8]}"
    shared = provenance(candidate, evidence, before, materials)
    own = {
        name.removeprefix("public/"): value for name, value in content.items() if name.startswith("public/")
    }
    own.pop(MANIFEST, None)
    _replace_json(root / "public" / MANIFEST, public_manifest(release_id, shared, deliveries, own))
    (root / "internal" / MANIFEST).unlink(missing_ok=True)
    inside = internal_manifest(
        release_id,
        shared,
        deliveries,
        _hashes(root),
        candidate=candidate,
        note=note,
        is_amendment=bool(diffs["internal"].changed),
        sbom=SBOM,
    )
    _replace_json(root / "internal" / MANIFEST, inside)
    _sync_folders(root)
    make_read_only(root)
    return release_id


def _diff(previous: Release | None, root: Path, edition: str) -> ReleaseDiff:
    if previous is None:
        return ReleaseDiff()
    return diff_tables(previous.path / edition / "tables", root / edition / "tables")


def _automatic_note(
    diff: ReleaseDiff, words: Mapping[str, str], candidate: Candidate, new_deliveries: list[str]
) -> str | None:
    """Return the note of an amendment that new deliveries explain; None when nothing was amended."""
    if not diff.changed:
        return None
    unexplained = sum(1 for change in diff.changed if not change.deliveries)
    if unexplained and not new_deliveries:
        raise UsageError(
            f"изменились показатели прошлого выпуска ({unexplained}), а новые поставки этого не объясняют; "
            f'укажите причину: opora publish --candidate {candidate.id} --note "…"'
        )
    causes = sorted({item for change in diff.changed for item in change.deliveries}) or new_deliveries
    named = ", ".join(words.get(item, item[:12]) for item in causes[:_SHOWN_DELIVERIES])
    more = f" и ещё {len(causes) - _SHOWN_DELIVERIES}" if len(causes) > _SHOWN_DELIVERIES else ""
    return f"исправление по поставке {named}{more}"


def _new_deliveries(
    previous: Release | None, deliveries: list[dict[str, str]], evidence: Evidence
) -> list[str]:
    """Return deliveries that the release before did not have, if nothing but deliveries has changed since it.

    Then they are the cause of every change, also of one that reaches a figure through another source: a birth date
    in a new list may tell two namesakes apart.
    """
    if previous is None:
        return []
    manifest = read_manifest(previous.path)
    if any(manifest["binding"].get(key) != evidence.binding[key] for key in _OTHER_CAUSES):
        return []
    known = {item["delivery_id"] for item in manifest["deliveries"]}
    return [item["delivery_id"] for item in deliveries if item["delivery_id"] not in known]


def _hashes(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): sha256_file(path)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _replace_text(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    write_text(path, text)


def _replace_json(path: Path, value: object) -> None:
    path.unlink(missing_ok=True)
    write_json(path, value)


def _sync_folders(root: Path) -> None:
    for folder in (root, *(path for path in root.rglob("*") if path.is_dir())):
        fsync_dir(folder)

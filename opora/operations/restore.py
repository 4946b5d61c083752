"""Restoring a home from the archives of a backup: into an empty place, every file proved by its checksum."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path

from opora.errors import UsageError
from opora.home import PRIVATE, VERSION, Home
from opora.operations.backup import CHECKSUMS, FORMAT, _sha256

_INCOMING = ".restoring"


def restore(home_archive: Path, vault_archive: Path, target: Path) -> Home:
    """Return the home restored at ``target`` with its vault beside it, where its settings or OPORA_VAULT say.

    Nothing is overwritten. Raises ``UsageError`` when a place is taken, an archive is of another kind, or a file of it
    is missing or changed; then nothing stands at ``target``. A home of an older version is restored as it was.
    """
    place = target.expanduser().resolve()
    _must_be_free(place)
    unpacked = _unpack(home_archive, "home", place)
    try:
        vault = _vault_of(unpacked, place)
        _must_be_free(vault)
        unpacked_vault = _unpack(vault_archive, "vault", vault)
    except BaseException:
        _remove(unpacked.parent)
        raise
    _settle(unpacked_vault, vault)
    _settle(unpacked, place)
    vault.chmod(PRIVATE)
    home = Home.open(place)
    if home.version == VERSION:
        home.ensure()
    return home


def _must_be_free(place: Path) -> None:
    if place.exists() and any(place.iterdir()):
        raise UsageError(
            f"{place}: место занято; укажите пустую или новую папку, копия ничего не перезаписывает"
        )


def _vault_of(unpacked: Path, place: Path) -> Path:
    """Return where the vault of the restored home belongs."""
    at_unpacked = Home.open(unpacked).vault
    default = unpacked.with_name(f"{unpacked.name}-vault")
    return place.with_name(f"{place.name}-vault") if at_unpacked == default else at_unpacked


def _unpack(path: Path, part: str, place: Path) -> Path:
    """Return the folder into which the archive was unpacked and proved, beside its final place."""
    beside = place.with_name(f"{place.name}{_INCOMING}")
    _remove(beside)
    beside.mkdir(parents=True, mode=PRIVATE)
    try:
        with tarfile.open(path, "r:gz") as archive:
            # «data» refuses paths and links that lead outside, devices and foreign owners.
            archive.extractall(beside, filter="data")
        _prove(beside, part, path.name)
    except (OSError, EOFError, tarfile.TarError, KeyError, ValueError) as error:
        _remove(beside)
        raise UsageError(
            f"{path.name}: копия не читается или испорчена ({type(error).__name__}); возьмите другую"
        ) from error
    except UsageError:
        _remove(beside)
        raise
    return beside / part


def _prove(beside: Path, part: str, name: str) -> None:
    note = json.loads((beside / CHECKSUMS).read_text(encoding="utf-8"))
    if note["part"] != part or note["format"] > FORMAT:
        raise UsageError(
            f"{name}: ожидалась часть «{part}» формата до {FORMAT}, в файле «{note['part']}», {note['format']}"
        )
    wrong = [file for file, digest in note["files"].items() if not _is_same(beside / part / file, digest)]
    if wrong:
        raise UsageError(f"{name}: не сошлись контрольные суммы, файлов: {len(wrong)}, первый: {wrong[0]}")


def _is_same(path: Path, digest: str) -> bool:
    return path.is_file() and _sha256(path) == digest


def _settle(unpacked: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rmdir()
    unpacked.chmod(PRIVATE)
    unpacked.rename(place)
    _remove(unpacked.parent)


def _remove(folder: Path) -> None:
    if not folder.exists():
        return
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(PRIVATE)
    shutil.rmtree(folder)

"""Restoring a home from the archives of a backup: into an empty place, every file proved by its checksum."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path

from opora.config import CONFIG_NAME
from opora.errors import UsageError
from opora.home import PRIVATE, VERSION, Home
from opora.operations.backup import CHECKSUMS, FORMAT, _sha256

_INCOMING = ".restoring"
_MODE, _OWNER = 0o755, 0o600
"""What stays of a mode (nothing that lets others write), and what the owner may do with a file in any case."""


def restore(home_archive: Path, vault_archive: Path, target: Path) -> Home:
    """Return the home restored at ``target`` with its vault beside it, where its settings or OPORA_VAULT say.

    Nothing is overwritten. Raises ``UsageError`` when a place is taken, an archive is of another kind, or a file of it
    is missing or changed; then nothing stands at ``target``. A home of an older version is restored as it was.
    """
    place = target.expanduser().resolve()
    _must_be_free(place)
    unpacked = _unpack(home_archive, "home", place)
    try:
        vault = Home(place, Home.open(unpacked).config).vault
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


def _beside(place: Path) -> Path:
    """Return where an archive is unpacked first: beside a new place, inside one that somebody has made ready.

    The owner of a folder that was made ready may not write beside it (``/var/lib``).
    """
    return place / _INCOMING if place.exists() else place.with_name(f"{place.name}{_INCOMING}")


def _unpack(path: Path, part: str, place: Path) -> Path:
    """Return the folder into which the archive was unpacked and proved, beside its final place."""
    beside = _beside(place)
    _remove(beside)
    beside.mkdir(parents=True, mode=PRIVATE)
    try:
        with tarfile.open(path, "r:gz") as archive:
            _extract(archive, beside)
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


def _extract(archive: tarfile.TarFile, beside: Path) -> None:
    """Write files, folders and links of the archive; owners are not restored, what was closed to others stays closed.

    Raises ``ValueError`` for a path or a link that leads outside and for anything else, such as a device. Written out
    because ``tarfile`` has its filters only from Python 3.11.4 on, and Debian 12 carries 3.11.2.
    """
    folders: list[tuple[Path, tarfile.TarInfo]] = []
    links: list[tuple[Path, str]] = []
    for member in archive:
        path = _inside(beside, member.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if member.isdir():
            path.mkdir(exist_ok=True)
            folders.append((path, member))
        elif member.issym():
            links.append((path, member.linkname))
        elif member.islnk():
            path.hardlink_to(_inside(beside, member.linkname))
        elif member.isreg() and (content := archive.extractfile(member)) is not None:
            with content, path.open("xb") as stream:
                shutil.copyfileobj(content, stream)
            path.chmod((member.mode & _MODE) | _OWNER)
            os.utime(path, (member.mtime, member.mtime))
        else:
            raise ValueError("neither a file nor a folder nor a link")
    _link(links, beside)
    # Last, for what is written into a folder dates it anew.
    for path, member in folders:
        os.utime(path, (member.mtime, member.mtime))
        path.chmod(member.mode & _MODE)


def _link(links: Sequence[tuple[Path, str]], beside: Path) -> None:
    """Make the links when every file is there, so that nothing is written through one; then see where each leads."""
    for path, target in links:
        path.symlink_to(target)
    whole = beside.resolve()
    for path, target in links:
        # One link may lead through another: only when all are made is it known where.
        if Path(target).is_absolute() or not Path(os.path.realpath(path)).is_relative_to(whole):
            raise ValueError("a link that leads outside")


def _inside(beside: Path, name: str) -> Path:
    """Return the path of a member; raise ``ValueError`` when it is absolute or climbs."""
    if Path(name).is_absolute() or ".." in Path(name).parts or not Path(name).name:
        raise ValueError("a path that leads outside")
    return beside / name


def _prove(beside: Path, part: str, name: str) -> None:
    note = json.loads((beside / CHECKSUMS).read_text(encoding="utf-8"))
    if note["part"] != part or note["format"] > FORMAT:
        raise UsageError(
            f"{name}: ожидалась часть «{part}» формата до {FORMAT}, в файле «{note['part']}», {note['format']}"
        )
    if beyond := {item.name for item in beside.iterdir()} - {part, CHECKSUMS}:
        raise UsageError(f"{name}: в копии лишнее: {min(beyond)}")
    found = {
        item.relative_to(beside / part).as_posix() for item in (beside / part).rglob("*") if _is_plain(item)
    }
    if extra := sorted(found - set(note["files"])):
        raise UsageError(f"{name}: в копии лишние файлы: {len(extra)}, первый: {extra[0]}")
    wrong = [file for file, digest in note["files"].items() if not _is_same(beside / part / file, digest)]
    if wrong:
        raise UsageError(f"{name}: не сошлись контрольные суммы, файлов: {len(wrong)}, первый: {wrong[0]}")


def _is_plain(item: Path) -> bool:
    return item.is_file() and not item.is_symlink()


def _is_same(path: Path, digest: str) -> bool:
    return path.is_file() and _sha256(path) == digest


def _settle(unpacked: Path, place: Path) -> None:
    """Move what was proved to its place; settings come last, so that a broken move leaves no home."""
    beside = unpacked.parent
    if place.exists():
        for item in sorted(unpacked.iterdir(), key=lambda item: item.name == CONFIG_NAME):
            item.rename(place / item.name)
    else:
        unpacked.chmod(PRIVATE)
        unpacked.rename(place)
    _remove(beside)


def _remove(folder: Path) -> None:
    if not folder.exists():
        return
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(PRIVATE)
    shutil.rmtree(folder)

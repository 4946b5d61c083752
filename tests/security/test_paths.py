"""Paths: nothing that arrives makes Opora read or write outside of a home and its vault, whatever it is called."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from datetime import date
from pathlib import Path

import pytest
import yaml

from ingestion.run import ingest
from ingestion.vault import Vault
from opora.config import Config
from opora.errors import UsageError
from opora.home import Home
from opora.operations.backup import backup
from opora.operations.restore import restore
from tests.ingestion.conftest import admission, sidecar, write_csv

SECRET = "planted-outside-1f0c"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a home, its vault, and a file beside them that nobody may read."""
    Home.create(tmp_path / "дом'; drop table t; --", Config.model_validate({}))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.csv").write_text(SECRET)
    return tmp_path


def home_at(place: Path) -> Home:
    return Home.open(
        next(path for path in place.iterdir() if path.name.startswith("дом") and "vault" not in path.name)
    )


def outside(place: Path) -> set[str]:
    """Every path beside the home and its vault."""
    return {
        path.relative_to(place).as_posix()
        for path in place.rglob("*")
        if not path.relative_to(place).parts[0].startswith("дом")
    }


def held(place: Path) -> bytes:
    """All bytes of the home and its vault that are no links."""
    return b"".join(
        path.read_bytes()
        for path in place.rglob("*")
        if path.relative_to(place).parts[0].startswith("дом") and path.is_file() and not path.is_symlink()
        and not any(part.is_symlink() for part in path.parents)
    )  # fmt: skip


def test_links_in_the_inbox_are_never_followed(place: Path) -> None:
    home = home_at(place)
    (home.inbox / "файл.csv").symlink_to(place / "outside" / "secret.csv")
    (home.inbox / "папка").symlink_to(place / "outside")
    (home.inbox / "относительная.csv").symlink_to("../../outside/secret.csv")
    os.mkfifo(home.inbox / "труба.csv")  # reading it would wait for ever
    report = ingest(home)
    assert not report.accepted and not report.returned
    assert SECRET.encode() not in held(place)


@pytest.mark.parametrize(
    "field", ["source", "layout", "sender", "platform", "period", "academic_year", "stage"]
)
@pytest.mark.parametrize(
    "value", ["../../../outside/x", "/tmp/x", "a/../../b", "x'; drop table t; --", "a\nb"]
)
def test_a_sidecar_names_no_path(place: Path, field: str, value: str) -> None:
    home = home_at(place)
    path = write_csv(home.inbox / "gia_admission" / "д.csv", admission(["Иванов Иван"]))
    sidecar(path, **({"academic_year": "2024-2025", "as_of": date(2025, 5, 1)} | {field: value}))
    before = outside(place)
    ingest(home)  # accepted where the field is free text (a sender), else returned: never outside
    assert outside(place) == before
    written = [path.relative_to(home.lake).parts for path in home.lake.rglob("*.parquet")]
    assert {parts[0] for parts in written} <= {"gia_admission"}


@pytest.mark.parametrize(
    "name",
    ["; rm -rf ~;.csv", "$(touch outside).csv", "<script>alert(1)<script>.csv", "a\nb.csv", "%2e%2e.csv",
     "\u202eвтс.csv", "con.csv", "-rf.csv", "д" * 120 + ".csv"],
)  # fmt: skip
def test_a_name_is_only_a_name(place: Path, name: str) -> None:
    home = home_at(place)
    folder = home.inbox / "gia_admission"
    folder.mkdir()
    (folder / name).write_bytes(b"no table at all")
    before = outside(place)
    report = ingest(home)
    assert len(report.returned) == 1 and outside(place) == before
    assert {path.name for path in home.returns.iterdir()} <= {
        f"{report.returned[0].delivery_id}{suffix}" for suffix in (".xlsx", ".txt")
    }


@pytest.mark.parametrize(
    "entry", ["../../outside/evil.txt", "/tmp/opora-evil.txt", "xl/../../../outside/evil.txt"]
)
def test_entries_of_a_workbook_are_never_unpacked(place: Path, entry: str) -> None:
    home = home_at(place)
    with zipfile.ZipFile(home.inbox / "книга.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(entry, "evil")
    before = outside(place)
    assert len(ingest(home).returned) == 1
    assert outside(place) == before and not Path("/tmp/opora-evil.txt").exists()


def _file(name: str, body: bytes = b"evil") -> tuple[tarfile.TarInfo, bytes]:
    item = tarfile.TarInfo(name)
    item.size = len(body)
    return item, body


def _link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    item = tarfile.TarInfo(name)
    item.type, item.linkname = kind, target
    return item, b""


def _device(name: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    item = tarfile.TarInfo(name)
    item.type = kind
    return item, b""


EVIL = {
    "upwards": [_file("home/../../outside/evil")],
    "absolute": [_file("/tmp/opora-evil.txt")],
    "a link outside": [_link("home/acts/x", "../../../outside/secret.csv")],
    "through a link": [_link("home/x", "../../outside"), _file("home/x/evil")],
    "a hard link": [_link("home/acts/x", "/etc/passwd", tarfile.LNKTYPE)],
    "a device": [_device("home/acts/x", tarfile.CHRTYPE)],
    "a pipe": [_device("home/acts/x", tarfile.FIFOTYPE)],
    "a file nobody vouches for": [_file("home/acts/waivers/evil.yaml")],
}


@pytest.mark.parametrize("kind", EVIL)
def test_an_archive_that_leads_outside_is_not_restored(place: Path, kind: str) -> None:
    home = home_at(place)
    Vault.open(home)
    first, second = backup(home, place / "outside" / "copies")
    with tarfile.open(first.path) as whole:
        items = [(item, whole.extractfile(item).read() if item.isfile() else b"") for item in whole]  # type: ignore[union-attr]
    with tarfile.open(first.path, "w:gz") as archive:
        for item, body in [*items[:-1], *EVIL[kind], items[-1]]:
            archive.addfile(item, io.BytesIO(body))
    before = outside(place)
    with pytest.raises(UsageError):
        restore(first.path, second.path, place / "дом-новый")
    assert outside(place) == before and not (place / "дом-новый").exists()
    assert not Path("/tmp/opora-evil.txt").exists()


def test_settings_name_a_vault_and_nothing_else(place: Path) -> None:
    """The only path in ``opora.yaml`` is the vault's, and it may not lie inside the home."""
    home = home_at(place)
    text = yaml.safe_load((home.root / "opora.yaml").read_text(encoding="utf-8"))
    (home.root / "opora.yaml").write_text(yaml.safe_dump(text | {"vault": "inbox/vault"}), encoding="utf-8")
    with pytest.raises(UsageError, match="вне дома"):
        Vault.open(home_at(place))

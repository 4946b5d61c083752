"""Permissions do not depend on the umask: what is private stays closed, what is public stays readable."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ingestion.run import ingest
from ingestion.vault import Vault
from opora import journal
from opora.config import Config
from opora.home import Home
from opora.operations.backup import backup
from opora.operations.restore import restore
from orchestration.alerts import alert
from publication.releases import make_read_only, remove_tree
from tests.ingestion.conftest import admission, sidecar, write_csv
from tests.publication.release_fixture import make_release


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=["open", "usual", "closed"])
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Home]:
    """A home that was created, filled, published, backed up under the umask."""
    before = os.umask(request.param)
    try:
        made = Home.create(tmp_path / "home", Config.model_validate({}))
        Vault.open(made)
        path = write_csv(made.inbox / "gia_admission" / "д.csv", admission(["Иванов Иван", "Петров Пётр"]))
        sidecar(path, academic_year="2024-2025", as_of=date(2025, 5, 1))
        (made.inbox / "Петров.pdf").write_bytes(b"%PDF-1.4")
        report = ingest(made)
        assert report.accepted and report.returned
        make_read_only(made.releases / make_release(made, 1))
        with journal.run(made, "r1", "run"):
            pass
        alert(made, "т", "т", {})
        first, second = backup(made, tmp_path / "copies")
        restore(first.path, second.path, tmp_path / "again" / "home")
    finally:
        os.umask(before)
    yield made
    remove_tree(made.root)
    remove_tree(tmp_path / "again")


def others(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)


def test_private_folders_are_their_owners(home: Home) -> None:
    assert {folder.name: others(folder) for folder in home.private_folders if others(folder)} == {}


def test_every_file_of_the_vault_and_the_copies_is_its_owners(home: Home) -> None:
    files = [*home.vault.rglob("*"), *(home.root.parent / "copies").rglob("*.gz"), home.root / "alerts.jsonl"]
    assert len(files) > 6 and [path for path in files if others(path)] == []


def test_a_restored_home_has_the_modes_that_were_backed_up(home: Home) -> None:
    again = home.root.parent / "again"
    made_again = {home.cache, home.candidates}
    for root, twin in ((home.root, again / "home"), (home.vault, again / "home-vault")):
        for path in (root, *root.rglob("*")):
            if path.is_symlink() or path.suffix == ".lock" or made_again & {path, *path.parents}:
                continue
            if path.name != "last_backup.json":
                assert others(twin / path.relative_to(root)) <= others(path), path


def test_the_internal_edition_is_closed_and_the_public_one_open(home: Home) -> None:
    release = home.releases / "0001-00000001"
    internal = [release / "internal", *(release / "internal").rglob("*")]
    assert [path for path in internal if others(path)] == []
    public = [home.root, home.releases, release, release / "public", *(release / "public").rglob("*")]
    assert [path for path in public if not path.stat().st_mode & stat.S_IROTH] == []
    written = [path for path in release.rglob("*") if path.stat().st_mode & 0o222]
    assert written == []

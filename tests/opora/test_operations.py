"""Backup, restore and prune on a small home: nothing lost, nothing overwritten, nothing needed removed."""

from __future__ import annotations

import gzip
import json
import os
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.vault import Vault
from opora.cli.app import app
from opora.cli.job import tell_people
from opora.config import Config
from opora.errors import ExitCode, UsageError
from opora.home import Home
from opora.operations.backup import CHECKSUMS, FORMAT, backup
from opora.operations.prune import prune
from opora.operations.restore import restore


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with a file in every kind of place, a read-only release and a pointer to it."""
    place = Home.create(tmp_path / "home", Config.model_validate({}))
    Vault.open(place)
    for name in (
        "inbox/д.csv",
        "lake/a/b.parquet",
        "acts/w.yaml",
        "cache/k1/part.json",
        "cache/k2/part.json",
    ):
        path = place.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    release = place.releases / "0001-aaaaaaaa" / "public"
    release.mkdir(parents=True)
    (release / "report.html").write_text("<p>отчёт</p>", encoding="utf-8")
    release.chmod(0o555)
    (place.releases / "current").symlink_to("0001-aaaaaaaa")
    return place


def files(root: Path, without: tuple[str, ...] = ()) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] not in without and path.suffix != ".lock"
    }


def candidate(home: Home, name: str, keys: list[str], age: int, is_latest: bool = False) -> None:
    folder = home.candidates / name
    folder.mkdir()
    parts = [["gia", "2024-2025", key] for key in keys]
    (folder / "candidate.json").write_text(json.dumps({"parts": parts}))
    os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    if is_latest:
        (home.candidates / "latest").write_text(name + "\n")


def test_a_restored_home_holds_every_file(home: Home, tmp_path: Path) -> None:
    first, second = backup(home, tmp_path / "copies")
    assert (first.part, second.part) == ("home", "vault")
    back = restore(first.path, second.path, tmp_path / "elsewhere" / "дом")
    made_again = ("cache", "candidates", "last_backup.json")  # the last one says when this copy was made
    assert files(back.root, made_again) == files(home.root, made_again)
    assert files(back.vault) == files(home.vault)
    assert (back.releases / "current").readlink() == Path("0001-aaaaaaaa")
    assert back.vault.stat().st_mode & 0o077 == 0
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} == {"дом", "дом-vault"}


def test_archives_are_private_and_the_names_stand_in_one_of_them(home: Home, tmp_path: Path) -> None:
    first, second = backup(home, tmp_path / "copies")
    assert {archive.path.stat().st_mode & 0o777 for archive in (first, second)} == {0o600}
    with tarfile.open(first.path) as archive:
        assert not [name for name in archive.getnames() if "key" in name or name.startswith("vault")]


def test_nothing_is_overwritten(home: Home, tmp_path: Path) -> None:
    first, second = backup(home, tmp_path / "copies")
    before = files(home.root)
    with pytest.raises(UsageError, match="место занято"):
        restore(first.path, second.path, home.root)
    assert files(home.root) == before
    with pytest.raises(UsageError, match="внутри"):
        backup(home, home.root / "copies")


def test_a_changed_archive_is_refused_and_leaves_nothing(home: Home, tmp_path: Path) -> None:
    first, second = backup(home, tmp_path / "copies")
    body = gzip.decompress(first.path.read_bytes())
    at = body.index("<p>отчёт".encode())
    bad = tmp_path / "bad.tar.gz"
    bad.write_bytes(gzip.compress(body[:at] + b"<b" + body[at + 2 :]))
    with pytest.raises(UsageError, match="контрольные суммы"):
        restore(bad, second.path, tmp_path / "new")
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(first.path.read_bytes()[:-200])
    with pytest.raises(UsageError, match="испорчена"):
        restore(cut, second.path, tmp_path / "new")
    with pytest.raises(UsageError, match="часть"):
        restore(second.path, first.path, tmp_path / "new")
    assert not list(tmp_path.glob("new*"))


def test_links_that_stay_inside_are_restored(home: Home, tmp_path: Path) -> None:
    (home.inbox / "папка").mkdir()
    (home.inbox / "папка" / "раньше.csv").symlink_to("../файл.csv")
    (home.inbox / "файл.csv").write_text("1")
    first, second = backup(home, tmp_path / "copies")
    back = restore(first.path, second.path, tmp_path / "новый")
    assert (back.inbox / "папка" / "раньше.csv").readlink() == Path("../файл.csv")
    assert (back.inbox / "папка" / "раньше.csv").read_text() == "1"


def _entry(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def _evil(kind: str, folder: Path) -> Path:
    """An archive with its checksums in order and one member that wants out."""
    path, file = folder / f"{kind}.tar.gz", folder / "w.yaml"
    file.write_text("x")
    entries = {
        "absolute": [_entry(str(folder / "outside.yaml"), tarfile.REGTYPE)],
        "device": [_entry("home/outside.yaml", tarfile.FIFOTYPE)],
        "hard_link": [_entry("home/link", tarfile.LNKTYPE, "../..")],
        "climbing_link": [_entry("home/link", tarfile.SYMTYPE, "../..")],
        "absolute_link": [_entry("home/link", tarfile.SYMTYPE, str(folder))],
        "written_through": [_entry("home/link", tarfile.SYMTYPE, str(folder))],
        "link_through_a_link": [
            _entry("home/link", tarfile.SYMTYPE, "a/b/c/../../.."),
            _entry("home/a/b/c", tarfile.SYMTYPE, "../../s"),
            _entry("home/s", tarfile.DIRTYPE),
        ],
    }
    with tarfile.open(path, "w:gz") as archive:
        for entry in entries.get(kind, []):
            archive.addfile(entry)
        if kind == "climbing":
            archive.add(file, arcname="home/../../outside.yaml")
        if kind == "written_through":
            archive.add(file, arcname="home/link/outside.yaml")
        file.write_text(json.dumps({"format": FORMAT, "part": "home", "files": {}}))
        archive.addfile(_entry("home", tarfile.DIRTYPE))
        archive.add(file, arcname=CHECKSUMS)
    return path


@pytest.mark.parametrize(
    "kind",
    [
        "climbing",
        "absolute",
        "device",
        "hard_link",
        "climbing_link",
        "absolute_link",
        "link_through_a_link",
        "written_through",
    ],
)
def test_a_path_that_leads_outside_is_refused(home: Home, tmp_path: Path, kind: str) -> None:
    """For that reason and no other: the checksums of the archive are in order."""
    _, second = backup(home, tmp_path / "copies")
    reason = "FileExistsError" if kind == "written_through" else "ValueError"
    with pytest.raises(UsageError, match=rf"испорчена \({reason}\)"):
        restore(_evil(kind, tmp_path), second.path, tmp_path / "new" / "home")
    assert not list(tmp_path.rglob("outside.yaml")) and not list((tmp_path / "new").iterdir())


def test_prune_keeps_what_the_kept_candidates_need(home: Home) -> None:
    candidate(home, "old", ["k2"], age=30)
    candidate(home, "middle", ["k1"], age=20)
    candidate(home, "newest", ["k3"], age=0)
    candidate(home, "pointed", ["k1"], age=10, is_latest=True)
    releases, lake = files(home.releases), files(home.lake)
    rehearsed = prune(home, keep=2, is_rehearsal=True)
    assert (home.candidates / "old").exists()
    gone = prune(home, keep=2)
    assert gone == rehearsed
    assert gone.candidates == ["old", "middle"] and gone.cached == ["k2"] and gone.freed > 0
    assert {path.name for path in home.candidates.iterdir()} == {"newest", "pointed", "latest"}
    assert (files(home.releases), files(home.lake)) == (releases, lake)
    assert prune(home, keep=2).candidates == []


def test_the_latest_candidate_stays_even_alone_and_oldest(home: Home) -> None:
    candidate(home, "a", [], age=50, is_latest=True)
    candidate(home, "b", [], age=0)
    assert prune(home, keep=1).candidates == ["b"]


def test_the_commands(home: Home, tmp_path: Path) -> None:
    runner = CliRunner()
    place = str(home.root)
    done = runner.invoke(app, ["backup", str(tmp_path / "copies"), "--home", place])
    assert done.exit_code == 0, done.output
    first, second = sorted(map(str, (tmp_path / "copies").glob("*.tar.gz")))
    done = runner.invoke(app, ["restore", first, second, str(tmp_path / "again")])
    assert done.exit_code == 0, done.output
    key = (home.vault / "key").read_bytes()
    done = runner.invoke(app, ["key", "rotate", "--home", place])
    assert done.exit_code == 0, done.output
    assert (home.vault / "key").read_bytes() != key
    assert Vault.open(home).acts_of("keys")[-1]["event"] == "rotated"
    done = runner.invoke(app, ["prune", "--home", place, "--dry-run"])
    assert done.exit_code == 0 and "можно удалить" in done.output


@pytest.mark.parametrize(
    ("code", "word"),
    [(ExitCode.FAILURE, "не удался"), (ExitCode.REFUSED, "остановлен"), (ExitCode.RETURNED, "возвращённые")],
)
def test_a_run_from_a_timer_tells_people(home: Home, code: ExitCode, word: str) -> None:
    assert tell_people(home, code) == ["file"]
    line = json.loads((home.root / "alerts.jsonl").read_text(encoding="utf-8"))
    assert word in line["title"] and f"код выхода {int(code)}" in line["text"]


def test_a_good_run_tells_nobody(home: Home) -> None:
    assert tell_people(home, ExitCode.DONE) == []
    assert not (home.root / "alerts.jsonl").exists()

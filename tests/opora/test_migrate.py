"""Homes of older versions: refused by writers, read by readers, brought up by `opora migrate`, undone on failure."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from ingestion.vault import Vault
from opora.cli.app import app
from opora.config import Config
from opora.errors import OporaError, UsageError
from opora.files import sha256_tree
from opora.home import VERSION, Home
from opora.operations.backup import backup
from opora.operations.migrate import Step, migrate
from opora.operations.restore import restore
from orchestration.settings import SHIPPED, write_settings
from tests.publication.release_fixture import make_release

FIRST_DAGSTER_YAML = """\
# Dagster instance of a home: copied to HOME/dagster/ by `opora init` and by the first run.
# Storage is SQLite under HOME/dagster.
telemetry:
  enabled: false
nux:
  enabled: false
run_monitoring:
  enabled: false
concurrency:
  pools:
    default_limit: 1
"""
"""As the first version shipped it."""


@pytest.fixture
def old(tmp_path: Path) -> Home:
    """A home as the first version left it: two releases, a cache that others may read, no home.json."""
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    Vault.open(home)
    make_release(home, 1)
    make_release(home, 2)
    (home.root / "home.json").unlink()
    home.runs.rmdir()
    home.cache.chmod(0o755)
    (home.dagster / "dagster.yaml").write_text(FIRST_DAGSTER_YAML, encoding="utf-8")
    return Home.open(home.root)


def call(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_a_new_home_has_the_present_version_and_private_folders(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    assert json.loads((home.root / "home.json").read_text(encoding="utf-8")) == {"version": VERSION}
    for name in ("inbox", "returns", "lake", "cache", "candidates", "dagster", "runs"):
        assert stat.S_IMODE((home.root / name).stat().st_mode) == 0o700


def test_init_writes_dagsters_settings_once(tmp_path: Path) -> None:
    assert call("init", str(tmp_path / "home"))[0] == 0
    path = tmp_path / "home" / "dagster" / "dagster.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert settings["telemetry"] == {"enabled": False}
    assert settings["concurrency"]["runs"]["max_concurrent_runs"] == 1
    path.write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    write_settings(Home.open(tmp_path / "home"))
    assert path.read_text(encoding="utf-8") == "telemetry: {enabled: false}\n"


def test_a_home_written_by_hand_is_new(tmp_path: Path) -> None:
    (tmp_path / "opora.yaml").write_text("municipality: {code: '1', name: М}\n", encoding="utf-8")
    home = Home.open(tmp_path)
    home.ensure()
    assert home.version == VERSION


def test_writers_refuse_an_old_home_and_say_what_to_do(old: Home) -> None:
    for command in ("run", "ingest", "build"):
        with pytest.raises(UsageError, match="opora migrate"):
            call(command, "--home", str(old.root))
    assert not (old.root / "home.json").exists()


def test_readers_read_an_old_home(old: Home) -> None:
    code, said = call("releases", "--home", str(old.root))
    assert code == 0 and "0002" in said
    first, second = backup(old, old.root.parent / "copies")
    assert restore(first.path, second.path, old.root.parent / "back").version == 1


def test_migrate_keeps_every_release_and_changes_what_it_says(old: Home) -> None:
    before = sha256_tree(old.releases)
    code, said = call("migrate", "--home", str(old.root))
    assert code == 0, said
    assert f"от версии 1 к версии {VERSION}" in said and "Выпусков: 2, целы: 2" in said
    assert "cache/: доступ только владельцу" in said and "dagster.yaml: будет записан заново" in said
    assert sha256_tree(old.releases) == before
    assert stat.S_IMODE(old.cache.stat().st_mode) == 0o700 and old.runs.is_dir()
    assert (old.dagster / "dagster.yaml").read_bytes() == SHIPPED.read_bytes() != FIRST_DAGSTER_YAML.encode()
    kept = old.root / "migrations" / "1-2" / "dagster" / "dagster.yaml"
    assert kept.read_text(encoding="utf-8") == FIRST_DAGSTER_YAML
    Home.open(old.root).ensure()
    code, said = call("releases", "diff", "0001-00000001", "0002-00000002", "--home", str(old.root))
    assert code == 0 and "1 → 2" in said


def test_migrating_twice_changes_nothing(old: Home) -> None:
    migrate(old)
    before = sha256_tree(old.root)
    assert migrate(old).changes == [] and sha256_tree(old.root) == before


def test_settings_that_a_person_edited_stay(old: Home) -> None:
    own = FIRST_DAGSTER_YAML + "storage:\n  sqlite:\n    base_dir: /srv/dagster\n"
    (old.dagster / "dagster.yaml").write_text(own, encoding="utf-8")
    assert any("оставлен" in line for line in migrate(old).changes)
    assert (old.dagster / "dagster.yaml").read_text(encoding="utf-8") == own


def test_a_step_that_fails_is_undone(old: Home) -> None:
    def spoil(home: Home) -> list[str]:
        (home.root / "opora.yaml").write_text("нет", encoding="utf-8")
        (home.root / "last_run.json").write_text("{}", encoding="utf-8")
        raise OporaError("диск заполнен")

    settings = (old.root / "opora.yaml").read_text(encoding="utf-8")
    with pytest.raises(OporaError, match="диск"):
        migrate(old, [Step(2, lambda home: []), Step(3, spoil)])
    assert old.version == 2  # the step before it holds
    assert (old.root / "opora.yaml").read_text(encoding="utf-8") == settings
    assert not (old.root / "last_run.json").exists()


def test_a_damaged_release_is_told(old: Home) -> None:
    report = next((old.releases / "0001-00000001" / "public").rglob("*.parquet"))
    report.chmod(0o644)
    report.write_bytes(b"")
    with pytest.raises(OporaError, match="0001-00000001"):
        call("migrate", "--home", str(old.root))


def test_a_home_of_a_newer_program_is_refused(old: Home) -> None:
    old.write_version(VERSION + 1)
    with pytest.raises(UsageError, match="не старше"):
        Home.open(old.root)
    (old.root / "home.json").write_text("[]", encoding="utf-8")
    with pytest.raises(UsageError, match="не читается"):
        Home.open(old.root)


def test_the_first_settings_are_those_that_were_shipped() -> None:
    """The hash in the step must be of the file as it stood in the history of this repository."""
    root = Path(__file__).parents[2]
    shown = subprocess.run(
        ["git", "show", "7dcc686:dagster.yaml"], cwd=root, capture_output=True, text=True, check=False
    )
    if shown.returncode:
        pytest.skip("the history of the repository is not at hand")
    assert shown.stdout == FIRST_DAGSTER_YAML

"""Kept for years: a restored backup publishes the same release, a new key changes no figure. About three minutes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.vault import Vault
from opora.cli.job import main_job
from opora.errors import ExitCode
from opora.home import Home
from opora.operations.backup import backup
from opora.operations.restore import restore
from publication.releases import current_release, list_releases
from tests.end_to_end.conftest import DemoRun

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def restored(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("restored")
    first, second = backup(demo_run.home, folder / "copies")
    return restore(first.path, second.path, folder / "home")


def figures(home: Home) -> list[tuple[object, ...]]:
    release = current_release(home)
    assert release is not None
    path = release.internal / "tables" / "indicator_values.parquet"
    return (
        duckdb.connect().execute("select * from read_parquet(?) order by figure_id", [str(path)]).fetchall()
    )


def test_a_restored_home_publishes_the_same_release(demo_run: DemoRun, restored: Home) -> None:
    before = [release.id for release in list_releases(restored)]
    (restored.root / "last_run.json").unlink()  # the run has to find out by itself that nothing is new
    assert main_job(restored, None) is ExitCode.DONE
    assert [release.id for release in list_releases(restored)] == before == [demo_run.release.name]
    again = restored.releases / before[0] / "public"
    for path in (demo_run.release / "public").rglob("*"):
        if path.is_file():
            assert (again / path.relative_to(demo_run.release / "public")).read_bytes() == path.read_bytes()


def test_a_new_key_changes_no_figure(restored: Home) -> None:
    before = figures(restored)
    lake = {path: path.stat().st_mtime_ns for path in restored.lake.rglob("*.parquet")}
    Vault.open(restored).rotate_key()
    (restored.root / "last_run.json").unlink(missing_ok=True)
    assert main_job(restored, None) is ExitCode.DONE
    assert figures(restored) == before
    assert {path: path.stat().st_mtime_ns for path in restored.lake.rglob("*.parquet")} == lake


def test_doctor_is_content(restored: Home) -> None:
    from opora.cli.doctor import examine

    assert examine(restored) is ExitCode.DONE
    assert Path(restored.vault).stat().st_mode & 0o077 == 0

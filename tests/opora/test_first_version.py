"""A real home of the first version, kept as its own backup: restored, read, migrated and used by this program."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ingestion.ledger import read_ledger
from ingestion.run import ingest
from ingestion.vault import Vault
from opora.cli.app import app
from opora.errors import UsageError
from opora.files import sha256_tree
from opora.home import VERSION, Home
from opora.operations.restore import restore
from orchestration.run import open_instance
from publication.releases import is_closed, list_releases
from publication.verify import verify_release
from tests.ingestion.conftest import admission, sidecar, write_csv

FIXTURES = Path(__file__).with_name("fixtures")
RELEASES = ["0001-c058d20f", "0002-677c3d8c"]
RUN = "bd4df4f8-3447-4e80-afc7-6a766fe00087"


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("OPORA_VAULT", raising=False)
    archives = [FIXTURES / f"first-version-{part}.tar.gz" for part in ("home", "vault")]
    return restore(archives[0], archives[1], tmp_path / "home")


def opora(home: Home, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(home.root)])


def test_it_is_restored_and_its_releases_are_read(old: Home) -> None:
    assert old.version == 1 < VERSION
    assert [release.id for release in list_releases(old)] == RELEASES
    assert [verify_release(old, name) for name in RELEASES] == [[], []]
    printed = opora(old, "releases").output
    assert all(name in printed for name in RELEASES)
    told = opora(old, "releases", "diff", *RELEASES)
    assert told.exit_code == 0 and "I4" in told.output


def test_it_is_not_written_before_it_is_migrated(old: Home) -> None:
    before = sha256_tree(old.root)
    for words in (["ingest"], ["run"]):
        done = opora(old, *words)
        assert isinstance(done.exception, UsageError) and "opora migrate" in str(done.exception)
    assert sha256_tree(old.root, skip=frozenset({".opora.lock"})) == before
    assert "✗ версия дома" in opora(old, "doctor").output


def test_migrated_it_works(old: Home) -> None:
    releases, vault = sha256_tree(old.releases), sha256_tree(old.vault)
    done = opora(old, "migrate")
    assert done.exit_code == 0 and "от версии 1 к версии" in done.output and "целы: 2" in done.output
    assert (sha256_tree(old.releases), sha256_tree(old.vault)) == (releases, vault)
    home = Home.open(old.root)
    assert home.version == VERSION
    with open_instance(home) as instance:  # the history of its runs is read by the Dagster of today
        (run,) = instance.get_runs()
        assert run.run_id == RUN and run.is_finished
        assert any(entry.dagster_event_type for entry in instance.all_logs(RUN))

    ledger = read_ledger(home)
    assert {item.file_name for item in ledger.deliveries.values()} == {"допуск.csv", "письмо.pdf"}
    tokens = _tokens(home)
    late = write_csv(home.inbox / "gia_admission" / "новый.csv", admission(["Иванов Иван", "Сидоров Семён"]))
    sidecar(late, academic_year="2024-2025", as_of="2025-05-09")
    report = ingest(home)
    assert [item.file_name for item in report.returned] == ["письмо.pdf"] and len(report.accepted) >= 1
    assert len(_tokens(home) - tokens) == 1, "the old key gives the same person the same token"
    assert Vault.open(home).root == old.vault


def test_what_it_left_open_is_closed_and_the_doctor_is_content(old: Home) -> None:
    assert not is_closed(old.releases / RELEASES[0])
    assert opora(old, "migrate").output.count("внутреннее издание закрыто") == 2
    home = Home.open(old.root)
    assert all(is_closed(home.releases / name) for name in RELEASES)
    done = opora(home, "doctor", "--deep")
    assert done.exit_code == 0, done.output


def _tokens(home: Home) -> set[int]:
    import pyarrow.parquet as pq

    return {
        token
        for path in home.lake.glob("gia_admission/*/*/*.parquet")
        for token in pq.read_table(path, columns=["person_token"])["person_token"].to_pylist()
    }

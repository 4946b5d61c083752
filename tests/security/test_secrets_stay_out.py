"""Planted secrets stand in no file of a home, and in nothing that is printed."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from ingestion.vault import Vault
from opora.cli.app import app
from opora.cli.job import tell_people
from opora.config import Config
from opora.errors import ExitCode, MirrorFailed
from opora.home import Home
from orchestration import channels
from orchestration.assets.release import postgres_tables
from orchestration.resources import House, logged
from orchestration.run import open_instance
from orchestration.summary.page import write_summary
from tests.publication.release_fixture import make_release
from tests.security.planted import ENVIRONMENT, HOOK, MAIL, PASSWORD, places


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(channels.time, "sleep", lambda _seconds: None)
    made = Home.create(tmp_path / "home", Config.model_validate({}))
    Vault.open(made)
    make_release(made, 1)
    return made


def test_the_search_finds_what_is_there(home: Home) -> None:
    (home.runs / "page.html").write_text(f"<p>{HOOK}</p>")
    (home.dagster / "x.db").write_bytes(b"\0\1" + PASSWORD.encode() + b"\0")
    (home.lake / "y").write_text(b"abc".hex())
    assert places(home.root, (b"abc",)) == ["dagster/x.db", "lake/y", "runs/page.html"]


def test_failing_channels_and_a_failing_database_tell_no_secret(home: Home) -> None:
    house = House(home)
    defs = dg.Definitions(
        assets=[postgres_tables],
        jobs=[dg.define_asset_job("one", selection="postgres_tables", executor_def=dg.in_process_executor)],
        resources={"house": logged(house)},
    )
    with open_instance(home) as instance:
        result = defs.resolve_job_def("one").execute_in_process(instance=instance, raise_on_error=False)
        write_summary(home, instance, result.run_id)
    assert not result.success and house.outcome.mirror_failure
    assert tell_people(home, ExitCode.FAILURE) == ["file"]
    printed = []
    for words in (["mirror"], ["doctor"], ["releases"], ["prune"]):
        done = CliRunner().invoke(app, [*words, "--home", str(home.root)])
        assert done.exception is None or isinstance(done.exception, SystemExit | MirrorFailed)
        printed.append(done.output + str(done.exception))
    assert not [word for word in (PASSWORD, HOOK, MAIL) if word in "\n".join(printed)]
    names = {path.relative_to(home.root).parts[0] for path in home.root.rglob("*") if path.is_file()}
    assert {"alerts.jsonl", "dagster", "runs"} <= names
    assert places(home.root, ((home.vault / "key").read_bytes(),)) == []

"""Dagster's history in a real PostgreSQL, as docs/deployment.md says. Budget: 40 s."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from opora.config import Config
from opora.home import Home
from orchestration.outcome import MAIN_JOB
from orchestration.run import open_instance, upgrade_history
from orchestration.settings import write_settings
from orchestration.summary.page import write_summary
from tests.orchestration.small_job import small_job
from tests.orchestration.test_summary import REPORT
from tests.publication.postgres_server import PASSWORD, binaries, running_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.skipif(binaries() is None, reason="no PostgreSQL server: apt-get install postgresql"),
]
GUIDE = Path(__file__).parents[2] / "docs" / "deployment.md"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


def test_runs_stand_in_postgres(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dagster_postgres")
    printed = re.search(r"```yaml\n(storage:\n.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    assert printed is not None
    url = server.replace(PASSWORD, quote(PASSWORD)).replace("postgresql://", "postgresql+psycopg2://")
    assert "postgresql+psycopg2://" in printed[1]
    monkeypatch.setenv("OPORA_DAGSTER_URL", url)
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    settings = write_settings(home)
    settings.write_text(settings.read_text(encoding="utf-8") + printed[1], encoding="utf-8")
    job = small_job(REPORT, {"release": "r", "is_new": False})
    with open_instance(home) as instance:
        runs = [job.execute_in_process(instance=instance).run_id for _ in range(2)]
        page = write_summary(home, instance, runs[-1])
    upgrade_history(home)
    with open_instance(home) as instance:  # another process would read it so
        assert [run.run_id for run in instance.get_runs()] == runs[::-1]
    with psycopg.connect(server) as connection:
        stored = connection.execute("select run_id, pipeline_name from runs order by id").fetchall()
    assert stored == [(run, MAIN_JOB) for run in runs]
    assert runs[-1] in page.read_text(encoding="utf-8")
    assert not (home.dagster / "history").exists()
    for path in home.root.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            assert PASSWORD.encode() not in body and quote(PASSWORD).encode() not in body, path

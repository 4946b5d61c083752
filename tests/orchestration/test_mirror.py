"""PostgreSQL as the last step of a run: skipped without an address; its failure is exit 1 and leaves the release."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from opora.cli.job import describe
from opora.errors import ExitCode
from orchestration.assets.release import postgres_tables
from orchestration.resources import House
from publication.postgres.target import URL_VARIABLE
from publication.releases import current_id, get_release
from tests.publication.release_fixture import make_home, make_release


def _run(house: House) -> dg.ExecuteInProcessResult:
    defs = dg.Definitions(
        assets=[postgres_tables],
        jobs=[dg.define_asset_job("one", selection="postgres_tables", executor_def=dg.in_process_executor)],
        resources={"house": house},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        return defs.resolve_job_def("one").execute_in_process(instance=instance, raise_on_error=False)


def test_a_home_without_an_address_skips_the_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    home = make_home(tmp_path)
    make_release(home, 1)
    house = House(home)
    assert _run(house).success
    assert house.outcome.mirror_failure is None and house.outcome.exit_code is ExitCode.DONE


def test_a_dead_server_is_a_failure_that_undoes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL_VARIABLE, "postgresql://bi:secret1@127.0.0.1:1/opora")
    home = make_home(tmp_path)
    release = make_release(home, 1)
    house = House(home)
    result = _run(house)
    assert not result.success
    house.outcome.release = get_release(home, release)
    assert house.outcome.exit_code is ExitCode.FAILURE
    assert current_id(home) == release
    said = "\n".join(describe(home, house.outcome))
    assert f"Выпуск {release}" in said and "Прошлый выпуск не тронут" not in said
    assert "connection failed" in said and "opora mirror" in said and "secret1" not in said
    assert "secret1" not in "\n".join(str(event) for event in result.all_events)

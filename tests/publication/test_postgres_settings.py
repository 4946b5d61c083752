"""Settings of the copy in PostgreSQL that need no server."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opora.config import Config, read_config
from opora.errors import MirrorFailed, UsageError
from publication.postgres.mirror import mirror
from publication.postgres.tables import mirror_tables
from publication.postgres.target import URL_VARIABLE, target_of
from publication.releases import get_release
from tests.publication.release_fixture import make_home, make_release


@pytest.fixture(autouse=True)
def _no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)


def test_a_home_without_postgresql_mirrors_nothing(tmp_path: Path) -> None:
    assert mirror(make_home(tmp_path)) is None


def test_the_environment_outranks_the_file_and_nothing_prints_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path, postgres_url="postgresql://bi@db.local/opora", postgres_edition="internal")
    target = target_of(home)
    assert target is not None and target.url == "postgresql://bi@db.local/opora"
    assert (target.edition, target.aside) == ("internal", "opora_next")
    monkeypatch.setenv(URL_VARIABLE, "postgresql://bi:тайна@db.local/opora")
    target = target_of(home)
    assert target is not None and "тайна" in target.url
    assert "тайна" not in repr(target) and "db.local" not in repr(target)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://bi:secret1@db/opora",
        "host=db user=bi password=secret1",
        "postgresql://db/o?password=secret1",
    ],
)
def test_a_password_in_the_settings_is_refused_and_not_repeated(tmp_path: Path, address: str) -> None:
    path = tmp_path / "opora.yaml"
    path.write_text(f'publish:\n  postgres_url: "{address}"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="OPORA_POSTGRES_URL") as refused:
        read_config(path)
    assert "secret1" not in str(refused.value)


@pytest.mark.parametrize("schema", ["Opora", 'o"; drop schema x', "", "1st"])
def test_names_of_schemas_are_plain(schema: str) -> None:
    with pytest.raises(ValueError, match="postgres_schema"):
        Config.model_validate({"publish": {"postgres_schema": schema}})


def test_where_a_copy_goes_is_no_part_of_what_a_release_depends_on() -> None:
    plain, other = Config(), Config.model_validate({"publish": {"postgres_url": "postgresql://db/opora"}})
    assert plain.content() == other.content()
    assert Config.model_validate({"register": "propose"}).content() != plain.content()


@pytest.mark.parametrize(
    "address", ["postgresql://bi:secret1@[bad", "secret1", "postgresql://db/o?secret1=1"]
)
def test_an_unreadable_address_is_not_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    home = make_home(tmp_path)
    make_release(home, 1)
    monkeypatch.setenv(URL_VARIABLE, address)
    with pytest.raises(MirrorFailed, match="адрес PostgreSQL не читается") as failed:
        mirror(home)
    assert "secret1" not in str(failed.value)


def test_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_home(tmp_path)
    make_release(home, 1)
    monkeypatch.setenv(URL_VARIABLE, "postgresql://bi:secret1@127.0.0.1:1/opora")
    with pytest.raises(MirrorFailed, match="PostgreSQL: connection failed") as failed:
        mirror(home)
    assert "secret1" not in str(failed.value)


def test_a_type_that_has_no_home_is_named(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    release = make_release(home, 1)
    path = home.releases / release / "public" / "tables" / "dim_school.parquet"
    pq.write_table(pa.table({"school_code": ["1"], "valid_from": [[1, 2]]}), path)
    with pytest.raises(MirrorFailed, match=r"dim_school\.valid_from"):
        mirror_tables(get_release(home, release), "public")

"""The commands of the documents, run on the demo home as printed. Budget: six minutes, the demo's run included."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.ledger import read_ledger
from ingestion.withdrawals import withdrawn
from opora.candidates import Candidate
from opora.cli.app import app
from opora.errors import ExitCode, OporaError
from opora.home import Home
from opora.operations.backup import backup
from publication.postgres.target import URL_VARIABLE
from publication.releases import current_release, list_releases
from tests.documents.commands import Printed, opora_commands
from tests.end_to_end.conftest import DemoRun
from tests.publication.postgres_server import binaries, running_server

pytestmark = pytest.mark.slow

# A new layout has the next run read the whole inbox again; what is withdrawn is gone for every command after it.
_LAST = {
    ("layout", "propose"): 1,
    ("deliveries", "withdraw"): 2,
    ("deliveries", "restore"): 3,
    ("releases", "withdraw"): 4,
}


class Stage:
    """Where printed commands act: the demo's home, and new places for what they create."""

    def __init__(self, home: Home, folder: Path, database: str | None = None) -> None:
        self.home, self.folder, self.count, self.database = home, folder, 0, database

    def mirrored(self) -> list[tuple[str]]:
        """Releases that PostgreSQL says it shows: one or none."""
        import psycopg

        with psycopg.connect(str(self.database)) as con:
            return con.execute("select release from opora.release_info where release is not null").fetchall()

    def place(self) -> str:
        self.count += 1
        return str(self.folder / f"place{self.count}")

    def figure(self) -> str:
        import duckdb

        path = self.home.releases / "current" / "internal" / "tables" / "indicator_values.parquet"
        row = (
            duckdb.connect()
            .execute(
                "select figure_id from read_parquet(?) where value is not null order by 1 limit 1",
                [str(path)],
            )
            .fetchone()
        )
        assert row is not None
        return str(row[0])

    def delivery(self, act: str) -> str:
        """Return an accepted delivery that is not withdrawn (to withdraw) or one that is (to restore)."""
        ledger, gone = read_ledger(self.home), withdrawn(self.home)
        return next(
            delivery
            for delivery in sorted(ledger.deliveries)
            if ledger.state_of(delivery, set())[0] == "accepted" and (delivery in gone) == (act == "restore")
        )

    def archives(self) -> list[str]:
        first, second = backup(self.home, Path(self.place()))
        return [str(first.path), str(second.path)]

    def words(self, printed: Printed) -> list[str]:
        """Return the printed words with places, ids and texts of this stage in them; options stay as printed."""
        words = list(printed.words)
        name = words[0]
        rest = words[1:]
        options = (
            rest[rest.index(next(w for w in rest if w.startswith("--"))) :]
            if any(w.startswith("--") for w in rest)
            else []
        )
        release = list_releases(self.home)[-1].id
        arguments: dict[str, list[str]] = {
            "init": [self.place()],
            "demo": [self.place()],
            "backup": [self.place()],
            "restore": [],
            "explain": [],
            "key": ["rotate"],
        }
        given = arguments.get(name, [])
        if name == "restore":
            given = [*self.archives(), self.place()]
        if name == "explain":
            given = [self.figure()]
        if name == "layout":
            given = ["propose", str(next(self.home.inbox.rglob("*.csv")))]
        if name == "deliveries" and rest and not rest[0].startswith("--"):
            given = [rest[0], self.delivery(rest[0])]
        if name == "releases" and rest and not rest[0].startswith("--"):
            given = [rest[0], *([release] * {"diff": 2, "rollback": 1, "withdraw": 1}[rest[0]])]
        values = {
            "--home": str(self.home.root),
            "--release": release,
            "--candidate": Candidate.latest(self.home).id,
            "--rows": "2",
            "--keep": "2",
            "--log-days": "30",
            "--out": self.place(),
            "--source": "contingent",
            "--note": "учебная правка",
            "--reason": "учебный отзыв",
        }
        filled: list[str] = []
        for word in options:
            filled.append(values.get(filled[-1], word) if filled and filled[-1] in values else word)
        if name not in {"init", "demo", "restore"} and "--home" not in filled:
            filled += ["--home", str(self.home.root)]
        return [name, *given, *filled]


@pytest.fixture(
    params=[False, pytest.param(True, marks=pytest.mark.postgres)], ids=["alone", "with_postgres"]
)
def stage(
    demo_run: DemoRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """A copy of the demo's home with its vault; beside it a PostgreSQL server, or none."""
    root = tmp_path / "дом"
    shutil.copytree(demo_run.home.root, root, symlinks=True)
    shutil.copytree(demo_run.home.vault, root.with_name("дом-vault"), symlinks=True)
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.delenv("OPORA_VAULT", raising=False)
    if not request.param:
        yield Stage(Home.open(root), tmp_path)
        return
    if binaries() is None:
        pytest.skip("no PostgreSQL server: apt-get install postgresql")
    with running_server() as url:
        monkeypatch.setenv(URL_VARIABLE, url)
        yield Stage(Home.open(root), tmp_path, url)


def test_the_commands_of_the_documents_run(stage: Stage) -> None:
    """With PostgreSQL only what moves or copies a release is run again: the rest does not know of it."""
    seen: set[tuple[str, ...]] = set()
    failed = []
    for printed in sorted(opora_commands(), key=lambda item: _LAST.get(item.words[:2], 0)):
        if stage.database and printed.words[0] not in ("mirror", "publish", "releases"):
            continue
        words = stage.words(printed)
        shape = tuple(sorted(word for word in words if not word.startswith((str(stage.folder), "/"))))
        if shape in seen:
            continue
        seen.add(shape)
        done = CliRunner().invoke(app, words)
        code = done.exception.exit_code if isinstance(done.exception, OporaError) else done.exit_code
        # Without PostgreSQL `opora mirror` is a mistake in the command, and says so.
        is_mistake = words[0] == "mirror" and stage.database is None
        if code != (ExitCode.USAGE if is_mistake else ExitCode.DONE):
            failed.append(f"{printed} → {code}: {done.output[-300:]} {done.exception!r}")
        if words[0] == "mirror" and stage.database:
            assert stage.mirrored() == [(list_releases(stage.home)[-1].id,)]
    assert failed == []
    words_seen = {word for shape in seen for word in shape}
    assert {"mirror", "publish", "releases", "diff", "rollback", "withdraw"} <= words_seen
    # The last release is withdrawn: the one before it is current again, if there is one, and PostgreSQL follows.
    releases = list_releases(stage.home)
    assert releases[-1].withdrawn == "учебный отзыв"
    standing = [release.id for release in releases if release.withdrawn is None][-1:]
    assert [release.id for release in [current_release(stage.home)] if release] == standing
    if stage.database:
        assert stage.mirrored() == [] == standing
    else:
        assert len(seen) > 18, seen

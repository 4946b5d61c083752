"""The commands of the documents, run on the demo home as printed. Budget: six minutes, the demo's run included."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from opora.candidates import Candidate
from opora.cli.app import app
from opora.errors import ExitCode, OporaError
from opora.home import Home
from opora.operations.backup import backup
from publication.releases import list_releases
from tests.documents.commands import Printed, opora_commands
from tests.end_to_end.conftest import DemoRun

pytestmark = pytest.mark.slow


class Stage:
    """Where printed commands act: the demo's home, and new places for what they create."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home, self.folder, self.count = home, folder, 0

    def place(self) -> str:
        self.count += 1
        return str(self.folder / f"place{self.count}")

    def figure(self) -> str:
        import duckdb

        path = self.home.releases / "current" / "internal" / "tables" / "indicator_values.parquet"
        row = duckdb.execute(
            "select figure_id from read_parquet(?) where value is not null order by 1 limit 1", [str(path)]
        ).fetchone()
        assert row is not None
        return str(row[0])

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
        if name == "releases" and rest and not rest[0].startswith("--"):
            given = [rest[0], *([release] * {"diff": 2, "rollback": 1, "withdraw": 1}[rest[0]])]
        values = {
            "--home": str(self.home.root),
            "--release": release,
            "--candidate": Candidate.latest(self.home).id,
            "--rows": "2",
            "--keep": "2",
            "--out": self.place(),
            "--source": "contingent",
            "--note": "учебная правка",
        }
        filled: list[str] = []
        for word in options:
            filled.append(values.get(filled[-1], word) if filled and filled[-1] in values else word)
        if name not in {"init", "demo", "restore"} and "--home" not in filled:
            filled += ["--home", str(self.home.root)]
        return [name, *given, *filled]


def test_the_commands_of_the_documents_run(
    demo_run: DemoRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "дом"
    shutil.copytree(demo_run.home.root, root, symlinks=True)
    shutil.copytree(demo_run.home.vault, root.with_name("дом-vault"), symlinks=True)
    monkeypatch.delenv("OPORA_POSTGRES_URL", raising=False)
    monkeypatch.delenv("OPORA_VAULT", raising=False)
    stage = Stage(Home.open(root), tmp_path)
    seen: set[tuple[str, ...]] = set()
    failed, codes = [], {}
    for printed in opora_commands():
        words = stage.words(printed)
        shape = tuple(word for word in words if not word.startswith((str(tmp_path), "/")))
        if shape in seen or words[:2] == ["releases", "withdraw"]:
            continue
        seen.add(shape)
        done = CliRunner().invoke(app, words)
        code = done.exception.exit_code if isinstance(done.exception, OporaError) else done.exit_code
        codes[printed.words[:2]] = code
        # Without PostgreSQL `opora mirror` is a mistake in the command, and says so.
        if code != (ExitCode.USAGE if words[0] == "mirror" else ExitCode.DONE):
            failed.append(f"{printed} → {code}: {done.output[-300:]} {done.exception!r}")
    assert failed == []
    assert len(seen) > 15, seen

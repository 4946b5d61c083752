"""A delivery made by mistake, from the command to the release and back: the same bytes. About three minutes."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from opora.cli.app import app
from opora.cli.job import main_job
from opora.errors import ExitCode
from opora.home import Home
from publication.releases import current_release
from tests.end_to_end.conftest import DemoRun

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the demo after its first release, vault beside it."""
    root = tmp_path_factory.mktemp("withdrawn") / "home"
    shutil.copytree(demo_run.home.root, root, symlinks=True)
    shutil.copytree(demo_run.home.vault, root.with_name("home-vault"))
    return Home.open(root)


def tables(home: Home) -> dict[str, bytes]:
    """Every table of both editions that holds figures, as bytes."""
    release = current_release(home)
    assert release is not None
    return {
        path.relative_to(release.path).as_posix(): path.read_bytes()
        for edition in (release.public, release.internal)
        for path in sorted((edition / "tables").glob("*.parquet"))
        if path.stem != "quality_results"
    }


def awarded(home: Home) -> dict[str, tuple[str | None, int | None]]:
    """Pupils with an award in mathematics by academic year (I3, whole municipality): symbol and number."""
    path = str(_internal(home) / "tables" / "indicator_values.parquet")
    rows = (
        duckdb.connect()
        .execute(
            """select academic_year, symbol, numerator from read_parquet(?) where indicator_code = 'I3'
        and measure = 'pupils' and award = 'any' and subject = 'mathematics' and area_kind = 'municipality'""",
            [path],
        )
        .fetchall()
    )
    return {year: (symbol, number) for year, symbol, number in rows}


def test_a_protocol_withdrawn_and_restored(home: Home) -> None:
    before, pupils = tables(home), awarded(home)
    # The latest protocol of mathematics is a final one. I3 counts final ones only, so it loses its number.
    delivery, year = duckdb.connect().execute(
        """select delivery_id, academic_year from read_parquet(?, hive_partitioning = true, union_by_name = true)
        where subject_code = 2 order by as_of desc, academic_year desc, delivery_id limit 1""",
        [str(home.lake / "vsosh_municipal_protocol" / "*" / "*" / "*.parquet")],
    ).fetchone() or ("", "")

    def command(verb: str) -> None:
        words = ["deliveries", verb, delivery[:16], "--reason", "проверка отзыва", "--home", str(home.root)]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output

    command("withdraw")
    assert main_job(home, "отозван протокол") is ExitCode.DONE
    assert pupils[year][1] and awarded(home) == pupils | {year: ("x", None)}
    path = str(_internal(home) / "tables" / "corrections_log.parquet")
    log = (
        duckdb.connect()
        .execute("select distinct delivery_before from read_parquet(?) where reason = 'withdrawn'", [path])
        .fetchall()
    )
    assert log == [(delivery,)]

    command("restore")
    assert main_job(home, "отзыв отменён") is ExitCode.DONE
    after = tables(home)
    assert after.keys() == before.keys()
    assert [name for name in before if after[name] != before[name]] == []


def _internal(home: Home) -> Path:
    release = current_release(home)
    assert release is not None
    return Path(release.internal)

"""A stranger with the public files of two consecutive releases learns nothing that is hidden.

The second release follows the correction of one pupil's result. The stranger (``tests/outsider``) reads Parquet, csv,
html, xlsx and docx of ``public/`` and nothing else; what was
really hidden is looked up only to unhide a cell on purpose.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opora.cli.job import main_job
from opora.errors import ExitCode
from opora.home import Home
from tests.appeal import correct_one_pupil
from tests.end_to_end.conftest import DemoRun
from tests.outsider.attack import attack
from tests.outsider.counts import years_of
from tests.outsider.files import read
from tests.outsider.prove import prove

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class TwoReleases:
    """Two release folders, the older one first, and the tables of the newer that nobody outside sees."""

    first: Path
    second: Path

    @property
    def internal(self) -> Path:
        return self.second / "internal" / "tables"


@pytest.fixture(scope="module")
def releases(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoReleases]:
    root = tmp_path_factory.mktemp("outsider") / "home"
    shutil.copytree(demo_run.home.root, root, symlinks=True)
    shutil.copytree(demo_run.home.vault, root.with_name("home-vault"))
    home = Home.open(root)
    correct_one_pupil(home)
    assert main_job(home, "по апелляции исправлен результат одного выпускника") is ExitCode.DONE
    second = (home.releases / "current").resolve()
    first = next(
        path for path in sorted(home.releases.iterdir()) if path.is_dir() and path.resolve() != second
    )
    yield TwoReleases(first, second)


def test_nothing_hidden_follows_from_two_releases(releases: TwoReleases) -> None:
    first, second = releases.first / "public", releases.second / "public"
    told = read(second)
    secrets = sum(len(year.secrets) for year in years_of(told).values())
    assert secrets > 1000  # there is something to look for
    assert (first / "tables" / "indicator_values.parquet").read_bytes() != (
        second / "tables" / "indicator_values.parquet"
    ).read_bytes()
    assert attack(first, second) == []


def test_both_forms_of_a_table_say_the_same(releases: TwoReleases) -> None:
    told = read(releases.second / "public")
    assert told.csv.keys() == told.parquet.keys()
    for name in ("indicator_values", "subject_results"):
        for one, other in zip(told.parquet[name], told.csv[name], strict=True):
            for column in ("symbol", "numerator", "denominator", "participants", "below_minimum", "value"):
                assert one.get(column) == pytest.approx(other.get(column)), (name, column, one)


def unhidden(releases: TwoReleases, target: Path, figure: str) -> Path:
    """Return a copy of the newer public tables in which one hidden figure stands with its numbers."""
    shutil.copytree(releases.second / "public" / "tables", target / "tables")
    truth = {row["figure_id"]: row for row in rows(releases.internal / "indicator_values.parquet")}[figure]
    (target / "tables" / "indicator_values.csv").unlink()
    path = target / "tables" / "indicator_values.parquet"
    table = pq.read_table(path)
    shown = [
        row | {name: truth[name] for name in ("numerator", "denominator", "value", "symbol")}
        if row["figure_id"] == figure
        else row
        for row in table.to_pylist()
    ]
    pq.write_table(pa.Table.from_pylist(shown, schema=table.schema), path)
    return target


def rows(path: Path) -> list[dict[str, Any]]:
    return pq.read_table(path).to_pylist()


def test_the_same_stranger_succeeds_where_one_complementary_cell_is_shown(
    releases: TwoReleases, tmp_path: Path
) -> None:
    """Positive control: what was hidden to protect others is shown, and one of those others is found."""
    log = rows(releases.internal / "disclosure_log.parquet")
    hidden = [
        row
        for row in log
        if (row["table_name"], row["reason"], row["area_kind"], row["academic_year"])
        == ("indicator_values", "complementary", "school", "2025-2026")
        and row["indicator_code"] in ("I2", "I4")
    ]
    assert hidden
    truth = {row["figure_id"]: row for row in rows(releases.internal / "indicator_values.parquet")}
    proved = 0
    for number, row in enumerate(hidden[:6]):
        folder = unhidden(releases, tmp_path / str(number), row["figure_id"])
        for claim in prove(years_of(read(folder))["2025-2026"]):
            assert claim.high - claim.low < 3
            proved += 1
    assert proved and truth


def test_the_same_stranger_succeeds_where_one_number_is_printed(
    releases: TwoReleases, tmp_path: Path
) -> None:
    """Positive control: a hidden figure with its number in one html cell."""
    public = tmp_path / "public"
    shutil.copytree(releases.second / "public" / "tables", public / "tables")
    figure = next(
        row["figure_id"]
        for row in rows(public / "tables" / "indicator_values.parquet")
        if row["symbol"] == "c" and row["indicator_code"] == "I1"
    )
    (public / "report.html").write_text(
        f'<td><abbr data-figure="{figure}">77,7&nbsp;%</abbr></td>', encoding="utf-8"
    )
    found = [claim for year in years_of(read(public)).values() for claim in prove(year)]
    assert [claim.way for claim in found] == ["slip"] and "77,7" in found[0].label


def test_an_interval_left_beside_a_hidden_share_gives_both_counts(
    releases: TwoReleases, tmp_path: Path
) -> None:
    """Positive control: value and Wilson interval of a hidden share, without its counts, are two equations."""
    public = tmp_path / "public"
    shutil.copytree(releases.second / "public" / "tables", public / "tables")
    (public / "tables" / "indicator_values.csv").unlink()
    path = public / "tables" / "indicator_values.parquet"
    table = pq.read_table(path)
    shown = table.to_pylist()
    truth = {row["figure_id"]: row for row in rows(releases.internal / "indicator_values.parquet")}
    place = next(
        k
        for k, row in enumerate(shown)
        if row["symbol"] == "c" and row["indicator_code"] == "I4" and truth[row["figure_id"]]["numerator"]
    )
    real = truth[shown[place]["figure_id"]]
    shown[place] |= {name: real[name] for name in ("value", "ci_low", "ci_high")}
    pq.write_table(pa.Table.from_pylist(shown, schema=table.schema), path)
    year = years_of(read(public))[real["academic_year"]]
    area = (real["area_kind"], real["area_code"], real["municipality_code"])
    assert year.known["movement", area] == real["numerator"]
    assert year.known["contingent", area] == real["denominator"]

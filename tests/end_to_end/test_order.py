"""Order is no fact: of arrival, of rows; nor is a delivery that comes twice. Every figure stays."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pandas as pd
import pyarrow.parquet as pq
import pytest

from ingestion.facts import SIDECAR
from opora.home import Home
from tests.end_to_end.conftest import DemoRun

BATCHES = 3
REPEATED = 30


def _deliveries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(SIDECAR))


def _shuffled(path: Path, rng: Random) -> bool:
    """Shuffle the lines of a plain csv under its header in place; say whether it was one (no cell of several lines)."""
    raw = path.read_bytes()
    header, *body = raw.removesuffix(b"\r\n").split(b"\r\n")
    if (
        len(body) < 2
        or {line.count(b";") for line in body} != {header.count(b";")}
        or b"\n" in b"".join(body)
    ):
        return False
    rng.shuffle(body)
    path.write_bytes(b"\r\n".join([header, *body, b""]))
    return True


def _shuffled_base(path: Path, rng: Random) -> bool:
    """Shuffle the rows of a table of РИС in place: one element a line between the root's tags."""
    head, root, *body, end, rest = path.read_bytes().split(b"\r\n")
    assert end == b"</GIADBSet>" and not rest
    rng.shuffle(body)
    path.write_bytes(b"\r\n".join([head, root, *body, end, rest]))
    return len(body) > 1


def _put(path: Path, staging: Path, home: Home, name: str | None = None) -> None:
    target = home.inbox / path.relative_to(staging)
    target = target.with_name(name or target.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    side = path.with_name(path.name + SIDECAR)
    if side.exists():
        shutil.copyfile(side, target.with_name(target.name + SIDECAR))


@pytest.mark.slow
def test_arrival_rows_and_repetition_change_no_figure(demo_run: DemoRun, tmp_path: Path) -> None:
    """The demo's files in a random order in three batches, rows shuffled, thirty of them twice. Budget: 2 minutes."""
    from dbt_project.build.plan import plan
    from dbt_project.build.run import build
    from demo.run import create_demo_home
    from ingestion.run import ingest
    from ingestion.snapshot import write_inputs

    rng = Random(17)
    home = create_demo_home(tmp_path / "home")
    staging = tmp_path / "staging"
    home.inbox.rename(staging)
    home.inbox.mkdir()
    files = _deliveries(staging)
    n_shuffled = sum(_shuffled(path, rng) for path in files if path.suffix == ".csv")
    assert n_shuffled > 50
    assert sum(_shuffled_base(path, rng) for path in files if path.suffix == ".xml") > 8
    rng.shuffle(files)
    for batch in range(BATCHES):
        for path in files[batch::BATCHES]:
            _put(path, staging, home)
        ingest(home)
    for path in rng.sample(files, REPEATED):
        _put(path, staging, home, f"повтор_{path.name}")
    report = ingest(home)
    assert not report.returned
    candidate = plan(home, write_inputs)
    build(home, candidate)
    for table, key in (
        ("indicator_values", ["figure_id"]),
        ("network_criteria", None),
        ("partner_duties", None),
    ):
        first = pq.read_table(demo_run.release / "internal" / "tables" / f"{table}.parquet").to_pandas()
        second = pq.read_table(candidate.cells / f"{table}.parquet").to_pandas()[list(first.columns)]
        by = key or [name for name in first.columns if first[name].dtype == object]
        pd.testing.assert_frame_equal(
            first.sort_values(by, ignore_index=True),
            second.sort_values(by, ignore_index=True),
            check_dtype=False,
        )

"""The log of the demo's run, against what the run left in the home. Budget: two minutes with the run."""

from __future__ import annotations

import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingestion.ledger import read_ledger
from opora import journal
from opora.candidates import Candidate
from opora.cli.job import main_job
from opora.errors import ExitCode
from quality.evidence import read_evidence
from quality.registry import registered_rules
from tests.end_to_end.conftest import DemoRun

pytestmark = pytest.mark.slow

STEPS = [
    "ingest",
    "plan",
    "build",
    "check_data",
    "withdraw_figures",
    "analyse",
    "suppress",
    "render",
    "audit",
    "publish",
]


@pytest.fixture(scope="module")
def lines(demo_run: DemoRun) -> list[dict[str, Any]]:
    every = written(demo_run)
    first = every[0]["run"]
    return [line for line in every if line["run"] == first]


def written(demo_run: DemoRun) -> list[dict[str, Any]]:
    """Return the lines of all days: a run before midnight and one after it stand in two files."""
    return [
        json.loads(line)
        for path in journal.day_files(demo_run.home)
        for line in path.read_text(encoding="ascii").splitlines()
    ]


def of(lines: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["event"] == event]


def test_every_step_stands_there_with_its_time(lines: list[dict[str, Any]], demo_run: DemoRun) -> None:
    assert not [line for line in lines if "withheld" in line]
    assert [line["step"] for line in of(lines, "step_started")] == STEPS
    ended = of(lines, "step_ended")
    assert [(line["step"], line["outcome"]) for line in ended] == [(step, "done") for step in STEPS]
    end = lines[-1]
    assert (end["event"], end["outcome"], end["exit_code"]) == ("run_ended", "done", int(ExitCode.DONE))
    assert end["release"] == demo_run.release.name
    assert 0.3 * end["seconds"] < sum(line["seconds"] for line in ended) <= end["seconds"]


def test_counts_are_those_of_the_home(lines: list[dict[str, Any]], demo_run: DemoRun) -> None:
    home, candidate = demo_run.home, Candidate.latest(demo_run.home)
    nodes = json.loads((candidate.root / "dbt_results.json").read_text())
    assert {line["node"] for line in of(lines, "node_built")} == {
        row["unique_id"].split(".")[2] for row in nodes
    }
    rows = {line["node"]: line["rows"] for line in of(lines, "node_built") if "rows" in line}
    for path in candidate.cells.glob("*.parquet"):
        if path.stem != "quality_results":
            assert rows[path.stem] == pq.read_metadata(path).num_rows, path.stem
    checked = {line["check"] for line in of(lines, "check_run")}
    assert set(registered_rules()) <= checked
    evidence = read_evidence(candidate.evidence)
    (audited,) = of(lines, "candidate_audited")
    assert (audited["files"], audited["verdict"]) == (len(evidence.files), "pass")
    landed = sum(line["landed"] for line in of(lines, "source_read"))
    records = [home.lake / "readings" / f"{reading}.json" for reading in read_ledger(home).current]
    sheets = [sheet for path in records for sheet in json.loads(path.read_text(encoding="utf-8"))["sheets"]]
    assert landed == sum(sheet["rows"].get("landed", 0) for sheet in sheets)
    (published,) = of(lines, "release_published")
    assert published["release"] == demo_run.release.name and published["is_new"] is True


def test_a_run_with_nothing_new_leaves_two_lines(demo_run: DemoRun) -> None:
    before = len(written(demo_run))
    assert main_job(demo_run.home, None) is ExitCode.DONE
    new = written(demo_run)[before:]
    assert [line["event"] for line in new] == ["run_started", "run_ended"]
    assert new[-1]["outcome"] == "nothing_new" and new[-1]["release"] == demo_run.release.name

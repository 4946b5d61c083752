"""What a run's steps tell the log, by hand from small reports; and the log of a run that the daemon started."""

# No «from __future__ import annotations»: Dagster looks at the annotation of «context» itself.
import json
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dbt_project.build.columns import BuiltTable
from dbt_project.build.parts import Part
from dbt_project.build.run import BuildReport
from ingestion.run import IngestReport, Outcome
from opora import journal
from opora.candidates import Candidate
from opora.config import Config
from opora.errors import ExitCode, GateRefused
from opora.files import write_json
from opora.home import Home
from orchestration import telling
from orchestration.outcome import refusal_failure
from orchestration.resources import House, logged
from quality.evidence import CheckRecord, Evidence
from quality.finding import Finding


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", Config.model_validate({}))


@pytest.fixture
def candidate(home: Home) -> Candidate:
    made = Candidate(home, "c1")
    made.cells.mkdir(parents=True)
    return made


def told(home: Home) -> list[dict[str, Any]]:
    rows = [json.loads(line) for path in journal.day_files(home) for line in path.read_text().splitlines()]
    assert not [row for row in rows if "withheld" in row]
    return [{name: value for name, value in row.items() if name not in ("at", "run")} for row in rows]


def test_an_inbox(home: Home) -> None:
    report = IngestReport(
        accepted=[
            Outcome("Иванов.xlsx", "a" * 64, "contingent", "accepted", "", is_new=True),
            Outcome("старый.xlsx", "b" * 64, "contingent", "accepted", "", is_new=False),
        ],
        returned=[Outcome("<чужой>.pdf", "c" * 64, None, "returned", "не таблица", is_new=True)],
        totals={"contingent": {"readings": 2, "landed": 40, "quarantined": 3, "other": 1}},
    )
    telling.tell_ingest(journal.Entry(home), report)
    assert told(home) == [
        {"event": "inbox_read", "files": 3, "new": 2, "returned": 1, "repeated": 0},
        {"event": "source_read", "source": "contingent", "readings": 2, "landed": 40, "quarantined": 3, "other": 1,
         "new_files": 1},
        {"event": "delivery_returned", "delivery": "c" * 64, "is_new": True},
    ]  # fmt: skip


RESULTS = [
    {"unique_id": "model.opora.dim_school", "status": "success", "failures": None},
    {"unique_id": "test.opora.not_null_dim_school_code.0a1b2c", "status": "fail", "failures": 4},
]


def test_a_build_and_one_that_failed(home: Home, candidate: Candidate) -> None:
    telling.tell_nodes(journal.Entry(home), candidate)  # it died before dbt said anything
    assert told(home) == []
    write_json(candidate.root / "dbt_results.json", RESULTS)
    report = BuildReport(
        {"dim_school": 9}, [Part("gia", "2023-2024", "k")], [], {}, {"dim_school": 0.25},
        {"dim_school": BuiltTable({"school_code": "VARCHAR"}, 9)},
    )  # fmt: skip
    telling.tell_build(journal.Entry(home), candidate, report)
    telling.tell_nodes(journal.Entry(home), candidate)
    school = {"event": "node_built", "node": "dim_school", "kind": "model", "status": "success"}
    test = {
        "event": "node_built",
        "node": "not_null_dim_school_code",
        "kind": "test",
        "status": "fail",
        "failures": 4,
    }
    assert told(home) == [
        {"event": "parts_planned", "computed": 1, "reused": 0},
        {**school, "seconds": 0.25, "rows": 9},
        test,
        school,
        test,
    ]


def test_checks_and_their_judgement(home: Home, candidate: Candidate) -> None:
    rows = [
        {"check_id": "totals", "stage": "door", "severity": "blocker", "n_evaluated": 5} | own
        for own in (
            {"status": "pass", "n_failed": 0},
            {"status": "fail", "n_failed": 2},
            {"status": "waived", "n_failed": 1},
        )
    ]
    pq.write_table(pa.Table.from_pylist(rows), candidate.cells / "quality_results.parquet")
    found = [
        Finding("totals", "door", "blocker", "итог не сходится: Иванов"),
        Finding("totals", "door", "blocker", "итог").covered("w.yaml"),
        Finding("gap", "marts", "warning", "пропуск"),
    ]
    telling.tell_findings(journal.Entry(home), candidate, found)
    assert told(home) == [
        {"event": "check_run", "check": "totals", "stage": "door", "status": "fail", "severity": "blocker",
         "evaluated": 15, "failed": 3},
        {"event": "data_judged", "findings": 3, "blockers": 1, "covered": 1},
    ]  # fmt: skip


def test_an_audit(home: Home) -> None:
    records = (CheckRecord("name_scan", "files", "pass", 12, 0), CheckRecord("totals", "door", "pass", 5, 0))
    evidence = Evidence("c1", {}, records, 90, (), {"public/report.html": "0" * 64}, "pass", ())
    telling.tell_evidence(journal.Entry(home), evidence)
    assert told(home) == [
        {"event": "check_run", "check": "name_scan", "stage": "files", "status": "pass", "evaluated": 12, "failed": 0},
        {"event": "candidate_audited", "candidate": "c1", "verdict": "pass", "checks": 2, "findings": 0, "files": 1},
    ]  # fmt: skip


def _job(house: House, fails: bool) -> dg.JobDefinition:
    @dg.op(required_resource_keys={"house"})
    def work(context: dg.OpExecutionContext) -> None:
        place = context.resources.house
        assert isinstance(place, House)
        try:
            with journal.step(place.home, "publish"):
                if fails:
                    raise GateRefused("нет доказательств")
        except GateRefused as refusal:
            raise refusal_failure(str(refusal)) from refusal

    @dg.job(name="main_job", resource_defs={"house": logged(house)}, executor_def=dg.in_process_executor)
    def job() -> None:
        work()

    return job


@pytest.mark.parametrize(("fails", "outcome"), [(False, "done"), (True, "refused")])
def test_a_run_of_the_daemon_has_its_first_and_last_line(home: Home, fails: bool, outcome: str) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = _job(House(home), fails).execute_in_process(instance=instance, raise_on_error=False)
    rows = [json.loads(line) for line in journal.day_files(home)[0].read_text().splitlines()]
    assert [row["event"] for row in rows] == ["run_started", "step_started", "step_ended", "run_ended"]
    assert {row["run"] for row in rows} == {result.run_id}
    assert (rows[0]["command"], rows[-1]["outcome"]) == ("main_job", outcome)
    assert journal.current_run() is None


def test_a_run_that_stands_in_the_log_already_is_not_begun_twice(home: Home) -> None:
    run_id = "7f7f7f7f-0000-4000-8000-000000000000"
    with dg.DagsterInstance.ephemeral() as instance, journal.run(home, run_id, "run"):
        _job(House(home), False).execute_in_process(instance=instance, run_id=run_id)
    assert [row["event"] for row in told(home)] == ["run_started", "step_started", "step_ended", "run_ended"]


def test_outcomes_of_runs_are_those_of_exit_codes() -> None:
    assert {code.name.lower() for code in (ExitCode.DONE, ExitCode.REFUSED, ExitCode.RETURNED)} == {
        "done", "refused", "returned",
    }  # fmt: skip

"""The log of runs: what a line holds, what can never stand in it, and that it stops nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from opora import journal
from opora.code import ROOT
from opora.config import Config
from opora.errors import GateRefused
from opora.home import Home
from opora.operations.prune import prune


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", Config.model_validate({}))


def lines(home: Home) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in journal.day_files(home)
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def test_a_run_and_its_steps(home: Home) -> None:
    with journal.run(home, "r-1", "run") as entry:
        with journal.step(home, "ingest") as log:
            log.tell("inbox_read", files=3, new=1, returned=0, repeated=0)
        entry.outcome, entry.facts = "done", {"exit_code": 0, "release": "0001-abcdef01", "candidate": None}
    found = lines(home)
    assert [(item["event"], item["run"]) for item in found] == [
        (name, "r-1") for name in ("run_started", "step_started", "inbox_read", "step_ended", "run_ended")
    ]
    assert {name: value for name, value in found[2].items() if name != "at"} == {
        "run": "r-1", "event": "inbox_read", "files": 3, "new": 1, "returned": 0, "repeated": 0,
    }  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", found[0]["at"])
    end = found[-1]
    assert (end["outcome"], end["exit_code"], end["release"]) == ("done", 0, "0001-abcdef01")
    assert "candidate" not in end and end["seconds"] >= found[3]["seconds"] >= 0
    assert journal.current_run() is None


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(GateRefused("выпуск остановлен: Иванов"), "refused"), (ValueError("строка Иванова"), "failed")],
)
def test_an_error_is_told_by_its_class(home: Home, error: Exception, outcome: str) -> None:
    with pytest.raises(type(error)), journal.run(home, "r", "run"), journal.step(home, "build"):
        raise error
    step, run = lines(home)[-2:]
    assert (
        (step["outcome"], step["error"]) == (run["outcome"], run["error"]) == (outcome, type(error).__name__)
    )
    assert "Иванов" not in journal.day_files(home)[0].read_text(encoding="utf-8")


def test_a_run_without_a_word_is_as_good_as_its_worst_step(home: Home) -> None:
    with journal.run(home, "r", "main_job"):
        with journal.step(home, "audit") as log:
            log.outcome = "refused"
        with journal.step(home, "mirror"):
            pass
    assert lines(home)[-1]["outcome"] == "refused"


def test_steps_of_a_single_command_have_an_id_of_their_own(home: Home) -> None:
    for _ in range(2):
        with journal.step(home, "publish") as log:
            log.tell("release_published", release="0001-aaaaaaaa", candidate="c", is_new=True)
    ids = [item["run"] for item in lines(home)]
    assert len(ids) == 6 and len(set(ids[:3])) == len(set(ids[3:])) == 1 and ids[0] != ids[3]


@pytest.mark.parametrize(
    "value",
    [
        "Иванов", "Ivanov Ivan", "контингент.xlsx", "postgresql://opora:secret@db/bi", "a@b.ru", "../x",
        "x" * 201, "", "2010-05-17T00:00", ["a"], {"a": 1},
    ],
)  # fmt: skip
def test_only_numbers_flags_and_codes_get_in(home: Home, value: object) -> None:
    with journal.run(home, "r", "run"), journal.step(home, "ingest") as log:
        log.tell("delivery_returned", delivery=value, source="contingent", is_new=True)
    found = lines(home)[2]
    assert found["withheld"] == ["delivery"] and "delivery" not in found
    assert found["source"] == "contingent" and found["is_new"] is True


@pytest.mark.parametrize(("event", "facts"), [("greeting", {}), ("inbox_read", {"sender": "school"})])
def test_an_event_or_a_field_that_nobody_declared_is_an_error(
    home: Home, event: str, facts: dict[str, Any]
) -> None:
    with pytest.raises(KeyError):
        journal.write(home, event, **facts)
    assert lines(home) == []


def test_no_field_could_hold_a_text() -> None:
    fields = {name for fields in journal.EVENTS.values() for name in fields}
    assert not fields & {
        "message",
        "text",
        "reason",
        "file",
        "file_name",
        "name",
        "url",
        "path",
        "note",
        "sender",
    }


def test_the_files_are_private(home: Home) -> None:
    journal.write(home, "step_started", step="plan")
    assert journal.logs_folder(home).stat().st_mode & 0o777 == 0o700
    assert journal.day_files(home)[0].stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_cut_harms_no_other(home: Home) -> None:
    journal.write(home, "step_started", step="plan")
    path = journal.day_files(home)[0]
    with path.open("a") as stream:
        stream.write('{"at": "20')
    journal.write(home, "step_started", step="build")
    rows = path.read_text().splitlines()
    assert len(rows) == 3 and rows[1] == '{"at": "20' and json.loads(rows[2])["step"] == "build"


def test_a_disk_that_takes_no_line_stops_nothing(home: Home) -> None:
    journal.logs_folder(home).write_text("a file where the folder should be")
    with journal.run(home, "r", "run"), journal.step(home, "plan") as log:
        log.tell("candidate_planned", candidate="c1")
    assert journal.logs_folder(home).read_text() == "a file where the folder should be"


def test_two_processes_never_mix_their_lines(home: Home) -> None:
    code = (
        "import sys; from opora import journal; from opora.home import Home\n"
        "home = Home.open(sys.argv[1])\n"
        "for n in range(300): journal.write(home, 'source_read', source='contingent', landed=n)"
    )
    command = [sys.executable, "-c", code, str(home.root)]
    running = [subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert sorted(item["landed"] for item in lines(home)) == sorted([*range(300), *range(300)])


def test_prune_keeps_the_newest_days(home: Home) -> None:
    folder = journal.logs_folder(home)
    folder.mkdir()
    days = [f"2020-01-{day:02}" for day in range(1, 8)]
    for day in days:
        (folder / f"{day}.jsonl").write_text("{}\n")
    (folder / "notes.txt").write_text("mine")
    rehearsal = prune(home, is_rehearsal=True, days=3)
    assert rehearsal.logs == days[:4] and rehearsal.freed == 12
    assert [path.stem for path in journal.day_files(home)] == days
    assert prune(home, days=3).logs == days[:4]
    left = [path.stem for path in journal.day_files(home)]
    assert left[:3] == days[4:] and len(left) == 4  # the fourth is today's: it says what went
    told = next(item for item in lines(home) if item.get("event") == "home_pruned")
    assert (told["logs"], told["bytes"], told["candidates"]) == (4, 12, 0)
    assert (folder / "notes.txt").exists()
    assert prune(home).logs == []


def test_the_guide_prints_the_events_as_they_are() -> None:
    guide = (ROOT / "docs" / "engineer.md").read_text(encoding="utf-8")
    section = guide.split("## The log of runs")[1].split("\n## ")[0]
    printed = {
        row[0].strip("` "): tuple(re.findall(r"`(\w+)`", row[1]))
        for line in section.splitlines()
        if line.startswith("| `") and (row := line.strip("| ").split(" | "))
    }
    assert printed == journal.EVENTS

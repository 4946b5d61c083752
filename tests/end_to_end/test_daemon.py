"""Dagster's daemon as the service unit starts it: a file arrives, a run starts by itself, people are told how it ended.

The home holds one PDF, so the gate refuses: the shortest way through sensor, queue, run, alert and page. Budget: five
minutes (the sensor looks once a minute and wants two looks).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from opora.code import ROOT
from opora.config import Config
from opora.home import Home
from opora.journal import day_files
from orchestration.outcome import MAIN_JOB
from orchestration.sensors import INBOX_SENSOR
from orchestration.settings import write_settings

pytestmark = pytest.mark.slow
PATIENCE = 420.0
BIN = Path(sys.executable).parent
CODE = ("-m", "orchestration.definitions")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home.create(tmp_path / "home", Config.model_validate({"municipality": {"code": "1", "name": "М"}}))
    write_settings(made)
    (made.inbox / "Иванов Пётр.pdf").write_bytes(b"%PDF-1.4\n")
    return made


@pytest.fixture
def log(home: Home, tmp_path: Path) -> Iterator[Path]:
    environment = {
        **os.environ,
        "OPORA_HOME": str(home.root),
        "DAGSTER_HOME": str(home.dagster),
        "PYTHONPATH": str(ROOT),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    for name in [key for key in environment if key.startswith("OPORA_ALERT")]:
        environment.pop(name)
    start = [BIN / "dagster", "sensor", "start", INBOX_SENSOR, *CODE]
    subprocess.run(start, env=environment, check=True, capture_output=True, cwd=tmp_path)
    path = tmp_path / "daemon.log"
    with path.open("w") as stream:
        daemon = subprocess.Popen(
            [BIN / "dagster-daemon", "run", *CODE],
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=tmp_path,
        )
    yield path
    daemon.terminate()
    daemon.wait(90)


def test_a_file_arrives_and_people_are_told(home: Home, log: Path) -> None:
    alerts, page = home.root / "alerts.jsonl", home.runs / "latest.html"
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not (alerts.exists() and page.exists()):
        time.sleep(2)
    assert alerts.exists() and page.exists(), log.read_text()[-3000:]
    (line,) = [json.loads(text) for text in alerts.read_text(encoding="utf-8").splitlines()]
    assert line["title"] == "Опора: выпуск остановлен проверками"
    assert "замечаний" in line["text"] and "Иванов" not in line["text"]
    text = page.read_text(encoding="utf-8")
    assert "изменились входящие" in text and "lake_not_empty" in text and "возвращено целиком: 1" in text
    assert len(list(home.runs.glob("2*.html"))) == 1
    _in_the_log(home)


def _in_the_log(home: Home) -> None:
    """One run of the daemon: its first and last line, its steps, the returned file by its hash and not by its name."""
    lines = [
        json.loads(row) for path in day_files(home) for row in path.read_text(encoding="ascii").splitlines()
    ]
    assert len({line["run"] for line in lines}) == 1 and not [line for line in lines if "withheld" in line]
    assert (lines[0]["event"], lines[0]["command"]) == ("run_started", MAIN_JOB)
    assert (lines[-1]["event"], lines[-1]["outcome"]) == ("run_ended", "refused")
    assert [line["step"] for line in lines if line["event"] == "step_ended"] == [
        "ingest",
        "plan",
        "build",
        "check_data",
    ]
    (returned,) = [line for line in lines if line["event"] == "delivery_returned"]
    assert len(returned["delivery"]) == 64

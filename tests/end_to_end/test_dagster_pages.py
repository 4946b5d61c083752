"""Dagster's pages of a home in a real browser: the asset graph loads, checks and years stand there, nothing calls out.

Budget: three minutes, the demo's run included.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from opora.candidates import Candidate
from opora.code import ROOT
from quality.registry import checks_of
from tests.end_to_end.conftest import DemoRun

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PATIENCE = 90.0
GROUPS = ("lake", "candidate", "rules", "staging", "intermediate", "marts", "years", "gate", "release")


@pytest.fixture(scope="module")
def address(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Dagster's web server on the demo's home, as the service unit starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = demo_run.home
    log = tmp_path_factory.mktemp("web") / "server.log"
    pages = ["-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(port), "-m", "orchestration.definitions"]
    named = {"OPORA_HOME": str(home.root), "DAGSTER_HOME": str(home.dagster), "PYTHONPATH": str(ROOT)}
    with log.open("w") as stream:
        server = subprocess.Popen(
            [sys.executable, *pages], env={**os.environ, **named}, stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        _wait(f"http://127.0.0.1:{port}/server_info", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"the web server did not start: {log.read_text()[-1000:]}")


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    made = browser.new_page(viewport={"width": 1600, "height": 1000})
    made.set_default_timeout(60_000)
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))
            else faults.append(request.url)
        ),
    )
    yield made
    assert faults == []
    made.close()


def test_the_asset_graph_loads(page: Any, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/asset-groups")
    for group in GROUPS:
        page.locator("foreignObject").get_by_text(group, exact=True).first.wait_for()
    boxes = [node.bounding_box() for node in page.locator("foreignObject").all()]
    assert len(boxes) >= len(GROUPS) and all(box["width"] > 20 for box in boxes if box)
    picture = tmp_path / "graph.png"
    page.screenshot(path=str(picture))
    assert picture.stat().st_size > 20_000


def test_the_gate_shows_its_checks(page: Any, address: str, demo_run: DemoRun) -> None:
    """A warning of the demo (a school that lost pupils before the exams) is a check that has not passed."""
    written = pq.read_table(Candidate.latest(demo_run.home).cells / "quality_results.parquet").to_pylist()
    rules = {check.rule for check in checks_of("door", "marts")}
    passed = rules - {row["check_id"] for row in written if row["status"] not in ("pass", "waived")}
    page.goto(f"{address}/locations/orchestration.definitions/asset-groups/gate/lineage")
    page.get_by_text("Great Expectations").first.wait_for()
    page.get_by_text(f"{len(passed)} / {len(rules)} Passed").first.wait_for()


def test_a_table_shows_its_columns_with_words_and_origins(page: Any, address: str) -> None:
    page.goto(f"{address}/assets/warehouse/indicator_values?view=overview")
    told = ("Идентификатор показателя: хеш ключевых столбцов", "← int_figures.numerator")
    for text in ("figure_id", "numerator", "bigint", *told):
        page.get_by_text(text).first.wait_for()


def test_the_years_are_partitions(page: Any, address: str) -> None:
    page.goto(f"{address}/assets/year_parts?view=partitions")
    for year in ("2023-2024", "2024-2025"):
        page.get_by_text(year).first.wait_for()


def test_sensors_and_schedule_stand_under_automation(page: Any, address: str) -> None:
    page.goto(f"{address}/automation")
    for name in ("inbox_sensor", "calendar_schedule", "failure_alerts", "run_summaries"):
        page.get_by_text(name).first.wait_for()

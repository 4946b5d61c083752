"""The dashboards of deployment/superset in the real Superset: by its REST interface, in a browser, over real releases.

Budget: 4 minutes, of which the second release takes one.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from typing import Any

import duckdb
import pytest
import yaml

from deployment.superset.bundle import ASSETS, dashboards, release_address
from deployment.superset.recipe import is_installed, missing, prepare, serve
from opora.code import ROOT
from opora.errors import ExitCode
from opora.home import Home
from tests.end_to_end.conftest import DemoRun

CHROMIUM = shutil.which("chromium")
CHARTS = sorted((ASSETS / "charts").glob("*.yaml"))
SHOTS = ROOT / "artifacts"

pytestmark = pytest.mark.slow


class Client:
    """A user of Superset's REST interface."""

    def __init__(self, address: str, password: str) -> None:
        self.address = address
        self.headers = {"Content-Type": "application/json"}
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        told = self.call("POST", "/api/v1/security/login", username="admin", password=password, provider="db")
        self.headers["Authorization"] = f"Bearer {told['access_token']}"
        self.headers["X-CSRFToken"] = str(self.call("GET", "/api/v1/security/csrf_token/")["result"])

    def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.address + path, data, self.headers, method=method)
        with self.opener.open(request, timeout=60) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def ids(self, kind: str, name: str) -> dict[str, int]:
        return {item[name]: item["id"] for item in self.call("GET", f"/api/v1/{kind}/")["result"]}

    def rows(self, dataset: int, **query: Any) -> list[dict[str, Any]]:
        asked = {"row_limit": 10000, **query}
        told = self.call("POST", "/api/v1/chart/data", datasource={"id": dataset, "type": "table"}, queries=[asked],
                         result_format="json", result_type="full")  # fmt: skip
        result = told["result"][0]
        assert result.get("error") is None, result["error"]
        rows: list[dict[str, Any]] = result["data"]
        return rows


@dataclasses.dataclass
class Superset:
    home: Home
    address: str
    password: str
    client: Client


@pytest.fixture(scope="module")
def superset(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    """Superset over a copy of the demo's home, prepared twice as after an update."""
    if not is_installed():
        pytest.skip(missing())
    root = tmp_path_factory.mktemp("superset")
    shutil.copytree(demo_run.home.root, root / "home", symlinks=True)
    shutil.copytree(demo_run.home.vault, root / demo_run.home.vault.name, symlinks=True)
    home = Home.open(root / "home")
    state = root / "state"
    prepare(state, release_address(home.root))
    password = prepare(state, release_address(home.root))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = serve(state, port)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server)
        yield Superset(home, address, password, Client(address, password))
    finally:
        server.terminate()
        try:
            server.wait(timeout=60)
        except subprocess.TimeoutExpired:  # it finishes answers first, and a busy machine is slow at them
            server.kill()
            server.wait()


def _wait(address: str, server: Any) -> None:
    for _ in range(120):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address + "/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError("the server did not start in a minute")


def _release(home: Home, query: str) -> list[tuple[Any, ...]]:
    path = home.releases / "current" / "internal" / "opora.duckdb"
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def test_the_archive_names_no_place_of_its_own() -> None:
    assert dashboards("duckdb:////a/b") == dashboards("duckdb:////a/b")
    texts = "".join(path.read_text(encoding="utf-8") for path in ASSETS.rglob("*.yaml"))
    assert "__OPORA_DATABASE__" in texts and "/home/" not in texts


def test_every_dataset_answers_with_the_rows_of_the_release(superset: Superset) -> None:
    ids = superset.client.ids("dataset", "table_name")
    for path in sorted((ASSETS / "datasets" / "Opora").glob("*.yaml")):
        dataset = yaml.safe_load(path.read_text(encoding="utf-8"))
        names = [column["column_name"] for column in dataset["columns"]]
        wanted = _release(superset.home, f"select {', '.join(names)} from ({dataset['sql']}) as rows")
        found = superset.client.rows(ids[dataset["table_name"]], columns=names)
        assert len(found) == len(wanted) > 0, dataset["table_name"]
        texts = [
            name
            for name, column in zip(names, dataset["columns"], strict=True)
            if column["type"] == "VARCHAR"
        ]
        assert sorted(str([row[name] for name in texts]) for row in found) == sorted(
            str([dict(zip(names, row, strict=True))[name] for name in texts]) for row in wanted
        )


def test_a_share_of_several_rows_is_no_number(superset: Superset) -> None:
    """«Единственное значение» is empty where the selection holds more than one figure, and is the figure where one."""
    figures = superset.client.ids("dataset", "table_name")["official_figures"]
    picked = {"area_kind": "municipality", "indicator_code": "I4", "academic_year": "2025-2026"}
    one = [{"col": name, "op": "IN", "val": [value]} for name, value in picked.items()]
    ((wanted,),) = _release(
        superset.home,
        "select value from indicator_values where is_official and area_kind = 'municipality' and indicator_code = 'I4' "
        "and academic_year = '2025-2026'",
    )
    (row,) = superset.client.rows(figures, columns=[], metrics=["one_value"], filters=one)
    assert row["one_value"] == pytest.approx(wanted)
    (row,) = superset.client.rows(figures, columns=[], metrics=["one_value"], filters=one[:1])
    assert row["one_value"] is None


def test_queries_cannot_write_nor_reach_other_files(superset: Superset) -> None:
    (database,) = superset.client.ids("database", "database_name").values()
    allowed = superset.client.call(
        "POST", "/api/v1/sqllab/execute/", database_id=database, sql="select count(*) as n from dim_school"
    )
    assert allowed["data"] == [{"n": _release(superset.home, "select count(*) from dim_school")[0][0]}]
    refusals = {
        "select * from read_csv('/etc/passwd')": "Permission Error", "copy dim_school to 'x.csv'": "Permission Error",
        "create table evil as select 1": "DDL/DML", "delete from dim_school": "DDL/DML",
    }  # fmt: skip
    for statement, says in refusals.items():
        with pytest.raises(urllib.error.HTTPError) as refused:
            superset.client.call("POST", "/api/v1/sqllab/execute/", database_id=database, sql=statement)
        assert says in json.load(refused.value)["errors"][0]["message"], statement


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_a_person_sees_the_dashboard_and_nothing_leaves_the_machine(superset: Superset) -> None:
    from playwright.sync_api import sync_playwright

    sent: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 2300})
        page.on("requestfinished", lambda request: sent.append(request.url))
        page.goto(superset.address + "/login/")
        page.fill("input#username", "admin")
        page.fill("input#password", superset.password)
        page.keyboard.press("Enter")
        page.wait_for_url(
            lambda url: "/login" not in url
        )  # a page still on its way would cut the next one short
        page.goto(superset.address + "/superset/dashboard/opora/")
        page.wait_for_selector(".dashboard-component-chart-holder")
        page.locator("canvas").nth(3).wait_for(timeout=60000)  # the policy lets no test evaluate scripts
        page.wait_for_selector("text=не отличимо от колебаний")
        page.wait_for_load_state("networkidle")
        assert page.locator(".dashboard-component-chart-holder").count() == len(CHARTS)
        for path in CHARTS:
            assert page.get_by_text(yaml.safe_load(path.read_text(encoding="utf-8"))["slice_name"]).count(), (
                path.name
            )
        assert page.locator("[data-test='chart-error'], .ant-alert-error").count() == 0
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / "superset.png", full_page=True)
        browser.close()
    outside = [url for url in sent if not url.startswith((superset.address, "data:", "blob:"))]
    assert not outside, outside


def test_a_reader_never_sees_half_of_a_release(superset: Superset) -> None:
    """A dashboard is read all the while a run publishes: every answer is of one release, none fails."""
    from opora.cli.job import main_job

    figures = superset.client.ids("dataset", "table_name")["official_figures"]
    first = _official(superset.home)
    answers: list[set[str]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            rows = superset.client.rows(figures, columns=["figure_id", "numerator"])
            told = [(row["figure_id"], row["numerator"]) for row in rows if row["numerator"] is not None]
            answers.append({f"{figure}|{int(number)}" for figure, number in told})

    _correct_a_delivery(superset.home)
    reader = threading.Thread(target=read)
    reader.start()
    code = main_job(superset.home, "Исправлены участия в конкурсах")
    time.sleep(2)
    stop.set()
    reader.join(timeout=60)
    second = _official(superset.home)
    assert code is ExitCode.DONE
    assert (superset.home.releases / "current").resolve().name.startswith("0002-")
    assert first != second
    assert len(answers) > 20
    assert {frozenset(answer) for answer in answers} <= {frozenset(first), frozenset(second)}
    assert answers[-1] == second


def _official(home: Home) -> set[str]:
    query = "select figure_id || '|' || numerator from indicator_values where is_official and numerator is not null"
    return {str(row[0]) for row in _release(home, query)}


def _correct_a_delivery(home: Home) -> None:
    """Send the participations of the last year once more: of a later day, without every second row."""
    old = home.inbox / "contest_participation" / "2025-2026" / "участие_as_of_2026-08-31.csv"
    lines = old.read_bytes().splitlines(keepends=True)
    old.with_name("участие_as_of_2026-09-15.csv").write_bytes(b"".join([lines[0], *lines[1::2]]))

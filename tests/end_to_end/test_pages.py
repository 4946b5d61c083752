"""Every page of a release in headless Chromium: links, charts, requests, console, phone, laptop and A4 in print.

Pictures are left in ``artifacts/pages/`` for CI to keep. Budget: four minutes, the demo's run included.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from opora.code import ROOT
from tests.end_to_end.conftest import DemoRun
from tests.end_to_end.page_faults import LAYOUTS, faults_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SHOTS = ROOT / "artifacts" / "pages"
DBT_DOCS = "dbt_docs.html"
DATA_DOCS = "quality/data_docs/"
PICTURED = ("report.html", "dictionary.html", "schools/index.html")


def _schools(edition: Path) -> set[str]:
    """The pages that must stand: a school of the newest year has one, a closed school stays in the tables only."""
    figures = edition / "tables" / "indicator_values.parquet"
    rows = (
        duckdb.connect()
        .execute(
            f"select distinct area_code from '{figures}' where area_kind = 'school' "
            f"and academic_year = (select max(academic_year) from '{figures}')"
        )
        .fetchall()
    )
    return {f"schools/{row[0]}.html" for row in rows}


@pytest.mark.parametrize("name", ["public", "internal"])
def test_every_page_of_the_edition(browser: Any, demo_run: DemoRun, name: str) -> None:
    edition = demo_run.release / name
    pages = {str(path.relative_to(edition)) for path in edition.rglob("*.html")}
    # dbt's own site is English and not ours to lay out: tests/dbt_project/test_docs_site.py opens it in the browser.
    assert (DBT_DOCS in pages) == (name == "internal")
    pages.discard(DBT_DOCS)
    # Nor are Great Expectations' pages: tests/quality/test_data_docs.py proves that they hold no script and no address.
    data_docs = {page for page in pages if page.startswith(DATA_DOCS)}
    assert bool(data_docs) == (name == "internal")
    pages -= data_docs
    schools = _schools(edition)
    assert pages == schools | set(PICTURED) and len(schools) >= 20
    pictured = {*PICTURED, min(schools)}
    SHOTS.mkdir(parents=True, exist_ok=True)
    faults = {}
    for page in sorted(pages):
        stem = f"{name}-{page.removesuffix('.html').replace('/', '-')}"
        shot = (lambda layout, stem=stem: SHOTS / f"{stem}-{layout}.png") if page in pictured else None
        found = faults_of(browser, edition / page, edition, shot)
        if found:
            faults[page] = found
    assert faults == {}
    assert (edition / "report.html").read_text(encoding="utf-8").count('class="chart"') >= 10
    assert len(list(SHOTS.glob(f"{name}-*.png"))) >= len(pictured) * len(LAYOUTS)


@pytest.mark.parametrize("name", ["public", "internal"])
def test_every_school_prints_on_one_sheet(browser: Any, demo_run: DemoRun, name: str) -> None:
    edition = demo_run.release / name
    sheets = {}
    for page in sorted(_schools(edition)):
        tab = browser.new_page()
        tab.goto((edition / page).as_uri())
        sheets[page] = len(re.findall(rb"/Type\s*/Page\b", tab.pdf(prefer_css_page_size=True)))
        tab.close()
    assert set(sheets.values()) == {1}, {page: n for page, n in sheets.items() if n != 1}


GOOD = """<!DOCTYPE html><html lang="ru"><head><title>t</title><link rel="icon" href="data:,"></head>
<body><h1 id="a">t</h1>
<a href="#a">t</a><svg class="chart" aria-label="w" width="200" height="200">
<g class="mark-line"><path d="M0 0L100 100" stroke="black"/></g></svg></body></html>"""

BROKEN = {
    "no such file": ('href="#a"', 'href="gone.html"'),
    "no such place": ('href="#a"', 'href="#gone"'),
    "leaves the edition": ('href="#a"', 'href="../secret.html"'),
    "request: http": ("<h1", '<img src="http://127.0.0.1:9/x.png" alt="x"><h1'),
    "console": ("</body>", "<script>console.error('x')</script></body>"),
    "script": ("</body>", "<script>throw new Error('x')</script></body>"),
    "phone": ('width="200"', 'width="600"'),
    "a4": ('width="200"', 'width="900"'),
    "laptop": ('width="200"', 'width="1500"'),
    "not drawn": ('<path d="M0 0L100 100" stroke="black"/>', ""),
    "a chart without words": ('aria-label="w"', ""),
    "id twice": ("</body>", '<p id="a"></p></body>'),
    "a heading skips a level": ("</body>", "<h3>t</h3></body>"),
    "a field without a label": ("</body>", "<input></body>"),
    "a table without caption": ("</body>", "<table><tr><td>1</td></tr></table></body>"),
    "no language": ('lang="ru"', ""),
}


def test_a_good_page_has_no_fault(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(GOOD, encoding="utf-8")
    assert faults_of(browser, tmp_path / "page.html", tmp_path) == []


@pytest.mark.parametrize("fault", sorted(BROKEN))
def test_each_fault_is_seen(browser: Any, tmp_path: Path, fault: str) -> None:
    before, after = BROKEN[fault]
    assert before in GOOD
    (tmp_path / "page.html").write_text(GOOD.replace(before, after, 1), encoding="utf-8")
    found = faults_of(browser, tmp_path / "page.html", tmp_path)
    assert any(fault in item for item in found), found

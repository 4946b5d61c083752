"""dbt's site in one file: every model in it, no path of this machine, nothing asked of the net, drawn for a reader."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from dbt_project.build import docs_site
from dbt_project.build.plan import plan
from dbt_project.build.project import ROOT
from tests.dbt_project.lake_fixture import LakeFixture

CHROMIUM = shutil.which("chromium")
MODELS = {path.stem for path in (ROOT / "models").rglob("*.sql")}


@pytest.fixture(scope="module")
def site(built_town: tuple[LakeFixture, dict[str, pd.DataFrame]]) -> Path:
    fixture = built_town[0]
    return plan(fixture.home, fixture.write_inputs).dbt_docs


def _inside(site: Path, name: str) -> dict[str, dict[str, dict[str, object]]]:
    text = site.read_text(encoding="utf-8")
    value, _ = json.JSONDecoder().raw_decode(text, text.index(f"{name}:{{") + len(name) + 1)
    return dict(value)


def test_every_model_stands_in_it_with_its_words_its_sql_and_its_columns(site: Path) -> None:
    nodes = _inside(site, "manifest")["nodes"]
    models = {str(node["name"]): node for node in nodes.values() if node["resource_type"] == "model"}
    assert set(models) == MODELS
    for name, node in models.items():
        assert "Grain" in str(node["description"]), name
        assert node["raw_code"] and node["compiled_code"], name
    built = {str(node["metadata"]["name"]): node for node in _inside(site, "catalog")["nodes"].values()}  # type: ignore[index]
    assert set(models) <= set(built)
    columns = built["indicator_values"]["columns"]
    assert {"figure_id", "value", "symbol"} <= set(columns)  # type: ignore[call-overload]


def test_it_names_no_folder_of_this_machine_and_no_moment(site: Path) -> None:
    text = site.read_text(encoding="utf-8")
    assert str(ROOT.parent) not in text and str(site.parents[2]) not in text
    assert not re.search(r'"(?:generated_at|invocation_id|created_at)":"?[^",}]', text)
    assert "ENUM(" not in text  # a list of the deliveries of this home


def test_a_text_cannot_end_the_script() -> None:
    plain, written = docs_site.page({}, {}), docs_site.page({"a": "</script><!-- \u2028"}, {})
    for mark in ("</script>", "<!--", "\u2028"):
        assert written.count(mark) == plain.count(mark), mark


def test_a_page_of_another_version_of_dbt_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Module:
        __file__ = str(tmp_path / "module.py")

    (tmp_path / "index.html").write_text('<head><meta charset="utf-8"><script></script>', encoding="utf-8")
    monkeypatch.setattr(docs_site.importlib, "import_module", lambda name: Module)
    with pytest.raises(ValueError, match="one was expected"):
        docs_site.page({}, {})


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_a_browser_without_a_network_shows_a_model_its_lineage_and_finds_it(site: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    faults: list[str] = []
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.on(
            "console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(("file:", "data:")) else faults.append(asked.url),
        )
        page.goto(site.as_uri())
        page.get_by_role("heading", name="The models of Opora").wait_for()
        page.get_by_placeholder("Search for models...").fill("indicator_values")
        page.keyboard.press("Enter")
        page.get_by_text("search results").wait_for()
        page.goto(site.as_uri() + "#!/model/model.opora.indicator_values")
        page.reload()
        page.get_by_text("one row a figure").first.wait_for()
        page.locator("[ng-click='onLauncherClick()']").click()
        page.locator("canvas").first.wait_for()
        browser.close()
    assert faults == []

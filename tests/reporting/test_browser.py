"""The pages in headless Chromium: no console error, no request leaves, no sideways scroll on a phone, search works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from opora.candidates import Candidate

pytestmark = pytest.mark.browser


def _open(browser: Any, path: Path, width: int) -> tuple[Any, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    faults: list[str] = []
    page.on(
        "console",
        lambda message: faults.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(("file:", "data:")) else faults.append(request.url),
    )
    page.goto(path.as_uri())
    return page, faults


PAGES = ("report.html", "dictionary.html", "schools/index.html", "schools/765010.html")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_page_is_quiet_and_fits(browser: Any, candidate: Candidate, name: str, width: int) -> None:
    page, faults = _open(browser, candidate.internal / name, width)
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = page.evaluate(
        "[...document.querySelectorAll('svg.chart')].every(s => s.getBoundingClientRect().height > 60)"
    )
    assert drawn
    page.close()


def test_dictionary_search(browser: Any, candidate: Candidate) -> None:
    page, faults = _open(browser, candidate.public / "dictionary.html", 1280)
    everything = page.locator("tbody tr:visible").count()
    page.fill("#search", "код ОО")
    found = page.locator("tbody tr:visible")
    assert 0 < found.count() < everything
    assert "код оо" in found.first.inner_text().lower()
    assert page.locator("#found").inner_text().startswith("Найдено:")
    page.fill("#search", "нет такого слова")
    assert page.locator("tbody tr:visible").count() == 0
    assert faults == []
    page.close()


def test_keyboard_reaches_the_content_first(browser: Any, candidate: Candidate) -> None:
    page, _ = _open(browser, candidate.internal / "report.html", 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()


def test_school_page_prints_on_one_sheet(browser: Any, candidate: Candidate, tmp_path: Path) -> None:
    page, _ = _open(browser, candidate.internal / "schools" / "765010.html", 1280)
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    page.close()

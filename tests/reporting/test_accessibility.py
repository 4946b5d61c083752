"""WCAG 2.2 AA: axe-core over every kind of page, and what it cannot see, by our own hand.

axe leaves contrast open wherever a frame scrolls over the text; here it is computed for every text that a page shows.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from opora.candidates import Candidate

PAGES = ("report.html", "dictionary.html", "schools/index.html", "schools/765010.html")
WIDTHS = {"phone": 390, "laptop": 1366}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Every element with words of its own: its colour against the first opaque background behind it.
CONTRAST = """() => {
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour[3] === 1) return colour;
      if (colour[3] > 0) return null;
    }
    return [255, 255, 255, 1];
  };
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('svg, .hidden, .skip, script, style')) continue;
    const says = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!says || !element.getClientRects().length) continue;
    const style = getComputedStyle(element), front = light(parse(style.color)), ground = behind(element);
    if (ground === null) { found.push([element.outerHTML.slice(0, 80), 'a background half seen through']); continue; }
    const back = light(ground);
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.push([element.outerHTML.slice(0, 80), ratio.toFixed(2)]);
  }
  return found;
}"""
# What Tab meets: is the focus seen (an outline of its own), on the screen, and named?
FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {tag: e.tagName, html: e.outerHTML.slice(0, 80), outline: style.outlineStyle !== 'none' &&
    parseFloat(style.outlineWidth) >= 2, seen: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    height: box.height, inline: style.display === 'inline'};
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The text of axe-core, as the package brings it: nothing is fetched."""
    base = pytest.importorskip("axe_playwright_python.base")
    return str(base.AXE_SCRIPT)


def _open(browser: Any, url: str, width: int) -> Any:
    # The pages forbid every script that is not theirs; the examiner's is let in by the browser, not by the page.
    page = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 900}).new_page()
    page.goto(url)
    return page


def _violations(page: Any, axe: str) -> list[str]:
    page.evaluate(axe)
    told = page.evaluate(
        f"axe.run(document, {{runOnly: {json.dumps(RULES)}, resultTypes: ['violations', 'passes']}})"
    )
    assert len(told["passes"]) > 20, "axe has looked at next to nothing"
    return [f"{item['id']}: {node['html'][:100]}" for item in told["violations"] for node in item["nodes"]]


@pytest.mark.browser
@pytest.mark.parametrize(("name", "width"), zip(PAGES, ("phone", "laptop", "laptop", "phone"), strict=True))
def test_axe_finds_no_violation_and_every_text_has_contrast(
    browser: Any, axe: str, candidate: Candidate, name: str, width: str
) -> None:
    page = _open(browser, (candidate.internal / name).as_uri(), WIDTHS[width])
    assert _violations(page, axe) == []
    assert page.evaluate(CONTRAST) == []
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_alone_is_enough(browser: Any, candidate: Candidate, name: str, width: str) -> None:
    page = _open(browser, (candidate.internal / name).as_uri(), WIDTHS[width])
    page.emulate_media(reduced_motion="reduce")
    steps = []
    for _ in range(25):
        page.keyboard.press("Tab")
        step = page.evaluate(FOCUSED)
        if step["tag"] == "BODY":
            break
        steps.append(step)
    assert len(steps) >= 5
    faults = [step for step in steps if not (step["outline"] and step["seen"])]
    # 2.5.8: a target is 24 pixels high, unless it stands in a line of text.
    faults += [s for s in steps if s["height"] < 24 and not s["inline"]]
    assert faults == []
    page.context.close()


@pytest.mark.browser
def test_text_spacing_and_zoom_lose_nothing(browser: Any, candidate: Candidate) -> None:
    """1.4.12 and 1.4.10: wider spacing and 320 pixels (400 % of 1280) make no sideways scroll and cut no card."""
    page = _open(browser, (candidate.internal / "report.html").as_uri(), 320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1366, "height": 900})
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    )
    cut = page.evaluate(
        "[...document.querySelectorAll('.card, .notice, .chip')].filter(e => e.scrollWidth > e.clientWidth + 1)"
        ".map(e => e.textContent.slice(0, 60))"
    )
    assert cut == []
    page.context.close()


BAD = """<!DOCTYPE html><html><head><title>t</title></head><body><h1>t</h1><p style="color:#999">faint</p>
<p style="background:rgba(0,0,0,.3)">half</p><a href="#x" style="outline:none">x</a><img src="data:,"></body></html>"""


@pytest.mark.browser
def test_a_bad_page_is_found_out(browser: Any, axe: str) -> None:
    page = _open(browser, "about:blank", 1366)
    page.set_content(BAD + " ")
    page.evaluate(axe)
    told = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}})")
    assert {"html-has-lang", "image-alt", "color-contrast"} <= {item["id"] for item in told["violations"]}
    assert [fault[1] for fault in page.evaluate(CONTRAST)] == ["2.85", "a background half seen through"]
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["outline"] is False
    page.context.close()

"""What a browser says about a page: faults of links, charts, requests, layout and reading aids, in words.

``faults_of`` opens one file and returns its faults; an empty list is a page without any. Nothing of the product is
used: the page is judged as Chromium draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

LAYOUTS = {"phone": (390, 844), "laptop": (1366, 768), "a4": (794, 1123)}
"""CSS pixels; A4 is 210 × 297 mm at 96 dots an inch, drawn with the styles of print."""

# A chart is drawn when it has a size and marks with a size of their own: axes alone are an empty chart.
_CHARTS = """() => [...document.querySelectorAll('svg.chart')].map(svg => {
  const box = svg.getBoundingClientRect();
  const marks = [...svg.querySelectorAll('[class*="mark-"]:not([class*="role-axis"]):not([class*="mark-group"])')]
    .filter(g => !g.closest('.role-axis, .role-legend, .role-title'))
    .flatMap(g => [...g.querySelectorAll('path, text, line, rect, circle')])
    .filter(item => { const b = item.getBoundingClientRect(); return b.width + b.height > 0; });
  return {id: (svg.closest('figure') || svg).id, height: box.height, width: box.width, marks: marks.length,
          name: svg.getAttribute('aria-label') || svg.querySelector('title')?.textContent || ''};
})"""

_READING_AIDS = """() => {
  const said = [];
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  const twice = ids.filter((id, n) => ids.indexOf(id) !== n);
  if (twice.length) said.push('id twice: ' + twice.join(', '));
  if (document.documentElement.lang !== 'ru') said.push('no language');
  if (document.querySelectorAll('h1').length !== 1) said.push('not one h1');
  let last = 0;
  for (const head of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const level = Number(head.tagName[1]);
    if (level > last + 1) said.push('a heading skips a level: ' + head.textContent.slice(0, 40));
    last = level;
  }
  for (const box of document.querySelectorAll('input, select, textarea'))
    if (!box.labels.length && !box.getAttribute('aria-label')) said.push('a field without a label: ' + box.id);
  for (const link of document.querySelectorAll('a'))
    if (!link.textContent.trim() && !link.getAttribute('aria-label')) said.push('a link without words');
  for (const table of document.querySelectorAll('table'))
    if (!table.caption || !table.querySelector('th[scope]')) said.push('a table without caption or heads: ' + table.id);
  for (const owner of document.querySelectorAll('[aria-labelledby]'))
    for (const id of owner.getAttribute('aria-labelledby').split(' '))
      if (!document.getElementById(id)) said.push('a name that points nowhere: ' + id);
  return said;
}"""


def faults_of(
    browser: Any, path: Path, edition: Path, shot: Callable[[str], Path] | None = None
) -> list[str]:
    """Return what is wrong with the page at ``path``; its links may lead to files inside ``edition`` only.

    ``shot`` names the picture to leave for a layout.
    """
    page = browser.new_page()
    faults: list[str] = []
    page.on(
        "console",
        lambda said: faults.append(f"console: {said.text}") if said.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(("file:", "data:")) else faults.append(f"request: {asked.url}")
        ),
    )
    try:
        for layout, (width, height) in LAYOUTS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(media="print" if layout == "a4" else "screen")
            if page.url == "about:blank":
                page.goto(path.as_uri())
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                faults.append(f"{layout}: {wide} pixels in {width}")
            faults += [f"{layout}: {fault}" for fault in _charts(page)]
            if shot:
                page.screenshot(path=str(shot(layout)))
        faults += page.evaluate(_READING_AIDS)
        faults += dead_links(
            page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)"), edition
        )
    finally:
        page.close()
    return faults


def _charts(page: Any) -> list[str]:
    faults = []
    for chart in page.evaluate(_CHARTS):
        if min(chart["height"], chart["width"]) <= 60 or not chart["marks"]:
            faults.append(
                f"not drawn: {chart['id']}, {chart['width']:.0f} × {chart['height']:.0f}, {chart['marks']} marks"
            )
        if not chart["name"]:
            faults.append(f"a chart without words: {chart['id']}")
    return faults


def dead_links(addresses: list[str], edition: Path) -> list[str]:
    """Return the links that leave the edition, lead to no file or to no place of the page."""
    root = edition.resolve()
    faults = []
    for address in dict.fromkeys(addresses):
        parts = urlsplit(address)
        target = Path(unquote(parts.path))
        if parts.scheme != "file" or not target.resolve().is_relative_to(root):
            faults.append(f"leaves the edition: {address}")
        elif not target.is_file():
            faults.append(f"no such file: {target.relative_to(root)}")
        elif parts.fragment and f'id="{unquote(parts.fragment)}"' not in _text(target):
            faults.append(f"no such place: {target.relative_to(root)}#{parts.fragment}")
    return faults


_TEXTS: dict[Path, str] = {}


def _text(path: Path) -> str:
    if path not in _TEXTS:
        _TEXTS[path] = path.read_text(encoding="utf-8")
    return _TEXTS[path]

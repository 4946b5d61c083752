"""Rendering a Vega-Lite specification to inline SVG: offline, deterministic, with words for those who cannot see it."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import Any

from opora.files import canonical_json

_IDS = re.compile(r'(id="|url\(#|href="#)((?:clip|gradient)[\w-]*)')


_CHARTS_OF_A_MUNICIPALITY = 512
"""The second edition of a municipality draws what the first drew: with fewer kept, a quarter was drawn twice."""


@lru_cache(maxsize=_CHARTS_OF_A_MUNICIPALITY)
def _drawn(spec: str) -> str:
    """Return the SVG text of a specification; both editions and the office document draw the same charts."""
    import vl_convert  # starts a script engine: only when something is drawn

    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version="6.4", format_locale="ru-RU")
    return drawn


def to_svg(spec: dict[str, Any], chart_id: str, title: str, alt: str) -> str:
    """Return an ``<svg role="img">`` element without XML namespaces or addresses; ids are unique to the chart."""
    svg = _drawn(canonical_json(spec))
    start = svg.index("<svg")
    head_end = svg.index(">", start)
    head, body = svg[start:head_end], svg[head_end + 1 :]
    box = re.search(r'viewBox="([^"]+)"', head)
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', head)
    if box is None or size is None:
        raise ValueError(f"the chart {chart_id} was rendered without a size")
    body = _IDS.sub(rf"\g<1>{chart_id}-\g<2>", body)
    body = body.replace(' xlink:href="', ' href="')
    # Vega labels every mark and axis for screen readers in English; one description in Russian replaces them all.
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)
    return (
        f'<svg class="chart" role="img" aria-labelledby="{chart_id}-t {chart_id}-d" viewBox="{box[1]}" '
        f'style="max-width:{float(size[1]):.0f}px">'
        f'<title id="{chart_id}-t">{escape(title)}</title><desc id="{chart_id}-d">{escape(alt)}</desc>{body}'
    )


def to_png(spec: dict[str, Any], scale: float = 2.0) -> bytes:
    """Return the chart as PNG for documents that cannot hold SVG."""
    return _painted(canonical_json(spec), scale)


@lru_cache(maxsize=_CHARTS_OF_A_MUNICIPALITY)
def _painted(spec: str, scale: float) -> bytes:
    import vl_convert

    data: bytes = vl_convert.svg_to_png(_drawn(spec), scale=scale)
    return data

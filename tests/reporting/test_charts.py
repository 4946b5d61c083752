"""Charts: specifications are valid Vega-Lite, colours are legible, drawing is quick."""

from __future__ import annotations

import time

import marts_fixture
import pytest

from opora.candidates import Candidate
from reporting.charts import theme
from reporting.charts.render import to_svg
from reporting.content import facts as reading
from reporting.content import report
from reporting.content.model import Chart, ChartGrid, Section
from reporting.tables import TableStore


@pytest.fixture(scope="module")
def charts(candidate: Candidate) -> list[Chart]:
    store = TableStore(candidate.marts, candidate.inputs)
    facts = reading.read_facts(store, "internal", marts_fixture.CODE, marts_fixture.NAME, [])
    document = report.build(facts, candidate.home.config.organisation)
    found: list[Chart] = []

    def walk(section: Section) -> None:
        for block in section.blocks:
            found.extend(
                [block] if isinstance(block, Chart) else block.charts if isinstance(block, ChartGrid) else ()
            )
        for part in section.subsections:
            walk(part)

    for section in document.sections:
        walk(section)
    store.close()
    return found


def test_specifications_are_valid(charts: list[Chart]) -> None:
    altair = pytest.importorskip("altair")
    assert len(charts) >= 13
    for chart in charts:
        altair.Chart.from_dict(
            chart.spec, validate=True
        ) if "layer" not in chart.spec else altair.LayerChart.from_dict(chart.spec, validate=True)


def test_each_chart_is_drawn_within_a_tenth_of_a_second(charts: list[Chart]) -> None:
    to_svg(charts[0].spec, "warm", "t", "d")
    for chart in charts:
        best = min(_seconds(chart) for _ in range(3))
        assert best <= 0.1, (chart.id, best)


def _seconds(chart: Chart) -> float:
    start = time.perf_counter()
    svg = to_svg(chart.spec, chart.id, chart.title, chart.alt)
    assert "<path" in svg and "http" not in svg and "NaN" not in svg
    return time.perf_counter() - start


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_charts() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for colour in theme.TEXT_COLOURS:
        assert contrast(colour, "#ffffff") >= 4.5, colour


def test_contrast_of_pages() -> None:
    import re

    from reporting.html.render import stylesheet

    names = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", str(stylesheet())))
    pairs = [("ink", "paper"), ("ink", "soft"), ("muted", "paper"), ("muted", "soft"), ("accent", "paper")]
    pairs += [
        ("accent", "decline-soft"),
        ("accent", "soft"),
        ("ink", "decline-soft"),
        ("accent", "accent-soft"),
    ]
    pairs += [(name, f"{name}-soft") for name in ("growth", "decline", "noise", "none")]
    for front, back in pairs:
        assert contrast(names[front], names[back]) >= 4.5, (front, back)

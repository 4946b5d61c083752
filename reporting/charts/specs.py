"""Vega-Lite specifications. Every function takes rows that are ready to draw and returns a plain dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from reporting.charts import theme

Rows = Sequence[dict[str, Any]]
WIDE = 640
SMALL = 300
_PERCENT_LABEL = "format(datum.value, '~g') + '\u00a0%'"


def _data(rows: Rows) -> alt.InlineData:
    return alt.InlineData(values=[dict(row) for row in rows])


def _finish(chart: Any, width: int, height: int | alt.Step) -> dict[str, Any]:
    spec: dict[str, Any] = chart.properties(width=width, height=height).to_dict(validate=False)
    spec.pop("$schema", None)
    spec["config"] = theme.CONFIG
    spec["autosize"] = {"type": "pad"}
    return spec


def _axis(unit: str, title: str | None = None, **more: Any) -> alt.Axis:
    if unit == "pct":
        return alt.Axis(labelExpr=_PERCENT_LABEL, title=title, **more)
    return alt.Axis(format="~g", title=title, tickMinStep=1 if unit == "count" else 0.5, **more)


def _domain(values: list[float], unit: str) -> list[float]:
    """Return an axis range with room for labels; shares stay within 0–100, counts start at zero."""
    low, high = min(values), max(values)
    pad = max((high - low) * 0.18, 2.0 if unit == "pct" else 1.0)
    if unit != "pct":
        return [0.0, high * 1.18 + 1]
    return [max(0.0, low - pad), min(100.0, high + pad) if high + pad < 100 else 103.0]


def dynamics(rows: Rows, years: Sequence[str], unit: str, *, width: int = SMALL, height: int = 170) -> dict[str, Any]:
    """Draw one indicator by year.

    A row: ``year, value, low, high, label, segment, is_break, is_missing, is_interval``. The line is cut between
    segments; a break is a dashed rule; a year without data carries words instead of a point.
    """
    known = [row[k] for row in rows for k in ("value", "low", "high") if row.get(k) is not None]
    scale = alt.Scale(domain=_domain(known, unit) if known else [0, 1], nice=False, zero=False)
    x = alt.X("year:O", sort=list(years), scale=alt.Scale(domain=list(years)), axis=alt.Axis(labelAngle=0, title=None))
    y = alt.Y("value:Q", scale=scale, axis=_axis(unit, tickCount=4))
    points = [row for row in rows if row.get("value") is not None]
    ranged = [row for row in points if row.get("low") is not None and row.get("high") is not None]
    layers: list[Any] = []
    breaks = [row for row in rows if row.get("is_break")]
    if breaks:
        layers.append(alt.Chart(_data(breaks)).mark_rule(strokeDash=[4, 3], color=theme.PURPLE).encode(x=x))
        layers.append(
            alt.Chart(_data(breaks))
            .mark_text(align="left", dx=4, fontSize=11, color=theme.PURPLE, baseline="top")
            .encode(x=x, y=alt.value(0), text=alt.value("смена правил"))
        )
    if ranged:
        layers.append(
            alt.Chart(_data(ranged))
            .mark_area(color=theme.BAND, opacity=0.7)
            .encode(x=x, y=alt.Y("low:Q", scale=scale, axis=_axis(unit, tickCount=4)), y2="high:Q", detail="segment:N")
        )
        layers.append(
            alt.Chart(_data(ranged))
            .mark_rule(color=theme.BLUE, opacity=0.45)
            .encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q")
        )
    bounds = [row for row in rows if row.get("is_interval")]
    if bounds:
        layers.append(
            alt.Chart(_data(bounds))
            .mark_rule(color=theme.BLUE, strokeWidth=8, opacity=0.4)
            .encode(x=x, y=alt.Y("low:Q", scale=scale, axis=_axis(unit, tickCount=4)), y2="high:Q")
        )
    if points:
        base = alt.Chart(_data(points))
        layers.append(base.mark_line(color=theme.BLUE, strokeWidth=2.5).encode(x=x, y=y, detail="segment:N"))
        layers.append(
            base.mark_point(color=theme.BLUE, filled=True, size=55, opacity=1).encode(x=x, y=y)
        )
        layers.append(
            base.mark_text(dy=-12, fontSize=12, fontWeight="bold").encode(x=x, y=y, text="label:N")
        )
    missing = [row for row in rows if row.get("is_missing")]
    if missing:
        layers.append(
            alt.Chart(_data(missing))
            .mark_text(color=theme.MUTED, fontSize=11, baseline="bottom", dy=-4)
            .encode(x=x, y=alt.value(height), text="label:N")
        )
    return _finish(alt.layer(*layers), width, height)


def statuses(rows: Rows, indicators: Sequence[str], words: dict[str, str], *, width: int = WIDE) -> dict[str, Any]:
    """Draw how many schools grew, declined or stayed: a bar an indicator.

    A row: ``indicator, status, schools, label, order``; ``words`` maps a status to its legend entry.
    """
    order = [code for code in words if any(row["status"] == code for row in rows)]
    colour = alt.Color(
        "word:N",
        scale=alt.Scale(domain=[words[c] for c in order], range=[theme.STATUS_COLOURS[c] for c in order]),
        legend=alt.Legend(orient="top", title=None, symbolType="square"),
    )
    ready = [{**row, "word": words[row["status"]]} for row in rows]
    base = alt.Chart(_data(ready)).encode(
        y=alt.Y("indicator:N", sort=list(indicators), axis=alt.Axis(title=None, labelLimit=220, labelColor=theme.INK)),
    )
    place = alt.X("schools:Q", stack="zero", axis=alt.Axis(title="школ", format="~g", tickMinStep=1, grid=True))
    bars = base.mark_bar(size=22, stroke="white", strokeWidth=1.5).encode(
        x=place, color=colour, order=alt.Order("order:Q")
    )
    middle = alt.X("schools:Q", stack="zero", bandPosition=0.5)
    text = base.mark_text(color="white", fontWeight="bold", fontSize=12).encode(
        x=middle, text="label:N", order=alt.Order("order:Q"), detail="word:N"
    )
    return _finish(alt.layer(bars, text), width, alt.Step(34))


def comparison(
    rows: Rows, order: Sequence[str], unit: str, reference: float | None, reference_label: str, *, width: int = SMALL
) -> dict[str, Any]:
    """Draw areas side by side with their 95 % intervals and the municipality as a dashed line.

    A row: ``area, value, low, high, label, previous`` (``previous`` = last year's value or null).
    """
    known = [row[k] for row in rows for k in ("value", "low", "high", "previous") if row.get(k) is not None]
    known += [reference] if reference is not None else []
    low, high = min(known), max(known)
    pad = max((high - low) * 0.12, 1.5)
    scale = alt.Scale(domain=[max(0.0, low - pad), high + pad * 2], nice=False, zero=False)
    x = alt.X("value:Q", scale=scale, axis=_axis(unit, tickCount=5))
    y = alt.Y("area:N", sort=list(order), axis=alt.Axis(title=None, labelColor=theme.INK, labelLimit=180, grid=True))
    layers: list[Any] = []
    if reference is not None:
        line = [{"value": reference, "text": reference_label}]
        layers.append(
            alt.Chart(_data(line)).mark_rule(color=theme.MUTED, strokeDash=[4, 3]).encode(x=x)
        )
        layers.append(
            alt.Chart(_data(line))
            .mark_text(fontSize=11, color=theme.MUTED, dy=-8, baseline="bottom")
            .encode(x=x, y=alt.value(0), text="text:N")
        )
    ranged = [row for row in rows if row.get("low") is not None and row.get("high") is not None]
    if ranged:
        layers.append(
            alt.Chart(_data(ranged))
            .mark_rule(color=theme.BLUE, strokeWidth=2)
            .encode(x=alt.X("low:Q", scale=scale, axis=_axis(unit, tickCount=5)), x2="high:Q", y=y)
        )
    before = [row for row in rows if row.get("previous") is not None]
    if before:
        layers.append(
            alt.Chart(_data(before))
            .mark_point(color=theme.MUTED, filled=False, size=55, strokeWidth=1.5)
            .encode(x=alt.X("previous:Q", scale=scale), y=y)
        )
    base = alt.Chart(_data(rows))
    layers.append(base.mark_point(color=theme.BLUE, filled=True, size=85, opacity=1).encode(x=x, y=y))
    layers.append(base.mark_text(dy=-12, fontWeight="bold").encode(x=x, y=y, text="label:N"))
    return _finish(alt.layer(*layers), width, alt.Step(38))


def dumbbell(rows: Rows, order: Sequence[str], unit: str, legend: tuple[str, str], *, width: int = WIDE) -> dict[str, Any]:
    """Draw two years of every supported school joined by a line.

    A row: ``area, first, last, status, label``; ``legend`` names the two years.
    """
    known = [row[k] for row in rows for k in ("first", "last")]
    pad = max((max(known) - min(known)) * 0.08, 1.5)
    scale = alt.Scale(domain=[max(0.0, min(known) - pad), max(known) + pad * 1.5], nice=False, zero=False)
    y = alt.Y("area:N", sort=list(order), axis=alt.Axis(title=None, labelColor=theme.INK, labelLimit=240, grid=True))
    axis = _axis(unit, tickCount=6)
    status_scale = alt.Scale(domain=list(theme.STATUS_COLOURS), range=list(theme.STATUS_COLOURS.values()))
    colour = alt.Color("status:N", scale=status_scale, legend=None)
    line = (
        alt.Chart(_data(rows))
        .mark_rule(strokeWidth=3, opacity=0.55)
        .encode(x=alt.X("first:Q", scale=scale, axis=axis), x2="last:Q", y=y, color=colour)
    )
    ends = [
        {**row, "x": row[key], "when": name, "shown": row["label"] if key == "last" else ""}
        for row in rows
        for key, name in (("first", legend[0]), ("last", legend[1]))
    ]
    base = alt.Chart(_data(ends))
    shape = alt.Shape(
        "when:N",
        scale=alt.Scale(domain=list(legend), range=["circle", "diamond"]),
        legend=alt.Legend(orient="top", title=None),
    )
    fill = alt.FillOpacity("when:N", scale=alt.Scale(domain=list(legend), range=[0, 1]), legend=None)
    points = base.mark_point(size=90, strokeWidth=2).encode(
        x=alt.X("x:Q", scale=scale, axis=axis), y=y, shape=shape, color=colour, fill=colour, fillOpacity=fill
    )
    text = base.mark_text(fontSize=11, dy=-12).encode(x=alt.X("x:Q", scale=scale), y=y, text="shown:N", color=colour)
    return _finish(alt.layer(line, points, text), width, alt.Step(34))


def funnel(points: Rows, limits: Rows, unit: str, n_title: str, *, width: int = WIDE, height: int = 300) -> dict[str, Any]:
    """Draw schools by size and value inside 95 % and 99.8 % limits.

    A point: ``n, value, area, flagged``; a limit: ``n, limit, kind`` (``95`` or ``99.8``), ``side``.
    """
    x_title = n_title
    x = alt.X("n:Q", axis=alt.Axis(title=x_title, format="~g", grid=False), scale=alt.Scale(nice=True, zero=True))
    known = [row["value"] for row in points] + [row["limit"] for row in limits]
    pad = max((max(known) - min(known)) * 0.06, 1.0)
    scale = alt.Scale(domain=[max(0.0, min(known) - pad), max(known) + pad], nice=False, zero=False)
    dash = alt.StrokeDash(
        "kind:N",
        scale=alt.Scale(domain=["граница 95\u00a0%", "граница 99,8\u00a0%"], range=[[5, 3], [1, 0]]),
        legend=alt.Legend(title=None, orient="top"),
    )
    lines = (
        alt.Chart(_data(limits))
        .mark_line(color=theme.MUTED, strokeWidth=1.3, interpolate="monotone")
        .encode(x=x, y=alt.Y("limit:Q", scale=scale, axis=_axis(unit)), strokeDash=dash, detail="side:N")
    )
    y = alt.Y("value:Q", scale=scale, axis=_axis(unit))
    inside = alt.Chart(_data([p for p in points if not p["flagged"]]))
    outside = alt.Chart(_data([p for p in points if p["flagged"]]))
    layers = [lines, inside.mark_point(color=theme.BLUE, filled=True, size=55, opacity=0.8).encode(x=x, y=y)]
    if any(p["flagged"] for p in points):
        layers.append(
            outside.mark_point(color=theme.ORANGE, filled=True, size=95, shape="diamond", opacity=1).encode(x=x, y=y)
        )
        layers.append(
            outside.mark_text(dy=-12, fontSize=11, color=theme.ORANGE).encode(x=x, y=y, text="area:N")
        )
    return _finish(alt.layer(*layers), width, height)

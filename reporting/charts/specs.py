"""Vega-Lite specifications. Every function takes rows that are ready to draw and returns a plain dictionary.

Written as data and not through Altair's classes: those cost as much time as the drawing. The tests validate every
specification against Altair's schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reporting.charts import theme

Rows = Sequence[dict[str, Any]]
Spec = dict[str, Any]
WIDE = 820
SMALL = 300
NARROW = 200
_NUMBER_LABEL = "format(datum.value, ',.2~f')"
_PERCENT_LABEL = _NUMBER_LABEL + " + '\u00a0%'"


def _layer(rows: Rows, mark: Spec, **channels: Spec) -> Spec:
    return {"data": {"values": [dict(row) for row in rows]}, "mark": mark, "encoding": channels}


def _finish(layers: list[Spec], width: int, height: int | Spec) -> Spec:
    return {
        "layer": layers,
        "width": width,
        "height": height,
        "autosize": {"type": "pad"},
        "config": theme.CONFIG,
    }


def _quantity(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "quantitative", **more}


def _name(field: str, kind: str = "nominal", **more: Any) -> Spec:
    return {"field": field, "type": kind, **more}


def _axis(unit: str, title: str | None = None, **more: Any) -> Spec:
    if unit == "pct":
        return {"labelExpr": _PERCENT_LABEL, "title": title, **more}
    return {"labelExpr": _NUMBER_LABEL, "title": title, "tickMinStep": 1 if unit == "count" else 0.5, **more}


def _scale(low: float, high: float) -> Spec:
    return {"domain": [low, high], "nice": False, "zero": False}


def _value_range(values: list[float], unit: str) -> tuple[float, float]:
    """Return an axis range with room for labels; shares stay within 0–100, counts start at zero."""
    low, high = min(values), max(values)
    pad = max((high - low) * 0.18, 2.0 if unit == "pct" else 1.0)
    if unit != "pct":
        return 0.0, high * 1.18 + 1
    return max(0.0, low - pad), high + pad if high + pad < 100 else 103.0


def _labels(rows: Rows, x: Spec, y: Spec) -> list[Spec]:
    """Return value labels above points with a white halo, so that a line behind them does not cross the digits."""
    mark = {"type": "text", "dy": -13, "fontSize": 12, "fontWeight": "bold"}
    halo = mark | {"stroke": "white", "strokeWidth": 3.5, "strokeJoin": "round"}
    text = _name("label")
    return [_layer(rows, halo, x=x, y=y, text=text), _layer(rows, mark, x=x, y=y, text=text)]


def dynamics(rows: Rows, years: Sequence[str], unit: str, *, width: int = SMALL, height: int = 170) -> Spec:
    """Draw one indicator by year.

    A row: ``year, value, low, high, label, segment, is_break, is_missing, is_interval``. The line is cut between
    segments; a break is a dashed rule; a year without data carries words instead of a point.
    """
    known = [row[k] for row in rows for k in ("value", "low", "high") if row.get(k) is not None]
    scale = _scale(*_value_range(known, unit)) if known else _scale(0, 1)
    axis = _axis(unit, tickCount=4)
    x = _name(
        "year", "ordinal", sort=None, scale={"domain": list(years)}, axis={"labelAngle": 0, "title": None}
    )
    y, low, high = (
        _quantity("value", scale=scale, axis=axis),
        _quantity("low", scale=scale, axis=axis),
        {"field": "high"},
    )
    points = [row for row in rows if row.get("value") is not None]
    ranged = [row for row in points if row.get("low") is not None and row.get("high") is not None]
    bounds = [row for row in rows if row.get("is_interval")]
    breaks = [row for row in rows if row.get("is_break")]
    missing = [row for row in rows if row.get("is_missing")]
    segment = _name("segment")
    layers: list[Spec] = []
    if breaks:
        layers.append(_layer(breaks, {"type": "rule", "strokeDash": [4, 3], "color": theme.PURPLE}, x=x))
        word = {
            "type": "text",
            "align": "left",
            "dx": 4,
            "fontSize": 11,
            "color": theme.PURPLE,
            "baseline": "top",
        }
        layers.append(_layer(breaks, word, x=x, y={"value": 0}, text={"value": "смена правил"}))
    if ranged:
        band = {"type": "area", "color": theme.BAND, "opacity": 0.7}
        layers.append(_layer(ranged, band, x=x, y=low, y2=high, detail=segment))
        layers.append(
            _layer(ranged, {"type": "rule", "color": theme.BLUE, "opacity": 0.45}, x=x, y=low, y2=high)
        )
    if bounds:
        bar = {"type": "rule", "color": theme.BLUE, "strokeWidth": 8, "opacity": 0.4}
        layers.append(_layer(bounds, bar, x=x, y=low, y2=high))
        layers += _labels(bounds, x, _quantity("high", scale=scale, axis=axis))
    if points:
        line = {"type": "line", "color": theme.BLUE, "strokeWidth": 2.5}
        dot = {"type": "point", "color": theme.BLUE, "filled": True, "size": 55, "opacity": 1}
        layers += [_layer(points, line, x=x, y=y, detail=segment), _layer(points, dot, x=x, y=y)]
        layers += _labels(points, x, y)
    if missing:
        word = {"type": "text", "color": theme.MUTED, "fontSize": 11, "baseline": "bottom", "dy": -4}
        layers.append(_layer(missing, word, x=x, y={"value": height}, text=_name("label")))
    return _finish(layers, width, height)


def statuses(rows: Rows, indicators: Sequence[str], words: dict[str, str], *, width: int = WIDE) -> Spec:
    """Draw how many schools grew, declined or stayed: a bar an indicator.

    A row: ``indicator, status, schools, label, order``; ``words`` maps a status to its legend entry.
    """
    order = [code for code in words if any(row["status"] == code for row in rows)]
    ready = [{**row, "word": words[row["status"]]} for row in rows]
    colour = _name(
        "word",
        scale={"domain": [words[c] for c in order], "range": [theme.STATUS_COLOURS[c] for c in order]},
        legend={"orient": "top", "title": None, "symbolType": "square"},
    )
    axis = {"title": None, "labelLimit": 240, "labelColor": theme.INK}
    y = _name("indicator", sort=list(indicators), axis=axis)
    schools = {"title": "школ", "labelExpr": _NUMBER_LABEL, "tickMinStep": 1, "grid": True}
    x = _quantity("schools", stack="zero", axis=schools)
    rank = _quantity("order")
    bar = {"type": "bar", "size": 22, "stroke": "white", "strokeWidth": 1.5}
    text = {"type": "text", "color": "white", "fontWeight": "bold", "fontSize": 12}
    layers = [
        _layer(ready, bar, x=x, y=y, color=colour, order=rank),
        _layer(
            ready,
            text,
            x=x | {"bandPosition": 0.5},
            y=y,
            text=_name("label"),
            order=rank,
            detail=_name("word"),
        ),
    ]
    return _finish(layers, width, {"step": 34})


def comparison(
    rows: Rows,
    order: Sequence[str],
    unit: str,
    reference: float | None,
    reference_label: str,
    *,
    width: int = NARROW,
) -> Spec:
    """Draw areas side by side with their 95 % intervals and the municipality as a dashed line.

    A row: ``area, value, low, high, label, previous`` (``previous`` = last year's value or null).
    """
    known = [row[k] for row in rows for k in ("value", "low", "high", "previous") if row.get(k) is not None]
    known += [reference] if reference is not None else []
    pad = max((max(known) - min(known)) * 0.12, 1.5)
    scale = _scale(max(0.0, min(known) - pad), max(known) + pad * 2)
    axis = _axis(unit, tickCount=4)
    x = _quantity("value", scale=scale, axis=axis)
    y_axis = {"title": None, "labelColor": theme.INK, "labelLimit": 180, "grid": True}
    y = _name("area", sort=list(order), axis=y_axis)
    layers: list[Spec] = []
    if reference is not None:
        whole = [{"value": reference, "text": reference_label}]
        word = {"type": "text", "fontSize": 11, "color": theme.MUTED, "dy": -8, "baseline": "bottom"}
        layers.append(_layer(whole, {"type": "rule", "color": theme.MUTED, "strokeDash": [4, 3]}, x=x))
        layers.append(_layer(whole, word, x=x, y={"value": 0}, text=_name("text")))
    if ranged := [row for row in rows if row.get("low") is not None and row.get("high") is not None]:
        rule = {"type": "rule", "color": theme.BLUE, "strokeWidth": 2}
        layers.append(
            _layer(ranged, rule, x=_quantity("low", scale=scale, axis=axis), x2={"field": "high"}, y=y)
        )
    if before := [row for row in rows if row.get("previous") is not None]:
        ring = {"type": "point", "color": theme.MUTED, "filled": False, "size": 55, "strokeWidth": 1.5}
        layers.append(_layer(before, ring, x=_quantity("previous", scale=scale, axis=axis), y=y))
    dot = {"type": "point", "color": theme.BLUE, "filled": True, "size": 85, "opacity": 1}
    layers += [_layer(rows, dot, x=x, y=y), *_labels(rows, x, y)]
    return _finish(layers, width, {"step": 38})


def dumbbell(rows: Rows, order: Sequence[str], unit: str, *, width: int = WIDE) -> Spec:
    """Draw two years of every supported school joined by a line: a ring is the first year, a diamond the last.

    A row: ``area, first, last, status, label``.
    """
    known = [row[k] for row in rows for k in ("first", "last")]
    pad = max((max(known) - min(known)) * 0.1, 1.5)
    scale = _scale(max(0.0, min(known) - pad), max(known) + pad * 1.5)
    axis = _axis(unit, tickCount=6)
    y_axis = {"title": None, "labelColor": theme.INK, "labelLimit": 240, "grid": True}
    y = _name("area", sort=list(order), axis=y_axis)
    colours = {"domain": list(theme.STATUS_COLOURS), "range": list(theme.STATUS_COLOURS.values())}
    colour = _name("status", scale=colours, legend=None)
    first, last = _quantity("first", scale=scale, axis=axis), _quantity("last", scale=scale, axis=axis)
    line = {"type": "rule", "strokeWidth": 3, "opacity": 0.55}
    ring = {"type": "point", "filled": True, "fill": "white", "size": 85, "strokeWidth": 2, "opacity": 1}
    diamond = {"type": "point", "filled": True, "shape": "diamond", "size": 110, "opacity": 1}
    layers = [
        _layer(rows, line, x=first, x2={"field": "last"}, y=y, color=colour),
        _layer(rows, ring, x=first, y=y, stroke=colour),
        _layer(rows, diamond, x=last, y=y, color=colour),
        _layer(
            rows, {"type": "text", "fontSize": 11, "dy": -12}, x=last, y=y, text=_name("label"), color=colour
        ),
    ]
    return _finish(layers, width, {"step": 36})


def funnel(
    points: Rows, limits: Rows, unit: str, n_title: str, *, width: int = WIDE, height: int = 300
) -> Spec:
    """Draw schools by size and value inside 95 % and 99.8 % limits.

    A point: ``n, value, area, flagged``; a limit: ``n, limit, kind``, ``side``.
    """
    known = [row["value"] for row in points] + [row["limit"] for row in limits]
    pad = max((max(known) - min(known)) * 0.06, 1.0)
    scale = _scale(max(0.0, min(known) - pad), max(known) + pad)
    x = _quantity(
        "n", axis={"title": n_title, "labelExpr": _NUMBER_LABEL, "grid": False}, scale={"zero": True}
    )
    y = _quantity("value", scale=scale, axis=_axis(unit))
    kinds = sorted({str(row["kind"]) for row in limits})
    dash = _name(
        "kind",
        scale={"domain": kinds, "range": [[5, 3], [1, 0]][: len(kinds)]},
        legend={"title": None, "orient": "top", "symbolSize": 600},
    )
    line = {"type": "line", "color": theme.MUTED, "strokeWidth": 1.3, "interpolate": "monotone"}
    limit = _quantity("limit", scale=scale, axis=_axis(unit))
    inside = [point for point in points if not point["flagged"]]
    outside = [point for point in points if point["flagged"]]
    dot = {"type": "point", "color": theme.BLUE, "filled": True, "size": 55, "opacity": 0.8}
    layers = [
        _layer(limits, line, x=x, y=limit, strokeDash=dash, detail=_name("side")),
        _layer(inside, dot, x=x, y=y),
    ]
    if outside:
        diamond = {
            "type": "point",
            "color": theme.ORANGE,
            "filled": True,
            "size": 95,
            "shape": "diamond",
            "opacity": 1,
        }
        layers.append(_layer(outside, diamond, x=x, y=y))
        # Names beside their points, turned inwards, every second one lower: neighbours seldom collide.
        middle = (min(point["n"] for point in points) + max(point["n"] for point in points)) / 2
        for place, point in enumerate(sorted(outside, key=lambda item: item["n"])):
            side = {"align": "left", "dx": 9} if point["n"] <= middle else {"align": "right", "dx": -9}
            word = {
                "type": "text",
                "dy": -8 if place % 2 else 6,
                "fontSize": 11,
                "color": theme.ORANGE,
                **side,
            }
            layers.append(_layer([point], word, x=x, y=y, text=_name("area")))
    return _finish(layers, width, height)

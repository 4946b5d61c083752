"""Vega-Lite specifications of the network: who supports whom, and how far the roadmaps are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reporting.charts import theme
from reporting.charts.specs import WIDE, Rows, Spec

STATE_COLOURS = {
    "done_on_time": theme.TEAL,
    "done_late": theme.BLUE,
    "overdue": theme.ORANGE,
    "cancelled": theme.GREY,
    "planned": theme.PURPLE,
}
_STEP = 36


def _layer(rows: Rows, mark: Spec, **channels: Any) -> Spec:
    return {"data": {"values": [dict(row) for row in rows]}, "mark": mark, "encoding": channels}


def pairs(partners: Rows, supported: Rows, links: Rows, *, width: int = WIDE) -> Spec:
    """Draw partner schools on the left, supported ones on the right, a line for each agreement.

    A school: ``name, y``; a link: ``y, y2, stage, is_stuck, label`` (``y`` of the partner, ``y2`` of the supported).
    """
    rows = max(len(partners), len(supported))
    scale = {"domain": [-0.5, max(rows - 0.5, 0.5)], "reverse": True, "zero": False, "nice": False}
    y: Spec = {"field": "y", "type": "quantitative", "axis": None, "scale": scale}
    x_scale = {"domain": [0, 1], "nice": False}

    def at(value: float) -> Spec:
        return {"datum": value, "type": "quantitative", "axis": None, "scale": x_scale}

    left, right, middle = at(0.34), at(0.66), at(0.5)
    going = [row for row in links if not row["is_stuck"]]
    stuck = [row for row in links if row["is_stuck"]]
    layers = []
    for found, style in (
        (going, {"color": theme.TEAL}),
        (stuck, {"color": theme.ORANGE, "strokeDash": [5, 3]}),
    ):
        if found:
            layers.append(
                _layer(
                    found,
                    {"type": "rule", "strokeWidth": 2, **style},
                    x=left,
                    x2={"datum": 0.66},
                    y=y,
                    y2={"field": "y2"},
                )
            )
    for schools, place, align, shift in ((partners, left, "right", -10), (supported, right, "left", 10)):
        layers.append(
            _layer(
                schools,
                {"type": "point", "filled": True, "size": 90, "color": theme.BLUE, "opacity": 1},
                x=place,
                y=y,
            )
        )
        layers.append(
            _layer(
                schools,
                {"type": "text", "align": align, "dx": shift, "fontSize": 12},
                x=place,
                y=y,
                text={"field": "name"},
            )
        )
    words = [{**row, "y": (row["y"] + row["y2"]) / 2} for row in links]
    halo = {"type": "text", "fontSize": 11, "stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    layers.append(_layer(words, halo, x=middle, y=y, text={"field": "label"}))
    layers.append(
        _layer(
            words,
            {"type": "text", "fontSize": 11, "color": theme.INK},
            x=middle,
            y=y,
            text={"field": "label"},
        )
    )
    return {
        "layer": layers,
        "width": width,
        "height": max(_STEP * rows, 150),
        "autosize": {"type": "pad"},
        "config": theme.CONFIG,
    }


def progress(rows: Rows, order: Sequence[str], words: dict[str, str], *, width: int = WIDE) -> Spec:
    """Draw the events of every pair by state: a bar a pair. A row: ``pair, state, events, label, order``."""
    present = [state for state in words if any(row["state"] == state for row in rows)]
    ready = [{**row, "word": words[row["state"]]} for row in rows]
    colour = {
        "field": "word",
        "type": "nominal",
        "scale": {"domain": [words[s] for s in present], "range": [STATE_COLOURS[s] for s in present]},
        "legend": {"orient": "top", "title": None, "symbolType": "square"},
    }
    y = {
        "field": "pair",
        "type": "nominal",
        "sort": list(order),
        "axis": {"title": None, "labelLimit": 330, "labelColor": theme.INK},
    }
    x = {
        "field": "events",
        "type": "quantitative",
        "stack": "zero",
        "axis": {"title": "мероприятий", "tickMinStep": 1, "format": "d", "grid": True},
    }
    rank = {"field": "order", "type": "quantitative"}
    bar = {"type": "bar", "size": 20, "stroke": "white", "strokeWidth": 1.5}
    text = {"type": "text", "color": "white", "fontWeight": "bold", "fontSize": 12}
    layers = [
        _layer(ready, bar, x=x, y=y, color=colour, order=rank),
        _layer(
            ready,
            text,
            x=x | {"bandPosition": 0.5},
            y=y,
            text={"field": "label"},
            order=rank,
            detail={"field": "word"},
        ),
    ]
    return {
        "layer": layers,
        "width": width,
        "height": {"step": max(32, 200 // max(len(order), 1))},
        "autosize": {"type": "pad"},
        "config": theme.CONFIG,
    }

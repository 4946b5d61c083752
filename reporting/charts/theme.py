"""Palette and configuration. Hues keep apart under the common colour-vision deficiencies; every colour that carries
text or a mark has a contrast of at least 4.5 : 1 on white (a test computes it)."""

from __future__ import annotations

from typing import Any

INK = "#1b2530"
MUTED = "#566270"
GRID = "#e3e7ec"
BLUE = "#1b5e9e"
TEAL = "#00705c"
ORANGE = "#b3480b"
PURPLE = "#7b3f8c"
GREY = "#66717d"
BAND = "#cfe0f1"

STATUS_COLOURS = {"growth": TEAL, "within_noise": GREY, "decline": ORANGE, "not_comparable": PURPLE}
TEXT_COLOURS = (INK, MUTED, BLUE, TEAL, ORANGE, PURPLE, GREY)

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": "#aab3bd",
        "tickColor": "#aab3bd",
        "labelPadding": 5,
    },
    "axisY": {"domain": False, "ticks": False},
    "legend": {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 12, "orient": "top", "title": None},
    "text": {"color": INK, "fontSize": 12},
}

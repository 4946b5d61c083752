"""The content model: plain immutable parts that every renderer (HTML, DOCX, XLSX) understands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal


@dataclass(frozen=True)
class FigureRef:
    """A printed number that stands in a table: its text, its ``figure_id`` and the raw value behind it.

    ``value`` is in the unit ``unit`` (``pct`` per cent, ``pp`` percentage points, ``count``, ``per_100``);
    ``None`` when the cell holds a symbol. ``hint`` is what a reader sees on hover.
    """

    text: str
    figure_id: str
    value: float | None = None
    unit: str = "count"
    symbol: str | None = None
    hint: str = ""


@dataclass(frozen=True)
class Status:
    """A change in words: code of ``change_status``, its word and icon (never colour alone)."""

    code: str
    text: str
    icon: str
    is_compact: bool = False
    """Print the icon with the word for screen readers only, where a row has no room."""


@dataclass(frozen=True)
class Strong:
    """Emphasised words."""

    text: str


@dataclass(frozen=True)
class Link:
    """A link inside the edition: relative, never to another host."""

    text: str
    href: str


Inline = str | FigureRef | Status | Strong | Link
Cell = Inline | tuple[Inline, ...]


@dataclass(frozen=True)
class Paragraph:
    """A run of words and figures; ``style`` is body, lead or note."""

    runs: tuple[Inline, ...]
    style: Literal["body", "lead", "note"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list of short statements."""

    items: tuple[Paragraph, ...]
    title: str = ""


@dataclass(frozen=True)
class Column:
    """A table column; ``group`` spans neighbours with an equal value under one heading."""

    title: str
    is_number: bool = False
    group: str = ""


@dataclass(frozen=True)
class Row:
    """A table row; the first cell heads it. ``kind`` is body, total or group (a heading row)."""

    cells: tuple[Cell, ...]
    kind: Literal["body", "total", "group"] = "body"


@dataclass(frozen=True)
class Table:
    """A numbered table with a caption and, below it, notes."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart that answers a question: a Vega-Lite specification and its answer in words (alt text)."""

    id: str
    title: str
    spec: dict[str, Any] = field(hash=False)
    alt: str = ""
    note: str = ""
    wide: bool = True


@dataclass(frozen=True)
class ChartGrid:
    """Small charts shown side by side."""

    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class Card:
    """One official indicator at a glance."""

    code: str
    title: str
    value: FigureRef
    caption: str
    change: tuple[Inline, ...]
    status: Status | None
    details: tuple[Paragraph, ...] = ()


@dataclass(frozen=True)
class Cards:
    """The row of cards."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Definitions:
    """A passport: pairs of term and text."""

    title: str
    items: tuple[tuple[str, str], ...]
    anchor: str = ""


@dataclass(frozen=True)
class Notice:
    """Words that must be seen: ``tone`` is info or attention, ``lead`` the answer in one line above the items."""

    title: str
    items: tuple[Paragraph, ...]
    tone: Literal["info", "attention"] = "info"
    lead: Paragraph | None = None


Block = Paragraph | Bullets | Table | Chart | ChartGrid | Cards | Definitions | Notice


@dataclass(frozen=True)
class Section:
    """A numbered section; subsections carry their own headings."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    subsections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Document:
    """A whole report. ``as_of`` is the newest state of affairs among the readings, never the clock."""

    title: str
    subtitle: str
    organisation: str
    edition: Literal["public", "internal"]
    as_of: date | None
    sections: tuple[Section, ...]
    appendices: tuple[Section, ...] = ()
    signatory: str = ""
    links: tuple[Link, ...] = ()
    """Ways to the neighbours: the index of schools, the dictionary, the report."""

"""Every file of a public folder, read as a stranger would read it.

Belongs here: Parquet, csv, html, xlsx, docx and texts into rows and printed words. Does not belong here: conclusions.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = dict[str, Any]
_NUMBERS = frozenset(
    {"numerator", "denominator", "value", "value_low", "value_high", "ci_low", "ci_high", "change"}
    | {"change_low", "change_high", "participants", "below_minimum", "high_80_99", "hundred", "mean_score"}
    | {
        "share_low",
        "share_high",
        "share_at_or_above",
        "at_or_above",
        "subject_code",
        "n_pending",
        "n_ambiguous",
    }
    | {"n_excluded", "people", "member_people", "supported_people", "partner_people"}
    | {"eb_value", "eb_low", "eb_high", "funnel_low95", "funnel_high95", "funnel_low998", "funnel_high998"}
)


@dataclass
class Told:
    """What one release tells: rows of each form of each table, and words printed under a figure's id."""

    parquet: dict[str, list[Row]] = field(default_factory=dict)
    csv: dict[str, list[Row]] = field(default_factory=dict)
    printed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    school_cells: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """(school as printed, heading of the column) → words in the cells of workbooks and documents."""
    texts: dict[str, str] = field(default_factory=dict)
    with_signal: set[str] = field(default_factory=set)
    """Figures that have limits or shrunken values of their own."""


def read(public: Path) -> Told:
    """Read everything under a public folder."""
    told = Told()
    for path in sorted(path for path in public.rglob("*") if path.is_file()):
        name = path.relative_to(public).as_posix()
        match path.suffix:
            case ".parquet":
                told.parquet[path.stem] = pq.read_table(path).to_pylist()
            case ".csv":
                told.csv[path.stem] = _csv(path)
            case ".html":
                _html(path, told)
            case ".xlsx":
                _workbook(path, told)
            case ".docx":
                _document(path, told)
            case _:
                told.texts[name] = path.read_text(encoding="utf-8")
    for tables in (told.parquet, told.csv):
        told.with_signal |= {row["figure_id"] for row in tables.get("indicator_signals", ())}
    return told


def _csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [
            {key: _number(text) if key in _NUMBERS else (text or None) for key, text in row.items()}
            for row in csv.DictReader(stream, delimiter=";")
        ]


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if text else None


class _Figures(HTMLParser):
    """Collects the text and the title of every element that carries the id of a figure."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self._told = told
        self._open: list[tuple[str, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if figure := given.get("data-figure"):
            self._open.append((tag, figure, []))
            if title := given.get("title"):
                # The title names year, school and grades: only counts and intervals are numbers of the figure.
                for found in re.findall(r"[\d\s]+ из [\d\s]+|интервал [^;]*", title.replace("\u00a0", " ")):
                    self._told.printed[figure].add(found.strip())

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            _, figure, parts = self._open.pop()
            self._told.printed[figure].add("".join(parts).strip())

    def handle_data(self, data: str) -> None:
        for _, _, parts in self._open:
            parts.append(data)


def _html(path: Path, told: Told) -> None:
    text = path.read_text(encoding="utf-8")
    _Figures(told).feed(text)
    for chart in re.findall(r"<svg.*?</svg>", text, re.S):
        for label in re.findall(r'aria-label="([^"]*)"|<desc[^>]*>(.*?)</desc>', chart, re.S):
            told.texts[path.name] = told.texts.get(path.name, "") + "\n" + "".join(label)


def _workbook(path: Path, told: Told) -> None:
    import openpyxl

    for sheet in openpyxl.load_workbook(path).worksheets:  # hidden sheets too
        _grid([list(row) for row in sheet.iter_rows(values_only=True)], told)


def _document(path: Path, told: Told) -> None:
    import docx

    for table in docx.Document(str(path)).tables:
        _grid([[cell.text for cell in row.cells] for row in table.rows], told)


def _grid(rows: list[list[Any]], told: Told) -> None:
    heading: list[Any] = []
    for row in rows:
        if row and row[0] == "Школа":
            heading = row
        elif heading and row and row[0]:
            for title, cell in zip(heading[1:], row[1:], strict=False):
                if title and cell is not None:
                    told.school_cells[str(row[0]), str(title)].add(str(cell))

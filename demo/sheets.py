"""Writing exports: workbooks, csv in the encodings that arrive, sidecars. Bytes are reproducible."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

Cell = str | int | float | date | None
Row = Sequence[Cell]
_EPOCH = date(1899, 12, 30)
_CREATED = datetime(2026, 9, 1, 12, 0, 0)


class Serial(int):
    """An Excel date serial that is written as a bare number, as a badly exported date is."""

    @classmethod
    def of(cls, day: date) -> Serial:
        return cls((day - _EPOCH).days)


def plain(cell: Cell) -> str:
    """Return a cell as csv text: dates as dd.mm.yyyy, fractions with a decimal comma, None as an empty text."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, float):
        return f"{cell:.15g}".replace(".", ",")
    return str(cell)


@dataclass(frozen=True)
class CsvStyle:
    """How a csv is written. ``has_raw_quotes``: inner quotes stay unescaped and nothing is quoted."""

    separator: str = ";"
    encoding: str = "utf-8"
    end: str = "\r\n"
    has_raw_quotes: bool = False


CP1251 = CsvStyle(encoding="cp1251")
WITH_BOM = CsvStyle(encoding="utf-8-sig")


class Book:
    """A workbook under construction."""

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(str(path))
        self._book.set_properties({"created": _CREATED, "author": ""})
        self._day = self._book.add_format({"num_format": "dd.mm.yyyy"})
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "align": "center"})
        self._percent = self._book.add_format({"num_format": "0%"})

    def sheet(
        self,
        title: str,
        rows: Iterable[Row],
        merges: Iterable[tuple[int, int, int, int]] = (),
        hidden: bool = False,
        percent_columns: Sequence[int] = (),
    ) -> None:
        """Add a sheet. ``merges``: zero-based (first row, first column, last row, last column) over written cells."""
        page = self._book.add_worksheet(title)
        texts: dict[tuple[int, int], Any] = {}
        spans = list(merges)
        starts = {(r, c) for r, c, _, _ in spans}
        write_text, write_number, write_day = page.write_string, page.write_number, page.write_datetime
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if (r, c) in starts:
                    texts[r, c] = cell
                elif isinstance(cell, str):
                    write_text(r, c, cell)
                elif isinstance(cell, (int, float)):
                    write_number(r, c, cell, self._percent if c in percent_columns else None)
                else:
                    write_day(r, c, datetime(cell.year, cell.month, cell.day), self._day)
        for r, c, last_r, last_c in spans:
            page.merge_range(r, c, last_r, last_c, texts.get((r, c), ""), self._bold)
        if hidden:
            page.hide()

    def close(self) -> None:
        self._book.close()


class Inbox:
    """The folder where deliveries arrive; remembers how many files it wrote."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: list[Path] = []

    def path(self, source: str, year: str, *parts: str) -> Path:
        """Return ``inbox/<source>/<academic year>/<parts…>`` with its folder made."""
        target = self.root.joinpath(source, year, *parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    @contextmanager
    def book(self, path: Path, **facts: object) -> Iterator[Book]:
        """Yield a workbook to fill; ``facts`` go to a sidecar when there are any."""
        book = Book(path)
        yield book
        book.close()
        self._done(path, facts)

    def csv(self, path: Path, rows: Iterable[Row], style: CsvStyle, **facts: object) -> None:
        """Write a csv; ``facts`` go to a sidecar when there are any."""
        stream = io.StringIO(newline="")
        if style.has_raw_quotes:
            for row in rows:
                stream.write(style.separator.join(plain(cell) for cell in row) + style.end)
        else:
            writer = csv.writer(stream, delimiter=style.separator, lineterminator=style.end)
            writer.writerows([plain(cell) for cell in row] for row in rows)
        path.write_bytes(stream.getvalue().encode(style.encoding))
        self._done(path, facts)

    def copy(self, path: Path, target: Path, **facts: object) -> None:
        """Deliver the same bytes once more under another path."""
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        self._done(target, facts)

    def raw(self, path: Path, data: bytes, **facts: object) -> None:
        """Write bytes as they are."""
        path.write_bytes(data)
        self._done(path, facts)

    def _done(self, path: Path, facts: dict[str, object]) -> None:
        self.files.append(path)
        if facts:
            lines = [f"{key}: {_scalar(value)}\n" for key, value in facts.items()]
            path.with_name(path.name + ".delivery.yaml").write_text("".join(lines), encoding="utf-8")


def _scalar(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)

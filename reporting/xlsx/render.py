"""The report's tables as a workbook. Text goes in as text: a cell never becomes a formula or a link."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from opora.files import atomic_path
from reporting import typography as ty
from reporting.content.model import Cell, Document, FigureRef, Link, Section, Status, Strong, Table
from reporting.zipping import EPOCH, make_deterministic

FORMATS = {
    "pct": '0.0"\u00a0%"',
    "pp": '+0.0"\u00a0п.п.";\u22120.0"\u00a0п.п.";0.0"\u00a0п.п."',
    "per_100": "0.0",
    "count": "#,##0",
}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_NUMBER = re.compile(rf"^{ty.MINUS}?\d{{1,3}}(?:{ty.NBSP}\d{{3}})*$")


def plain(cell: Cell) -> str:
    """Return a cell as text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, tuple):
        return "".join(plain(part) for part in cell)
    if isinstance(cell, Status):
        return f"{cell.icon} " if cell.is_compact else f"{cell.icon} {cell.text}"
    if isinstance(cell, (FigureRef, Link, Strong)):
        return cell.text
    raise TypeError(f"a cell cannot hold {type(cell).__name__}")


def tables_of(document: Document) -> list[Table]:
    """Return all tables of a document in reading order."""
    found: list[Table] = []

    def walk(section: Section) -> None:
        found.extend(block for block in section.blocks if isinstance(block, Table))
        for part in section.subsections:
            walk(part)

    for section in (*document.sections, *document.appendices):
        walk(section)
    return found


def _sheet_name(number: int, table: Table) -> str:
    name = _FORBIDDEN.sub(" ", f"{number}. {table.caption}").replace("'", " ")
    return name[:31].strip()


class _Writer:
    """One workbook with its formats; a format is made once and reused."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": "Arial", "font_size": 10, **properties})
        return self._formats[key]

    def table(self, number: int, table: Table) -> None:
        sheet = self.book.add_worksheet(_sheet_name(number, table))
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        if len(table.columns) > 7:
            sheet.set_landscape()
        sheet.write_string(0, 0, f"Таблица {number}. {table.caption}", self.format(bold=True, font_size=12))
        head = self.format(bold=True, bg_color="#EAF2FA", text_wrap=True, valign="vcenter", bottom=1)
        for place, column in enumerate(table.columns):
            title = f"{column.group}: {column.title.lower()}" if column.group else column.title
            sheet.write_string(2, place, title, head)
        widths = [len(column.title) + 4 for column in table.columns]
        for line, row in enumerate(table.rows, start=3):
            is_strong = row.kind != "body"
            for place, cell in enumerate(row.cells):
                widths[place] = max(widths[place], len(plain(cell)) if row.kind != "group" else 0)
                self._cell(
                    sheet, line, place, cell, is_number=table.columns[place].is_number, is_strong=is_strong
                )
        shown = [min(max(width + 2, 10), 60) for width in widths]
        for place, width in enumerate(shown):
            sheet.set_column(place, place, width)
        sheet.set_row(2, 32)
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(2)
        last = 2 + len(table.rows)
        sheet.autofilter(2, 0, last, len(table.columns) - 1)
        if table.note:
            self._note(sheet, last + 2, table.note, shown)

    def _note(self, sheet: Any, line: int, text: str, widths: list[int]) -> None:
        """Write a note below the table and no wider than it: a longer line would shrink the whole printed sheet."""
        style = self.format(italic=True, font_color="#566270", text_wrap=True, valign="top")
        sheet.set_row(line, 14 * math.ceil(len(text) * 1.1 / sum(widths)))
        if len(widths) > 1:
            sheet.merge_range(line, 0, line, len(widths) - 1, "", style)
        sheet.write_string(line, 0, text, style)

    def _cell(
        self, sheet: Any, line: int, place: int, cell: Cell, *, is_number: bool, is_strong: bool
    ) -> None:
        style: dict[str, Any] = {"bold": True} if is_strong else {}
        if is_number:
            style["align"] = "right"
        else:
            style |= {"text_wrap": True, "valign": "top"}
        if isinstance(cell, tuple):
            figure = next(
                (part for part in cell if isinstance(part, FigureRef) and part.value is not None), None
            )
            cell = figure or plain(cell)
        if isinstance(cell, FigureRef) and cell.value is not None:
            sheet.write_number(line, place, cell.value, self.format(num_format=FORMATS[cell.unit], **style))
            return
        text = plain(cell)
        if is_number and _NUMBER.match(text):
            value = float(text.replace(ty.NBSP, "").replace(ty.MINUS, "-"))
            sheet.write_number(line, place, value, self.format(num_format=FORMATS["count"], **style))
        else:
            sheet.write_string(line, place, text, self.format(**style))


def write_xlsx(document: Document, target: Path) -> None:
    """Write the workbook: a cover sheet, then a sheet a table."""
    import xlsxwriter

    tables = tables_of(document)
    with atomic_path(target) as part:
        raw = part.with_suffix(".raw")
        book = xlsxwriter.Workbook(
            str(raw), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        book.set_properties({"title": document.title, "company": document.organisation, "created": EPOCH})
        writer = _Writer(book)
        cover = book.add_worksheet("Содержание")
        cover.hide_gridlines(2)
        cover.set_column(0, 0, 100)
        lines = [
            (document.title, writer.format(bold=True, font_size=16)),
            (document.subtitle, writer.format(font_size=12)),
            (document.organisation, writer.format()),
            (
                "Внутренняя редакция: сведения ограниченного доступа"
                if document.edition == "internal"
                else "Публичная редакция",
                writer.format(bold=True),
            ),
        ]
        if document.as_of:
            lines.append((f"Данные по состоянию на {ty.long_date(document.as_of)}", writer.format()))
        for line, (text, style) in enumerate(lines):
            cover.write_string(line, 0, text, style)
        start = len(lines) + 1
        for number, table in enumerate(tables, start=1):
            link = f"internal:'{_sheet_name(number, table)}'!A1"
            cover.write_url(
                start + number, 0, link, writer.format(font_color="#1B5E9E"), f"{number}. {table.caption}"
            )
            writer.table(number, table)
        book.close()
        try:
            make_deterministic(raw, part)
        finally:
            raw.unlink(missing_ok=True)

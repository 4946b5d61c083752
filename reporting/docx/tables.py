"""Tables of the document: columns as wide as their words need, heads repeated on every sheet, rows never torn."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from reporting.content.model import Column, Table
from reporting.docx.styles import LANDSCAPE_CM, PORTRAIT_CM
from reporting.xlsx.render import plain

SIZES_PT = (9.0, 8.0)
SMALLEST_PT = 7.0
_PADDING_CM = 0.42
_CM_OF_POINT = 2.54 / 72
_LETTER_EM = 0.56
"""Mean width of a letter of a bold Times New Roman, in its size."""
_LONGEST, _NAME = 46, 14
_HEAD, _GROUP = "EAF2FA", "F5F7FA"
_RIGHT = '<w:jc w:val="right"/>'
_CELL = (
    '<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr><w:p><w:pPr><w:spacing w:after="0"/>{align}</w:pPr>'
    '<w:r><w:rPr>{{bold}}<w:sz w:val="{size}"/></w:rPr>{{text}}</w:r></w:p></w:tc>'
)


def _letters(column: Column, cells: list[str]) -> tuple[int, int]:
    """Return the longest word and the longest text of a column; a number is one word."""
    texts = [column.title, *cells]
    words = [cells] if column.is_number else [re.split(r"[ \n\u2013-]", text) for text in cells]
    longest = max((len(word) for part in words for word in part), default=0)
    head = max(len(word) for word in re.split(r"[ \n-]", column.title))
    return max(longest, head, 2), min(max(len(text) for text in texts), _LONGEST)


def column_widths(table: Table, size: float, room: float) -> list[float] | None:
    """Return the widths of columns in cm that fill ``room``; None where the longest words do not fit.

    Every column gets its longest word; what is left goes to those whose texts are longer.
    """
    texts = [
        [plain(row.cells[place]) for row in table.rows if row.kind != "group" and place < len(row.cells)]
        for place in range(len(table.columns))
    ]
    needs = [_letters(column, cells) for column, cells in zip(table.columns, texts, strict=True)]
    # The first column names the row: it is read first and should not be torn into a column of words.
    needs[0] = (max(needs[0][0], min(needs[0][1], _NAME)), max(needs[0]))
    letter = size * _LETTER_EM * _CM_OF_POINT
    least = [word * letter + _PADDING_CM for word, _ in needs]
    if sum(least) > room:
        return None
    more = [(text - word) + 1 for word, text in needs]
    return [width + (room - sum(least)) * part / sum(more) for width, part in zip(least, more, strict=True)]


def fit(table: Table) -> tuple[bool, float, list[float]]:
    """Return whether the table lies across the sheet, its font size and its columns' widths in cm."""
    for is_wide, room in ((False, PORTRAIT_CM), (True, LANDSCAPE_CM)):
        for size in SIZES_PT:
            if widths := column_widths(table, size, room):
                return is_wide, size, widths
    return True, SMALLEST_PT, [LANDSCAPE_CM / len(table.columns)] * len(table.columns)


def add_table(word: Any, table: Table, size: float, widths: list[float]) -> None:
    """Add the grid of a table: one row of heads, or two where columns stand in groups."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn
    from docx.shared import Cm

    grid = word.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)  # every row that is added later takes these widths for its cells
    _heads(grid, table, size)
    frames = [
        _CELL.format(
            width=column._gridCol.get(qn("w:w")), align=_RIGHT if told.is_number else "", size=int(2 * size)
        )
        for column, told in zip(grid.columns, table.columns, strict=True)
    ]
    for row in table.rows:
        if row.kind == "group":
            cells = _add_row(grid).cells
            write_cell(cells[0].merge(cells[-1]), plain(row.cells[0]), size, bold=True, shade=_GROUP)
        else:
            texts = [plain(content) for content in row.cells]
            grid._tbl.append(parse_xml(_row_xml(frames, texts, is_bold=row.kind == "total")))


def _row_xml(frames: list[str], texts: list[str], *, is_bold: bool) -> str:
    """Return a row of the body as the library would write it: asked cell by cell, it takes a millisecond a cell."""
    from docx.oxml.ns import nsdecls

    bold = "<w:b/>" if is_bold else ""
    cells = (
        frame.replace("{bold}", bold, 1).replace("{text}", _text_xml(text), 1)
        for frame, text in zip(frames, texts, strict=True)
    )
    return f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _text_xml(text: str) -> str:
    """Return a text with its line breaks; an empty text is no text at all."""
    parts = []
    for line in text.split("\n"):
        space = ' xml:space="preserve"' if line != line.strip() else ""
        parts.append(f"<w:t{space}>{escape(line)}</w:t>" if line else "")
    return "<w:br/>".join(parts)


def _heads(grid: Any, table: Table, size: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement

    is_grouped = any(column.group for column in table.columns)
    lines = [_add_row(grid) for _ in range(2 if is_grouped else 1)]
    if is_grouped:
        place = 0
        for group, columns in groupby(table.columns, key=lambda column: column.group or column.title):
            count = len(list(columns))
            if table.columns[place].group:
                cell = lines[0].cells[place].merge(lines[0].cells[place + count - 1])
                write_cell(cell, group, size, bold=True, shade=_HEAD).alignment = WD_ALIGN_PARAGRAPH.CENTER
            else:
                write_cell(
                    lines[0].cells[place].merge(lines[1].cells[place]), group, size, bold=True, shade=_HEAD
                )
            place += count
    for place, column in enumerate(table.columns):
        if column.group or not is_grouped:
            paragraph = write_cell(lines[-1].cells[place], column.title, size, bold=True, shade=_HEAD)
            if column.is_number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for line in lines:
        line._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _add_row(grid: Any) -> Any:
    """Add a row that is never torn between two sheets."""
    from docx.oxml import OxmlElement

    row = grid.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def write_cell(cell: Any, text: str, size: float, *, bold: bool = False, shade: str = "") -> Any:
    """Write text into a cell and return its paragraph."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold = bold or None
    paragraph.paragraph_format.space_after = Pt(0)
    if shade:
        element = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", shade)):
            element.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(element)
    return paragraph

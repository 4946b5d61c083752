"""Tables of the document: columns as wide as their words need, heads repeated on every sheet, rows never torn."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from reporting.content.model import Column, Row, Table
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
_RIGHT, _CENTER = '<w:jc w:val="right"/>', '<w:jc w:val="center"/>'
_WORDS = (
    '<w:p><w:pPr><w:spacing w:after="0"/>{align}</w:pPr>'
    '<w:r><w:rPr>{bold}<w:sz w:val="{size}"/></w:rPr>{text}</w:r></w:p>'
)
_CELL = '<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/>{shape}</w:tcPr>{words}</w:tc>'
_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
_TALL, _BELOW = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
"""A head that reaches over both rows of heads, and what the second row holds under it."""


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
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Cm

    grid = word.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    # The library's own rows and cells take a millisecond each: the rows are written as it would write them.
    twips = [int(column._gridCol.get(qn("w:w"))) for column in grid.columns]
    half_points = int(2 * size)
    rows = [
        *_heads(table, twips, half_points),
        *(_body_row(table, row, twips, half_points) for row in table.rows),
    ]
    for row in rows:
        grid._tbl.append(parse_xml(f"<w:tr {nsdecls('w')}>{row}</w:tr>"))


def _body_row(table: Table, row: Row, twips: list[int], size: int) -> str:
    if row.kind == "group":
        words = _words(plain(row.cells[0]), size, is_bold=True)
        return _row([_cell(sum(twips), _span(len(twips)) + _SHADE.format(fill=_GROUP), words)])
    cells = [
        _cell(
            width,
            "",
            _words(plain(content), size, _RIGHT if column.is_number else "", is_bold=row.kind == "total"),
        )
        for width, column, content in zip(twips, table.columns, row.cells, strict=True)
    ]
    return _row(cells)


def _heads(table: Table, twips: list[int], size: int) -> list[str]:
    """Return one row of heads, or two where columns stand in groups: heads without a group reach over both."""
    shade = _SHADE.format(fill=_HEAD)
    is_grouped = any(column.group for column in table.columns)
    above: list[str] = []
    below: list[str] = []
    for group, places in groupby(range(len(twips)), key=lambda place: table.columns[place].group or place):
        run = list(places)
        if isinstance(group, str):
            words = _words(group, size, _CENTER, is_bold=True)
            above.append(_cell(sum(twips[place] for place in run), _span(len(run)) + shade, words))
        for place in run:
            column = table.columns[place]
            is_tall = is_grouped and not column.group
            align = _RIGHT if column.is_number and not is_tall else ""
            line = below if column.group else above
            words = _words(column.title, size, align, is_bold=True)
            line.append(_cell(twips[place], (_TALL if is_tall else "") + shade, words))
            if is_tall:
                below.append(_cell(twips[place], _BELOW, "<w:p/>"))
    return [_row(cells, "<w:tblHeader/>") for cells in (above, below) if cells]


def _row(cells: list[str], kind: str = "") -> str:
    """Return what stands in a row that is never torn between two sheets."""
    return f"<w:trPr><w:cantSplit/>{kind}</w:trPr>{''.join(cells)}"


def _cell(width: int, shape: str, words: str) -> str:
    return _CELL.format(width=width, shape=shape, words=words)


def _span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""


def _words(text: str, size: int, align: str = "", *, is_bold: bool) -> str:
    return _WORDS.format(align=align, bold="<w:b/>" if is_bold else "", size=size, text=_text_xml(text))


def _text_xml(text: str) -> str:
    """Return a text with its line breaks; an empty text is no text at all."""
    parts = []
    for line in text.split("\n"):
        space = ' xml:space="preserve"' if line != line.strip() else ""
        parts.append(f"<w:t{space}>{escape(line)}</w:t>" if line else "")
    return "<w:br/>".join(parts)


def write_cell(cell: Any, text: str, size: float) -> None:
    """Write text into a cell."""
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.add_run(text).font.size = Pt(size)
    paragraph.paragraph_format.space_after = Pt(0)

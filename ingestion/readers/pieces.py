"""Large sheets cut between rows and read on all cores: calamine reads one sheet on one core.

Each piece is a workbook of its own in memory: the same styles and strings, a part of the rows. So every cell is read by
the same library under the same rules as in the whole book; where a cut is not certain there is none.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ingestion.readers.sheet import Row

#: Sheets from this size of XML are worth a cut; above the upper one the copies would ask for too much memory.
LEAST, MOST = 16 << 20, 256 << 20
_PER_CORE = 6
_SHEETS = "xl/worksheets/"
_STRINGS = "xl/sharedStrings.xml"
_NOTHING = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)
_ROW = re.compile(rb'<row\b[^>]*? r="(\d{1,7})"')
#: Begins a comment or a section of characters, in which «<row » may stand without beginning a row.
_UNCERTAIN = b"<!"

Parts = dict[str, bytes]
#: A book of which a part may be a few stretches of bytes: nothing is copied before a thread writes its piece.
Piece = dict[str, tuple[bytes | memoryview, ...]]


def is_worth(sizes: dict[str, int]) -> bool:
    """Tell by the unpacked sizes of a book's parts whether cutting it pays."""
    large = max((size for name, size in sizes.items() if name.startswith(_SHEETS)), default=0)
    return large >= LEAST and sum(sizes.values()) <= MOST and (os.cpu_count() or 1) > 1


def cut(parts: Parts) -> list[Piece]:
    """Return the book as pieces in the order of rows: large sheets cut, others in the first. Empty: no cut."""
    large = {name: xml for name, xml in parts.items() if name.startswith(_SHEETS) and len(xml) >= LEAST}
    count = _count(len(parts.get(_STRINGS, b"")), max(map(len, large.values()), default=0))
    rows = {name: _pieces(xml, count) for name, xml in large.items()}
    if not rows or any(len(pieces) != count for pieces in rows.values()):
        return []
    return [
        {
            name: rows[name][at] if name in rows else (_NOTHING if at and _is_sheet(name) else data,)
            for name, data in parts.items()
        }
        for at in range(count)
    ]


def _count(strings: int, sheet: int) -> int:
    """Return how many pieces pay for a sheet: small ones stay in the processor's cache, but each reads all strings."""
    cores = os.cpu_count() or 1
    return max(cores, min(cores * _PER_CORE, sheet * 2 // (strings * 5 + 1)))


def _is_sheet(name: str) -> bool:
    return name.startswith(_SHEETS) and name.endswith(".xml")


def _pieces(xml: bytes, count: int) -> list[tuple[bytes | memoryview, ...]]:
    """Return the sheet's XML as sheets of consecutive rows; none when it cannot be cut with certainty."""
    first, end = xml.find(b"<row "), xml.rfind(b"</sheetData>")
    # One letter is looked for ten times faster than two, and most sheets have none.
    if first < 0 or end < first or (b"!" in xml and _UNCERTAIN in xml):
        return []
    places = [first]
    for at in range(1, count):
        place = xml.find(b"<row ", max(places[-1] + 1, first + (end - first) * at // count), end)
        # A row that does not tell its number would be counted from the beginning of its piece.
        if place < 0 or not _ROW.match(xml, place, place + 400):
            return []
        places.append(place)
    view = memoryview(xml)
    return [(view[:first], view[a:b], view[end:]) for a, b in zip(places, [*places[1:], end], strict=True)]


def _book(piece: Piece) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, stretches in piece.items():
            with archive.open(name, "w") as part:
                for data in stretches:
                    part.write(data)
    stream.seek(0)
    return stream


def read_pieces(pieces: list[Piece], names: list[str]) -> dict[str, list[Row]] | None:
    """Return the rows of each sheet, or None when the pieces do not make one sheet: read the book whole then.

    ``pieces`` are emptied on the way. Raises what calamine raises.
    """
    from python_calamine import CalamineWorkbook

    def read(at: int) -> list[Any]:
        book = CalamineWorkbook.from_filelike(_book(pieces[at]))
        pieces[at].clear()
        return [book.get_sheet_by_name(name) for name in names]

    found: dict[str, list[tuple[int, int, list[Row]]]] = {name: [] for name in names}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for sheets in pool.map(read, range(len(pieces))):
            for name, sheet in zip(names, sheets, strict=True):
                if sheet.start is not None:
                    found[name].append((*sheet.start, sheet.to_python(skip_empty_area=True)))
    rows = {name: _joined(parts) for name, parts in found.items()}
    return (
        None
        if any(each is None for each in rows.values())
        else {k: v for k, v in rows.items() if v is not None}
    )


def _joined(pieces: list[tuple[int, int, list[Row]]]) -> list[Row] | None:
    """Return the rows of one sheet from its first one, all of one width; None when a piece begins within another."""
    width = max((left + len(rows[0]) for _, left, rows in pieces), default=0)
    found: list[Row] = []
    for top, left, rows in pieces:
        if top < len(found):
            return None
        found += [[""] * width for _ in range(top - len(found))]
        found += _padded(rows, left, width)
    return found


def _padded(rows: list[Row], left: int, width: int) -> Iterator[Row] | list[Row]:
    right = width - left - len(rows[0])
    if not left and not right:
        return rows
    return ([""] * left + row + [""] * right for row in rows)

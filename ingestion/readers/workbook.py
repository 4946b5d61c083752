"""Workbooks of Excel: proved harmless first, then read by calamine."""

from __future__ import annotations

import re
import zipfile
from copy import copy
from pathlib import Path

from ingestion.readers.pieces import Parts, cut, is_worth, read_pieces
from ingestion.readers.sheet import Book, Row, Sheet
from ingestion.refusal import Refusal

# A workbook of 200,000 rows by 10 columns unpacks to about 80 MB; these limits leave a wide margin.
MAX_UNPACKED = 1 << 30
MAX_RATIO = 400
MAX_CELLS = 60_000_000
MAX_ENTRIES = 10_000
_RATIO_FROM = 32 << 20
_BLOCK = 1 << 20
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_REFERENCE = re.compile(
    rb'<c [^>]{0,60}?r="([A-Z]{1,3})(\d{1,7})"|<row [^>]{0,60}?r="(\d{1,7})"|<dimension ref="[^"]*"'
)
_WIDE = re.compile(rb' r="([A-Z]{3})\d')
_ROW = re.compile(rb'<row\b[^>]*? r="(\d{1,9})"')
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"


def check_ole(path: Path) -> None:
    """Refuse a container of the old Office: a protected workbook or the old ``.xls`` format."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refusal(
            "книга защищена паролем; снимите пароль (Файл → Сведения → Защита книги) и пришлите снова"
        )
    raise Refusal("старый формат Excel (.xls); сохраните книгу как .xlsx и пришлите снова")


def check_archive(path: Path) -> Parts:
    """Refuse an archive that is no workbook, is damaged, or would unpack beyond the limits.

    Sizes in a zip's table of contents may lie, so the bytes are unpacked and counted, a block at a time. Returns the
    parts that were unpacked when the book is worth reading in pieces (``ingestion.readers.pieces``), else nothing.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names:
                raise Refusal("это архив, а не книга; распакуйте его и положите файлы по одному")
            if not any(name.startswith("xl/workbook") for name in names):
                raise Refusal("это документ Office, но не книга Excel; пришлите таблицу в .xlsx или .csv")
            if any(entry.compress_type not in _METHODS for entry in entries):
                raise _unreadable()  # their unpackers know no bounds, and Excel writes none of them
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise _bomb()
            total = 0
            parts: dict[str, list[bytes]] = {}
            is_kept = len(names) == len(entries) and is_worth({e.filename: e.file_size for e in entries})
            for entry in entries:
                kept = parts.setdefault(entry.filename, []) if is_kept else None
                total = _unpack(archive, entry, total, kept)
            return {name: b"".join(blocks) for name, blocks in parts.items()}
    except Refusal:
        raise
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _unreadable() from error
    except Exception as error:  # zlib.error and its kin: whatever a damaged archive makes the library raise
        raise _unreadable() from error


def _unpack(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, total: int, kept: list[bytes] | None = None
) -> int:
    is_sheet = entry.filename.startswith("xl/worksheets/")
    stated, entry = entry.file_size, copy(entry)
    # Python stops at the stated size, the reader of the workbook does not: unpack to the end of what is there.
    entry.file_size = MAX_UNPACKED + _BLOCK
    size, rows, is_wide, tail = 0, 0, False, b""
    with archive.open(entry) as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            if kept is not None:
                kept.append(block)
            if total + size > MAX_UNPACKED or size > max(_RATIO_FROM, MAX_RATIO * entry.compress_size):
                raise _bomb()
            if is_sheet:
                text = tail + block
                last = text.rfind(b"<row")
                if last >= 0 and (match := _ROW.match(text[last : last + 400])):
                    rows = max(rows, int(match[1]))
                is_wide = is_wide or bool(_WIDE.search(text))
                tail = block[-512:]
    if size != stated:
        raise _unreadable()
    # The reader keeps a dense table: a cell in the far corner would ask for gigabytes.
    if rows * (16_384 if is_wide else 64) > MAX_CELLS:
        raise Refusal(
            "на листе заполнены ячейки далеко за пределами таблицы; удалите лишние строки и столбцы и пришлите снова"
        )
    return total + size


def _bomb() -> Refusal:
    return Refusal(
        "файл распаковывается в недопустимо большой объём; пришлите обычную таблицу .xlsx или .csv"
    )


def _unreadable() -> Refusal:
    return Refusal(
        "книга повреждена и не открывается; откройте её в Excel, сохраните заново и пришлите снова"
    )


def read_workbook(path: Path) -> Book:
    """Return all sheets of a workbook, hidden ones marked; raise ``Refusal`` when it cannot be read."""
    parts = check_archive(path)
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(str(path))
        metas = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        rows = _in_pieces(parts, [meta.name for meta in metas])
        sheets = []
        for meta in metas:
            own = rows.pop(meta.name) if rows is not None else None
            if own is None:
                own = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
            sheets.append(Sheet(meta.name, own, meta.visible != SheetVisibleEnum.Visible))
    except Exception as error:  # the library raises errors of many kinds on damaged parts
        raise _unreadable() from error
    return Book(sheets, "xlsx")


def _in_pieces(parts: Parts, names: list[str]) -> dict[str, list[Row]] | None:
    """Return the rows of all sheets read on all cores, or None where the book is to be read whole."""
    pieces = cut(parts)
    parts.clear()
    if not pieces:
        return None
    try:
        return read_pieces(pieces, names)
    except Exception:  # whatever a piece does not bear, the whole book may
        return None

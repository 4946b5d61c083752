"""Delimited text: encoding and delimiter are tried, and proved later by the words of the header."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from itertools import pairwise
from pathlib import Path

from ingestion.readers.sheet import Book, Row, Sheet
from ingestion.refusal import Refusal

DELIMITERS = (";", ",", "\t")
MAX_BYTES = 2 << 30
_SAMPLE_LINES = 200
# Shares of Russian letters by frequency: text decoded in the wrong encoding has few of the common ones.
_COMMON = frozenset("оеаинтсрвлкмдпу")


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8 or cp1251, with or without BOM; raise ``Refusal`` for other encodings."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refusal("кодировка UTF-16; сохраните файл как «CSV UTF-8» и пришлите снова")
    if b"\0" in data[:65536]:
        raise Refusal("это не текстовый файл; пришлите таблицу в .xlsx или .csv")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1251")
    except UnicodeDecodeError as error:
        raise _encoding() from error
    if not _looks_russian(text[:65536]):
        raise _encoding()
    return text


def _encoding() -> Refusal:
    return Refusal(
        "кодировка не распознана (ожидается UTF-8 или Windows-1251); сохраните файл как «CSV UTF-8»"
    )


def _looks_russian(text: str) -> bool:
    """In Russian text the common letters are most of the letters, and capitals do not end up inside words."""
    letters = [char for char in text.lower() if "а" <= char <= "я"]
    foreign = sum(
        1 for char in text if ord(char) > 127 and not ("А" <= char <= "я" or char in "ёЁ«»№–—„“” …\u00a0")
    )
    if len(letters) < 3:
        return foreign == 0
    share = sum(char in _COMMON for char in letters) / len(letters)
    inner = sum(1 for a, b in pairwise(text) if "а" <= a <= "я" and "А" <= b <= "Я")
    return share >= 0.55 and inner <= len(letters) * 0.1 and foreign <= len(letters) * 0.2


def split(text: str, delimiter: str) -> list[Row]:
    """Cut text into rows of cells; inner quotes that were not escaped do not shift columns."""
    rows = _standard(text, delimiter)
    if rows is not None:
        return rows
    return _lenient(text, delimiter)


def _standard(text: str, delimiter: str) -> list[Row] | None:
    """Return rows as the csv rules say, or None when quotes break the rules."""
    if '"' not in text:
        return [line.split(delimiter) if line else [] for line in text.splitlines()]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _lenient(text: str, delimiter: str) -> list[Row]:
    """A quote opens only at the start of a cell and closes only before a delimiter or the end of a line."""
    rows: list[Row] = []
    row: Row = []
    at, end = 0, len(text)
    while at < end:
        if text[at] == '"':
            cell, at = _quoted(text, at + 1, delimiter)
        else:
            stops = [place for stop in (delimiter, "\n", "\r") if (place := text.find(stop, at)) >= 0]
            stop = min(stops, default=end)
            cell, at = text[at:stop], stop
        row.append(cell)
        if at < end and text[at] == delimiter:
            at += 1
            if at == end:
                row.append("")
            continue
        rows.append(row if row != [""] else [])
        row = []
        at += 2 if text.startswith("\r\n", at) else 1
    if row:
        rows.append(row)
    return rows


def _quoted(text: str, at: int, delimiter: str) -> tuple[str, int]:
    """Return the cell that began with a quote before ``at`` and where it ends."""
    parts: list[str] = []
    start = at
    while True:
        place = text.find('"', at)
        if place < 0:  # never closed: the quote was a part of the text
            line = min(
                (p for p in (text.find("\n", start), text.find("\r", start)) if p >= 0), default=len(text)
            )
            cell = text[start:line].split(delimiter, 1)[0]
            return '"' + cell, start + len(cell)
        following = text[place + 1 : place + 2]
        if following in ("", delimiter, "\n", "\r"):
            parts.append(text[start:place])
            return "".join(parts).replace('""', '"'), place + 1
        at = place + (
            2 if following == '"' and text[place + 2 : place + 3] not in ("", delimiter, "\n", "\r") else 1
        )


def _likeness(rows: list[Row]) -> float:
    """How much a cut looks like a table: the usual width times the share of rows that have it."""
    widths = Counter(len(row) for row in rows[:_SAMPLE_LINES] if row)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    return width * count / sum(widths.values())


def read_text(path: Path) -> Book:
    """Return a text file as one sheet, with other delimiters as variants; raise ``Refusal`` when it cannot be read."""
    if path.stat().st_size > MAX_BYTES:
        raise Refusal("файл больше 2 ГиБ; разделите его на части")
    text = decode(path.read_bytes())
    if not text.strip():
        raise Refusal("файл пуст; проверьте выгрузку и пришлите снова")
    head = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    found = [delimiter for delimiter in DELIMITERS if delimiter in head]
    ranked = sorted(found, key=lambda delimiter: _likeness(split(head, delimiter)), reverse=True)
    # Only the best cut is made whole at once; the others wait until its header fails to prove.
    first = ranked[0] if ranked else ";"
    book = Book([Sheet(None, split(text, first))], "csv")
    book.variants = [[Sheet(None, split(text, other))] for other in ranked[1:] if len(text) < 8_000_000]
    return book

"""Large workbooks read in pieces on all cores say the same, cell by cell, as calamine says of the whole."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
import xlsxwriter

from ingestion.readers import pieces
from ingestion.readers.workbook import read_workbook
from ingestion.refusal import Refusal


def _cells(path: Path) -> list[list[list[object]]]:
    return [[[*map(repr, row)] for row in sheet.rows] for sheet in read_workbook(path).sheets]


def _book(path: Path, seed: int) -> None:
    """Write two or three sheets of every kind of cell, with gaps at the sides, between rows and at the end."""
    draw = Random(seed)
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        day, percent = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "0.0%"})
        for number in range(draw.choice((2, 3))):
            sheet = book.add_worksheet(f"Лист {number}")
            size, left, width = draw.choice((0, 3, 40, 400)), draw.randrange(3), draw.randint(1, 9)
            at = draw.randrange(4)
            for _ in range(size):
                for column in range(left, left + width):
                    kind = draw.randrange(9)
                    if kind == 0:
                        sheet.write_string(
                            at, column, draw.choice(("Белова", 'а <b> & "в" !', '1 <row r="5">'))
                        )
                    elif kind == 1:
                        sheet.write_number(at, column, draw.choice((1, 0, 2.5, 720001, -3e9)))
                    elif kind == 2:
                        sheet.write_boolean(at, column, draw.random() < 0.5)
                    elif kind == 3:
                        sheet.write_datetime(at, column, datetime(2025, 6, draw.randint(1, 28), 10), day)
                    elif kind == 4:
                        sheet.write_number(at, column, draw.random(), percent)
                    elif kind == 5:
                        sheet.write_formula(at, column, "=1+1", None, draw.choice((2, "два")))
                    elif kind == 6:
                        sheet.write_blank(at, column, None, day)
                at += draw.choice((1, 1, 1, 2, 30))
            if number == 1:
                sheet.hide()


@pytest.mark.parametrize("seed", range(40))
def test_pieces_say_what_the_whole_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    path = tmp_path / "book.xlsx"
    _book(path, seed)
    whole = _cells(path)
    asked = []
    real = pieces.read_pieces

    def told(*arguments: object) -> object:
        asked.append(answer := real(*arguments))  # type: ignore[arg-type]
        return answer

    monkeypatch.setattr(pieces, "LEAST", 2_000)
    monkeypatch.setattr("ingestion.readers.pieces.os.cpu_count", lambda: 2)
    monkeypatch.setattr("ingestion.readers.workbook.read_pieces", told)
    assert _cells(path) == whole
    if max(map(len, whole)) > 300:
        assert asked and asked[0] is not None  # it was read in pieces indeed


def _changed(path: Path, change: dict[bytes, bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in (each for each in parts if each.startswith("xl/worksheets/sheet")):
        for old, new in change.items():
            parts[name] = re.sub(old, new, parts[name])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    path.write_bytes(stream.getvalue())


@pytest.mark.parametrize(
    "change",
    [
        {rb"<sheetData>": b'<sheetData><!-- <row r="1"> -->'},
        {rb' r="\d+"( spans="[^"]*")?>': b">"},  # rows that do not tell their numbers
        {rb"(</?)(row|c|v|sheetData|worksheet)\b": rb"\1\2"},
    ],
)
def test_what_cannot_be_cut_with_certainty_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[bytes, bytes]
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Лист")
        for at in range(500):
            sheet.write_row(at, 0, [at, f"строка {at}"])
    _changed(path, change)
    whole = _cells(path)
    assert len(whole[0]) == 500
    monkeypatch.setattr(pieces, "LEAST", 2_000)
    assert _cells(path) == whole


def test_a_part_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    """The table of contents says 1,000 bytes with the right sum of those; the part unpacks to many more."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Лист")
        for at in range(500):
            sheet.write_row(at, 0, [at, f"строка {at}"])
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
        start = zipfile.crc32(archive.read(entry)[:1000])
    told = entry.CRC.to_bytes(4, "little") + entry.compress_size.to_bytes(4, "little")
    lying = start.to_bytes(4, "little") + entry.compress_size.to_bytes(4, "little")
    for size in (entry.file_size.to_bytes(4, "little"),):
        assert data.count(told + size) == 2
        data = data.replace(told + size, lying + (1000).to_bytes(4, "little"))
    path.write_bytes(data)
    with pytest.raises(Refusal, match="повреждена"):
        read_workbook(path)

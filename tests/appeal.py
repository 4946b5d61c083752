"""What makes the second release differ from the first: one pupil's result, corrected by appeal."""

from __future__ import annotations

import openpyxl

from opora.home import Home

_SCHOOL = "720101"
_CODE, _PRIMARY, _SCORE, _PERCENT = 4, 15, 16, 18
"""Columns of the protocol's sheet (1-based): school, primary mark, mark of 100, per cent."""


def correct_one_pupil(home: Home) -> None:
    """Deliver the protocol of Russian of the last year again: by appeal one of a large school has not passed."""
    protocol = next((home.inbox / "gia_protocol" / "2025-2026" / "ГИА-11").glob("01_*.xlsx"))
    book = openpyxl.load_workbook(protocol)
    sheet = book["Протокол"]
    row = next(
        row
        for row in range(7, sheet.max_row + 1)
        if str(sheet.cell(row, _CODE).value) == _SCHOOL and sheet.cell(row, _SCORE).value is not None
    )
    for column, mark in ((_PRIMARY, 10), (_SCORE, 20), (_PERCENT, 20)):
        sheet.cell(row, column).value = mark
    corrected = protocol.with_name(f"{protocol.stem}_апелляция.xlsx")
    book.save(corrected)
    corrected.with_name(corrected.name + ".delivery.yaml").write_text("as_of: 2026-07-20\n", encoding="utf-8")

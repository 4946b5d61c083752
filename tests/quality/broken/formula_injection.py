"""Cells that a spreadsheet would run: in a csv (a negative number is none) and in a workbook."""

import io

import openpyxl

from tests.quality.world import World


def break_world(world: World) -> None:
    """Row 3 of a csv; cell A2 of a workbook."""
    world.files["public/tables/indicator_values.csv"] = "name;value\nШкола;-2,5\n=HYPERLINK(1);3\n".encode()
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "чисто"
    book.active["A2"] = '=HYPERLINK("x")'
    book.save(stream)
    world.files["internal/report.xlsx"] = stream.getvalue()


EXPECTED = [
    {"file": "public/tables/indicator_values.csv", "rows": (3,), "count": 1},
    {"file": "internal/report.xlsx", "count": 1, "words": "xl/worksheets/sheet1.xml"},
]

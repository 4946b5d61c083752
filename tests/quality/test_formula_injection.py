"""What a spreadsheet would run is found in every form; what only looks like it is left alone."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from quality.checks.files.formula_injection import active_parts, dangerous_lines


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+SUM(A1)",
        "-A1",
        "@SUM(1)",
        "\tx",
        "=cmd|' /C calc'!A0",
        "＝1",
        '"=1"',
        '"\n=1"',
        '"=HYPERLINK(""x"")"',
    ],
)
def test_a_formula_in_a_csv_is_found(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"a;b\n{cell};x\n", encoding="utf-8-sig")
    assert list(dangerous_lines(path)) == [2]


@pytest.mark.parametrize("cell", ["-2,5", "+3", "-1\u00a0200,5", "—", "-", "'=1", "2024-2025", "a=b", "№ 5"])
def test_numbers_and_words_pass(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"a;b\n{cell};x\n", encoding="utf-8-sig")
    assert list(dangerous_lines(path)) == []


def test_a_formula_in_a_workbook_is_found_also_in_a_hidden_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    hidden = book.create_sheet("тихо")
    hidden.sheet_state = "veryHidden"
    hidden["Z9"] = "=1+1"
    book.save(path)
    assert list(active_parts(path)) == ["xl/worksheets/sheet2.xml"]


@pytest.mark.parametrize(
    "part",
    ["xl/externalLinks/externalLink1.xml", "xl/connections.xml", "xl/vbaProject.bin", "xl/embeddings/o.bin"],
)
def test_a_workbook_that_reaches_outside_is_found(tmp_path: Path, part: str) -> None:
    path = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(path)
    assert list(active_parts(path)) == []
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, "x")
    assert list(active_parts(path)) == [part]


def test_text_of_a_formula_written_as_text_passes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        book.add_worksheet().write_string(0, 0, "=1+1")
    assert list(active_parts(path)) == []

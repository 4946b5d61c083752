"""Bytes to cells, and what is refused before anything is opened."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingestion.readers import workbook
from ingestion.readers.open import read_book
from ingestion.readers.text import split
from ingestion.refusal import Refusal
from tests.ingestion.conftest import write_book, write_csv

TEXT = "Код ОО;Школа;Балл\r\n072121;МБОУ «ООШ с. Ёлкино»;12,5\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    book = read_book(write_csv(tmp_path / "a.csv", TEXT, encoding))
    assert book.sheets[0].rows == [["Код ОО", "Школа", "Балл"], ["072121", "МБОУ «ООШ с. Ёлкино»", "12,5"]]


@pytest.mark.parametrize("encoding", ["cp866", "koi8-r", "utf-16"])
def test_other_encodings_go_back(tmp_path: Path, encoding: str) -> None:
    path = write_csv(
        tmp_path / "a.csv", TEXT.replace("Ё", "Е").replace("«", '"').replace("»", '"') * 5, encoding
    )
    with pytest.raises(Refusal, match="кодировка"):
        read_book(path)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    rows = [["Код", "Имя", "Балл"], ["1", "Анна", "5"], ["2", "Пётр", "4"]]
    text = "\n".join(delimiter.join(row) for row in rows)
    assert read_book(write_csv(tmp_path / "a.txt", text)).sheets[0].rows == rows


def test_inner_quotes_that_were_not_escaped() -> None:
    text = '1;"МБОУ "СОШ № 1"";а\n2;ООО "Школа";б\n3;"верно ""так""";"две\nстроки"\n'
    assert split(text, ";") == [
        ["1", 'МБОУ "СОШ № 1"', "а"],
        ["2", 'ООО "Школа"', "б"],
        ["3", 'верно "так"', "две\nстроки"],
    ]


def test_a_quote_that_never_closes_spoils_one_cell_only() -> None:
    assert split('1;"без конца;а\n2;б;в\n', ";") == [["1", '"без конца', "а"], ["2", "б", "в"]]


def test_hidden_sheets_are_marked(tmp_path: Path) -> None:
    book = read_book(write_book(tmp_path / "a.xlsx", {"Видно": [["а"]], "Нет": [["б"]]}, hidden=["Нет"]))
    assert [(sheet.name, sheet.is_hidden) for sheet in book.sheets] == [("Видно", False), ("Нет", True)]


def test_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows = [[], [], [None, "шапка"], [None, 1]]
    sheet = read_book(write_book(tmp_path / "a.xlsx", {"Л": rows})).sheets[0]
    assert len(sheet.rows) == 4
    assert sheet.rows[2][1] == "шапка"


def test_zip_bomb_by_ratio(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (64 << 20))
    with pytest.raises(Refusal, match="распаковывается"):
        read_book(path)


def test_a_lying_table_of_contents_is_found_by_counting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 10_000)
    rows = [[f"текст {at} {column}" for column in range(10)] for at in range(2000)]
    path = write_book(tmp_path / "a.xlsx", {"Л": rows})
    with pytest.raises(Refusal, match="распаковывается"):
        read_book(path)


def test_a_cell_in_the_far_corner(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write(0, 0, "а")
        page.write(1_048_575, 16_383, "б")
    with pytest.raises(Refusal, match="далеко за пределами"):
        read_book(path)


def test_archives_and_documents_go_back(tmp_path: Path) -> None:
    plain = tmp_path / "a.zip"
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("отчёт.csv", "а;б")
    with pytest.raises(Refusal, match="архив"):
        read_book(plain)
    word = tmp_path / "b.docx"
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(Refusal, match="не книга Excel"):
        read_book(word)


def test_password_and_old_format(tmp_path: Path) -> None:
    magic = workbook.OLE_MAGIC + b"\0" * 600
    protected = tmp_path / "a.xlsx"
    protected.write_bytes(magic + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100)
    with pytest.raises(Refusal, match="паролем"):
        read_book(protected)
    old = tmp_path / "a.xls"
    old.write_bytes(magic)
    with pytest.raises(Refusal, match=r"\.xls"):
        read_book(old)


def test_torn_and_empty_files(tmp_path: Path) -> None:
    whole = write_book(tmp_path / "a.xlsx", {"Л": [["а", 1]] * 100})
    torn = tmp_path / "b.xlsx"
    torn.write_bytes(whole.read_bytes()[:1500])
    with pytest.raises(Refusal, match="повреждена"):
        read_book(torn)
    empty = tmp_path / "c.csv"
    empty.write_bytes(b"")
    with pytest.raises(Refusal, match="пуст"):
        read_book(empty)

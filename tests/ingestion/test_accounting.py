"""Rows of every sheet add up: as printed, as stored, and counted once more from the lake; a gap fails the run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from ingestion.accounting import AccountingError, accounts
from ingestion.ledger import current_readings
from ingestion.run import ingest
from opora.cli.app import app
from opora.home import Home
from tests.ingestion.conftest import admission, sidecar, write_book, write_csv

HEAD = ["Код ОО", "Уровень", "Класс", "ФИО", "Дата рождения", "Допущен", "Форма"]


def _book(home: Home) -> None:
    def line(name: str, admitted: str = "да") -> list[Any]:
        return ["720101", 9, "9А", name, "01.02.2009", admitted, "ОГЭ"]

    path = write_book(
        home.inbox / "gia_admission" / "список.xlsx",
        {
            "9А": [["Список выпускников"], HEAD, line("Иванов Иван"), line("Петров Пётр", "возможно")],
            "9Б": [HEAD, [1, 2, 3, 4, 5, 6, 7], line("Сидоров Олег"), line("Котов Яков"), [], ["Директор"]],
            "Инструкция": [["Заполните все столбцы"], ["и верните"]],
        },
    )
    sidecar(path, academic_year="2024-2025", as_of=date(2025, 5, 1))


def test_every_sheet_is_accounted_for_and_printed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from opora.cli import screen

    monkeypatch.setattr(screen.console, "_width", 200)  # a narrow terminal folds words
    _book(home)
    done = CliRunner().invoke(app, ["ingest", "--home", str(home.root)])
    assert "прочитано = принято + возвращено + не данные" in done.output
    assert "заголовок 1, шапка 1" in done.output and "инструкция 2" in done.output
    (record,) = current_readings(home)
    told = {item.sheet: (item.read, item.landed, item.quarantined, item.other) for item in accounts(record)}
    assert told == {
        "9А": (4, 1, 1, {"title": 1, "header": 1}),
        "9Б": (6, 2, 0, {"header": 1, "column_numbers": 1, "blank": 1, "footer": 1}),
        "Инструкция": (2, 0, 0, {"instruction": 2}),
    }
    rows = (
        duckdb.connect()
        .execute(
            "select source_sheet, count(distinct source_row) from read_parquet(?) group by all order by all",
            [str(home.lake / "gia_admission" / "*" / "*" / "*.parquet")],
        )
        .fetchall()
    )
    assert rows == [("9А", 1), ("9Б", 2)]


def test_a_run_that_reads_nothing_new_has_no_accounts(home: Home) -> None:
    _book(home)
    assert len(ingest(home).accounts) == 3
    assert ingest(home).accounts == []


@pytest.mark.parametrize(
    "rows", [{"read": 3, "landed": 1, "header": 1}, {"read": 1, "landed": 2, "header": -1}]
)
def test_a_row_lost_or_invented_fails(rows: dict[str, int]) -> None:
    record = {"reading_id": "r", "file_name": "a", "source": "s", "sheets": [{"sheet": None, "rows": rows}]}
    with pytest.raises(AccountingError, match="do not add up"):
        accounts(record)


def test_a_reading_that_does_not_close_is_never_written(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    _book(home)
    counts = {"read": 9, "landed": 1, "quarantined": 0}
    monkeypatch.setattr("ingestion.reading.SheetReading.counts", lambda _: counts)
    with pytest.raises(AccountingError):
        ingest(home)
    assert list((home.lake / "readings").glob("*.json")) == []


def test_a_returned_cell_says_value_rule_and_what_to_do(home: Home, tmp_path: Path) -> None:
    path = write_csv(
        home.inbox / "gia_admission" / "a.csv",
        admission(["Иванов Иван"]) + ";9;9А;Петров Пётр;нет даты;может быть;ОГЭ\n",
    )
    sidecar(path, academic_year="2024-2025", as_of=date(2025, 5, 1))
    ingest(home)
    (back,) = home.returns.glob("*.xlsx")
    book = load_workbook(back)
    page, listed = book.worksheets[0], list(book["Справка. Что исправить"].iter_rows(values_only=True))
    comments = {
        cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment
    }
    assert set(comments) == {"A3", "E3", "F3"}
    assert all(page[place].fill.fgColor.rgb == "FFFFC7CE" for place in comments)
    assert comments["E3"] == (
        "Дата рождения: ожидается дата.\nВ ячейке: «нет даты».\n"
        "Что сделать: впишите дату вида 30.06.2025.\nПравило: not_a_date"
    )
    assert "Ячейка пуста" in comments["A3"]
    assert {row[2]: (row[4], row[7]) for row in listed[1:]}["E3"] == ("нет даты", "not_a_date")
    # Corrected in place and sent again, comments and the list of faults and all: every row lands.
    page["A3"], page["E3"], page["F3"] = "720101", "02.03.2009", "да"
    target = home.inbox / "gia_admission" / "исправлено.xlsx"
    book.save(target)
    sidecar(target, academic_year="2024-2025", as_of=date(2025, 5, 2))
    report = ingest(home)
    assert report.returned == [] and sum(item.landed for item in report.accounts) == 2

"""The account of rows by sheet: it adds up on the screen as it does in the record."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.reading import AccountingError
from opora.cli.accounting import sheet_rows
from opora.cli.app import app
from opora.config import Config
from opora.home import Home
from tests.ingestion.conftest import admission, sidecar, write_book, write_csv

SHEET = {"sheet": "Протокол", "rows": {"read": 9, "landed": 4, "quarantined": 2, "title": 2, "header": 1}}


def test_a_line_says_what_each_row_was() -> None:
    (line,) = sheet_rows([{"file_name": "a.xlsx", "sheets": [SHEET]}])
    assert line == ("a.xlsx", "Протокол", 9, 4, 2, 3, "заглавие 2, шапка 1")


def test_rows_that_do_not_add_up_stop_the_program() -> None:
    lost = {"sheet": "Протокол", "rows": {"read": 9, "landed": 4, "header": 1}}
    with pytest.raises(AccountingError, match=r"a\.xlsx"):
        sheet_rows([{"file_name": "a.xlsx", "sheets": [lost]}])


def test_the_command_prints_every_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from opora.cli import screen

    monkeypatch.setattr(screen.console, "_width", 200)  # a narrow terminal folds words
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    text = write_csv(home.inbox / "gia_admission" / "a.csv", admission(["Иванов Иван", "Мышкина Ксения"]))
    sidecar(text, academic_year="2024-2025")
    rows = [line.split(";") for line in admission(["Петров Пётр"]).splitlines()]
    book = write_book(home.inbox / "gia_admission" / "b.xlsx", {"Инструкция": [["Правила"]], "Допуск": rows})
    sidecar(book, academic_year="2024-2025")
    done = CliRunner().invoke(app, ["ingest", "--home", str(home.root)])
    assert done.exit_code == 0, done.output
    listed = CliRunner().invoke(app, ["deliveries", "--sheets", "--home", str(home.root)])
    assert listed.exit_code == 0, listed.output
    assert "Всего строк 6 = принято 3 + возвращено 0 + не данные 3" in listed.output
    assert "Инструкция" in listed.output

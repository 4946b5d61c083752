"""Small files in the forms that arrive, and a home to put them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import yaml

from opora.config import Config, Municipality
from opora.home import Home

Rows = Sequence[Sequence[Any]]


def write_book(path: Path, sheets: dict[str, Rows], hidden: Sequence[str] = ()) -> Path:
    """Write a workbook; None and empty texts stay empty cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd.mm.yyyy"}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None and cell != "":
                        page.write(at, column, cell)
            if name in hidden:
                page.hide()
    return path


def write_csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write text as it is, in an encoding."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def sidecar(path: Path, **facts: Any) -> Path:
    """Write the facts of a file beside it."""
    side = path.with_name(path.name + ".delivery.yaml")
    side.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    return path


def new_home(folder: Path) -> Home:
    """Return a fresh home of one municipality in a folder; its vault lies beside it."""
    return Home.create(
        folder / "home", Config(municipality=Municipality(code="71999000", name="Ермаковский округ"))
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh home of one municipality; its vault lies beside it."""
    return new_home(tmp_path)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Any]:
    """Read one file of a pretended inbox without writing anything."""
    from ingestion.reading import read_delivery

    def call(path: Path, relative: str | None = None) -> Any:
        return read_delivery(path, Path(relative or path.name), "0" * 64)

    return call


ADMISSION = "Код ОО;Уровень;Класс;ФИО;Дата рождения;Допущен;Форма\n"


def admission(names: Sequence[str], school: str = "720101", admitted: str = "да") -> str:
    """Return a small admission list of one school."""
    return ADMISSION + "".join(f"{school};9;9А;{name};01.02.2009;{admitted};ОГЭ\n" for name in names)

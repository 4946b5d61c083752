"""Files as they arrive: workbooks by openpyxl, csv in the encodings of the centre, names as people type them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import yaml
from openpyxl import Workbook

from tests.hidden_town.facts import Person

Row = Sequence[Any]
_LATIN = str.maketrans("АВЕКМНОРСТХаеорсх", "ABEKMHOPCTXaeopcx")


class Typist:
    """Types names: capitals, doubled and hard spaces, е for ё, Latin letters that look Cyrillic."""

    def __init__(self, seed: str) -> None:
        self.rng = Random(f"typist {seed}")

    def word(self, text: str) -> str:
        luck = self.rng.random()
        if luck < 0.06:
            return text.upper()
        if luck < 0.12:
            return text.replace("ё", "е").replace("Ё", "Е")
        if luck < 0.18:
            return f" {text}\u00a0"
        if luck < 0.24 and len(text) > 1:
            return text[0].translate(_LATIN) + text[1:]
        if luck < 0.3:
            return text.replace("-", " - ")
        return text

    def full(self, person: Person) -> str:
        gap = "  " if self.rng.random() < 0.1 else " "
        return gap.join(self.word(part) for part in (person.surname, person.given, person.patronymic) if part)

    def parts(self, person: Person) -> list[str]:
        return [self.word(part) for part in (person.surname, person.given, person.patronymic)]

    def label(self, grade: int, letter: str) -> str:
        return self.rng.choice(
            [
                f"{grade}{letter}",
                f"{grade} {letter}",
                f"{grade}-{letter}",
                f"{grade}«{letter}»",
                f"{grade}{letter.lower()} ",
            ]
        )


def place(path: Path, facts: dict[str, object]) -> Path:
    """Make the folder of a file and its sidecar; return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if facts:
        path.with_name(path.name + ".delivery.yaml").write_text(
            yaml.safe_dump(facts, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
    return path


def book(
    path: Path, sheets: dict[str, Iterable[Row]], merges: dict[str, list[str]] | None = None, **facts: object
) -> None:
    """Write a workbook; a sheet whose name begins with «~» is hidden."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title.lstrip("~"))
        for row in rows:
            sheet.append(list(row))
        for span in (merges or {}).get(title, []):
            sheet.merge_cells(span)
        if title.startswith("~"):
            sheet.sheet_state = "hidden"
    made.save(place(path, facts))


def table(
    path: Path,
    rows: Iterable[Row],
    separator: str = ";",
    encoding: str = "cp1251",
    end: str = "\r\n",
    **facts: object,
) -> None:
    """Write a csv: dates dd.mm.yyyy, decimal commas."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, lineterminator=end)
    writer.writerows([[plain(cell) for cell in row] for row in rows])
    place(path, facts).write_bytes(stream.getvalue().encode(encoding))


def plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    return str(cell)


def serial(day: date) -> int:
    """Return a date as the bare number that Excel keeps."""
    return (day - date(1899, 12, 30)).days

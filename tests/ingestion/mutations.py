"""Seeded mutations of deliveries: what clerks, programs and networks do to files. Nothing here knows the readers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

Grid = list[list[Any]]
_KEPT_ROWS = 40
_GARBAGE = (
    "нет", "-", "н/д", "x", "=1+1", "@cmd", "12,5,7", "31.02.2025", "2025-13-40", "9999999999999999999", "-1", "1e400",
    "\u0000", "a\u0007b", "Ё" * 300, "строка\nдругая", "«кавычки» \"и\" 'такие'", "\u202eоборот", "🙂", "1 234,50",
    "45%", "TRUE", "#N/A", "#REF!", "\ufeff", "  ", "\u00a0",
)  # fmt: skip


@dataclass
class Form:
    """One delivery as grids: sheets of a book, or the one grid of a text file."""

    path: Path
    relative: Path
    sheets: dict[str, Grid]
    hidden: frozenset[str] = frozenset()
    separator: str = ";"
    encoding: str = "utf-8"
    sidecar: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def is_book(self) -> bool:
        return self.path.suffix == ".xlsx"

    def content(self) -> bytes:
        """Return the file that the grids make."""
        return self._book() if self.is_book else self._text()

    def _text(self) -> bytes:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=self.separator, lineterminator="\r\n")
        writer.writerows(
            [["" if cell is None else cell for cell in row] for row in next(iter(self.sheets.values()))]
        )
        return stream.getvalue().encode(self.encoding, "replace")

    def _book(self) -> bytes:
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                            "nan_inf_to_errors": True})  # fmt: skip
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for title, rows in self.sheets.items():
            page = book.add_worksheet(title[:31])
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if cell is None or cell == "":
                        continue
                    if isinstance(cell, (datetime, date)):
                        page.write_datetime(r, c, datetime(cell.year, cell.month, cell.day), day)
                    elif isinstance(cell, (int, float)):
                        page.write_number(r, c, cell)
                    else:
                        page.write_string(r, c, str(cell)[:32000])
            if title in self.hidden:
                page.hide()
        book.close()
        return stream.getvalue()


def read_form(path: Path, inbox: Path) -> Form:
    """Return a delivery of the demo as grids, long sheets cut to their first rows."""
    side = path.with_name(path.name + ".delivery.yaml")
    sidecar = side.read_text(encoding="utf-8") if side.exists() else ""
    relative = path.relative_to(inbox)
    if path.suffix == ".xlsx":
        from openpyxl import load_workbook

        book = load_workbook(path)
        sheets = {
            page.title: [list(row) for row in page.iter_rows(max_row=_KEPT_ROWS, values_only=True)]
            for page in book.worksheets
        }
        hidden = frozenset(page.title for page in book.worksheets if page.sheet_state != "visible")
        return Form(path, relative, sheets, hidden, sidecar=sidecar)
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    separator = max(";,\t", key=text.split("\n", 1)[0].count)
    rows = [list(row) for row in csv.reader(io.StringIO(text), delimiter=separator)][:_KEPT_ROWS]
    return Form(path, relative, {"": rows}, separator=separator, encoding=encoding, sidecar=sidecar)


def _somewhere(form: Form, rng: Random) -> Grid:
    return form.sheets[rng.choice(sorted(form.sheets))]


def garbage_cells(form: Form, rng: Random) -> None:
    """Put nonsense into a few cells, headers among them."""
    rows = _somewhere(form, rng)
    for _ in range(rng.randrange(1, 8)):
        row = rng.choice(rows) if rows else []
        if row:
            row[rng.randrange(len(row))] = rng.choice(_GARBAGE)


def blank_cells(form: Form, rng: Random) -> None:
    """Empty a few cells."""
    rows = _somewhere(form, rng)
    for _ in range(rng.randrange(1, 12)):
        row = rng.choice(rows) if rows else []
        if row:
            row[rng.randrange(len(row))] = None


def retyped_cells(form: Form, rng: Random) -> None:
    """Turn numbers into texts, texts of digits into numbers, dates into Excel serials, in a whole column."""
    rows = _somewhere(form, rng)
    width = max(map(len, rows), default=0)
    if not width:
        return
    column = rng.randrange(width)
    for row in rows:
        if column < len(row):
            cell = row[column]
            if isinstance(cell, (datetime, date)):
                row[column] = rng.choice((45000 + rng.randrange(900), f"{cell:%Y.%m.%d}", f"{cell:%d.%m.%y}"))
            elif isinstance(cell, (int, float)):
                row[column] = rng.choice((str(cell), f"{cell:.2f}".replace(".", ","), f" {cell} "))
            elif isinstance(cell, str) and cell.strip().isdigit():
                row[column] = int(cell)


def dropped_column(form: Form, rng: Random) -> None:
    """Take one column away."""
    rows = _somewhere(form, rng)
    width = max(map(len, rows), default=0)
    if width:
        column = rng.randrange(width)
        for row in rows:
            if column < len(row):
                del row[column]


def moved_columns(form: Form, rng: Random) -> None:
    """Give the columns another order and a leading empty one."""
    rows = _somewhere(form, rng)
    width = max(map(len, rows), default=0)
    order = rng.sample(range(width), width)
    for place, row in enumerate(rows):
        full = row + [None] * (width - len(row))
        rows[place] = [None, *(full[c] for c in order)]


def doubled_column(form: Form, rng: Random) -> None:
    """Write one column twice."""
    rows = _somewhere(form, rng)
    width = max(map(len, rows), default=0)
    if width:
        column = rng.randrange(width)
        for row in rows:
            row.append(row[column] if column < len(row) else None)


def respelled_headers(form: Form, rng: Random) -> None:
    """Misspell, respace and recase words of the first rows."""
    for row in _somewhere(form, rng)[:4]:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and cell and rng.random() < 0.4:
                at = rng.randrange(len(cell))
                row[place] = rng.choice(
                    (cell.upper(), f" {cell}  ", cell.replace(" ", "\u00a0"), cell[:at] + cell[at + 1 :],
                     cell[:at] + "ъ" + cell[at:], cell.replace("е", "ё"), cell + " *", cell.replace(" ", "\n"))
                )  # fmt: skip


def dropped_rows(form: Form, rng: Random) -> None:
    """Lose some rows, the header perhaps."""
    rows = _somewhere(form, rng)
    rows[:] = [row for row in rows if rng.random() > 0.25]


def shuffled_everything(form: Form, rng: Random) -> None:
    """Shuffle all rows of a sheet, header and footer among them."""
    rng.shuffle(_somewhere(form, rng))


def doubled_block(form: Form, rng: Random) -> None:
    """Paste a block of rows once more."""
    rows = _somewhere(form, rng)
    if rows:
        start = rng.randrange(len(rows))
        rows += deepcopy(rows[start : start + rng.randrange(1, 15)])


def strange_rows(form: Form, rng: Random) -> None:
    """Insert blank rows, totals, column numbers, signatures, group rows."""
    rows = _somewhere(form, rng)
    width = max(map(len, rows), default=1)
    for _ in range(rng.randrange(1, 5)):
        row = rng.choice(
            ([None] * width, ["Итого", *[7] * (width - 1)], list(range(1, width + 1)), ["Председатель жюри:", None],
             [None, "Город Ермаков"], ["ВСЕГО по региону", *[None] * (width - 1)], ["Примечание: см. приказ"])
        )  # fmt: skip
        rows.insert(rng.randrange(len(rows) + 1), list(row))


def ragged_rows(form: Form, rng: Random) -> None:
    """Cut some rows short and let others run on."""
    for row in _somewhere(form, rng):
        if rng.random() < 0.2:
            del row[rng.randrange(len(row) + 1) :]
        elif rng.random() < 0.1:
            row += ["лишнее", 1, None]


def renamed_sheets(form: Form, rng: Random) -> None:
    """Give sheets other names and another order; hide one."""
    names = list(form.sheets)
    rng.shuffle(names)
    form.sheets = {
        f"{rng.choice(('Лист', 'Данные', name[:20] or 'Л'))}{i}": form.sheets[name]
        for i, name in enumerate(names)
    }
    if len(form.sheets) > 1 and rng.random() < 0.3:
        form.hidden = frozenset({next(iter(form.sheets))})


def other_text(form: Form, rng: Random) -> None:
    """Write a text file in another encoding or with another separator (a book stays as it is)."""
    form.encoding = rng.choice(("utf-8", "utf-8-sig", "cp1251", "utf-16", "koi8-r", "cp866"))
    form.separator = rng.choice((";", ",", "\t", "|"))


def wrong_facts(form: Form, rng: Random) -> None:
    """Spoil the sidecar."""
    lines = form.sidecar.splitlines() or ["academic_year: '2024-2025'"]
    place = rng.randrange(len(lines))
    lines[place] = rng.choice(
        (
            "academic_year: 2024",
            "as_of: вчера",
            "gia_level: 7",
            "неизвестно: да",
            ": :",
            "- список",
            lines[place] + "x",
        )
    )
    form.sidecar = "\n".join(lines) + "\n"


GRID_MUTATIONS: tuple[Callable[[Form, Random], None], ...] = (
    garbage_cells, blank_cells, retyped_cells, dropped_column, moved_columns, doubled_column, respelled_headers,
    dropped_rows, shuffled_everything, doubled_block, strange_rows, ragged_rows, renamed_sheets, other_text,
    wrong_facts,
)  # fmt: skip


def flipped_bytes(data: bytes, rng: Random) -> bytes:
    """Change a few bytes."""
    spoiled = bytearray(data)
    for _ in range(rng.randrange(1, 20)):
        spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
    return bytes(spoiled)


def truncated(data: bytes, rng: Random) -> bytes:
    """Lose the end, as a broken upload does."""
    return data[: rng.randrange(len(data))]


def padded(data: bytes, rng: Random) -> bytes:
    """Put foreign bytes before or after."""
    extra = rng.choice(
        (b"\x00" * 40, b"\xef\xbb\xbf", b"PK\x03\x04", b"\x1f\x8b", b"<html>", b"\xd0\xcf\x11\xe0")
    )
    return extra + data if rng.random() < 0.5 else data + extra


BYTE_MUTATIONS: tuple[Callable[[bytes, Random], bytes], ...] = (flipped_bytes, truncated, padded)

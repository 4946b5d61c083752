"""What goes back to the sender: their own sheet with the wrong cells coloured, or a note on the whole delivery.

``returns/`` is transit like the inbox: it holds what the sender wrote, names included, and is private to its owner.
File names are the hash of the delivery, so that they tell nothing outside.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from ingestion.readers.open import read_book
from ingestion.rules import RULES
from opora.files import atomic_path, write_text
from opora.home import Home

_PRIVATE = 0o600
_FILL = "FFFFC7CE"
_LISTED = 5000
_QUOTED = 100
_AUTHOR = "Опора"
_SEND = (
    "Исправьте отмеченные ячейки и пришлите эту книгу целиком. Скажите, на какой день она верна: датой в имени файла "
    "или строкой «as_of: 2025-06-30» рядом с ним; из двух книг об одном действует та, чей день позже."
)


def write_note(home: Home, delivery_id: str, file_name: str, message: str) -> Path:
    """Write ``returns/<delivery>.txt``: why the whole delivery came back and what to do."""
    target = home.returns / f"{delivery_id}.txt"
    write_text(target, f"Файл: {file_name}\nВозвращён: {message}\n", _PRIVATE)
    return target


def write_return(
    home: Home, original: Path, file_name: str, delivery_id: str, faults: list[dict[str, Any]]
) -> Path:
    """Write ``returns/<delivery>.xlsx``: the sender's sheets, wrong cells coloured and explained in comments.

    A sheet «Что исправить» lists every fault. Corrected cells can be sent again as they are: the list is skipped.
    """
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill
    from openpyxl.utils import coordinate_to_tuple

    book = _copy(original, file_name)
    fill = PatternFill("solid", fgColor=_FILL)
    values: list[str] = []
    for fault in faults:
        name = fault["sheet"]
        page = book[name] if name in book.sheetnames else book.worksheets[0]
        row, column = coordinate_to_tuple(fault["cell"]) if fault["cell"] else (fault["row"], 1)
        cell = page.cell(row, column)
        if cell.__class__.__name__ == "MergedCell":
            values.append("")
            continue
        cell.fill = fill
        what, action = RULES[fault["rule"]]
        values.append("" if cell.value is None else str(cell.value))
        own = f"В ячейке: «{values[-1][:_QUOTED]}»" if values[-1] else "Ячейка пуста"
        note = f"{fault['column'] or 'Строка'}: {what}.\n{own}.\nЧто сделать: {action}.\nПравило: {fault['rule']}"
        earlier = f"{cell.comment.text}\n\n" if is_marked(cell) else ""
        cell.comment = Comment(earlier + note, _AUTHOR, height=130, width=320)
    page = book.create_sheet("Справка. Что исправить")
    page.append(["Лист", "Строка", "Ячейка", "Столбец", "Значение", "Что не так", "Что сделать", "Правило"])
    for fault, value in zip(faults[:_LISTED], values, strict=False):
        place = [fault["sheet"], fault["row"], fault["cell"], fault["column"]]
        page.append([*place, _plain(value), *RULES[fault["rule"]], fault["rule"]])
    if len(faults) > _LISTED:
        page.append([f"… и ещё {len(faults) - _LISTED}; все отмечены на листах"])
    page.append([])
    page.append([_SEND])
    target = home.returns / f"{delivery_id}.xlsx"
    with atomic_path(target, _PRIVATE) as part:
        book.save(part)
    return target


def is_marked(cell: Any) -> bool:
    """True when this return has marked the cell already: two rules may break on one cell, or on one row."""
    return cell.comment is not None and cell.comment.author == _AUTHOR and "Правило: " in cell.comment.text


def write_list(
    home: Home, file_name: str, delivery_id: str, faults: list[dict[str, Any]], total: int
) -> Path:
    """Write ``returns/<delivery>.xlsx`` for a log too large for a workbook: the list of faults without its rows."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.title = "Справка. Что исправить"
    page.append([f"Файл: {file_name}; ошибочных строк: {total}, показано: {len(faults)}"])
    page.append(["Строка", "Ячейка", "Столбец", "Что не так и что сделать"])
    for fault in faults:
        page.append([fault["row"], fault["cell"], fault["column"], fault["guidance"]])
    target = home.returns / f"{delivery_id}.xlsx"
    with atomic_path(target, _PRIVATE) as part:
        book.save(part)
    return target


def _copy(original: Path, file_name: str) -> Any:
    """Return the sender's workbook, or a workbook with the cells of a text file."""
    from openpyxl import Workbook, load_workbook

    read = read_book(original, file_name)
    if read.kind == "xlsx":
        # keep_vba is off: macros of a stranger do not travel back with our name on them.
        # From bytes: the vault's copy has no suffix, and openpyxl judges a path by its suffix.
        return load_workbook(BytesIO(original.read_bytes()))
    book = Workbook()
    page = book.worksheets[0]
    for row in read.sheets[0].rows:
        page.append([_plain(cell) for cell in row])
    return book


def _plain(cell: Any) -> Any:
    """A text that begins with «=» must stay text; control characters cannot stand in a workbook."""
    if not isinstance(cell, str):
        return cell
    text = "".join(char for char in cell if char >= " " or char in "\n\t")
    return "'" + text if text.startswith("=") else text


def clear(home: Home, delivery_id: str) -> None:
    """Remove what was returned for a delivery that is now accepted whole."""
    for suffix in (".xlsx", ".txt"):
        (home.returns / f"{delivery_id}{suffix}").unlink(missing_ok=True)

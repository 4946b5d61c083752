"""``opora deliveries``: the ledger and the submission board."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from opora.cli.screen import say, table
from opora.home import Home

if TYPE_CHECKING:
    import pandas as pd


def show_deliveries(home: Home) -> None:
    """Print every delivery with its state, then who still owes what."""
    from ingestion.snapshot import deliveries_frame, submissions_frame

    ledger = deliveries_frame(home)
    if ledger.empty:
        say(f"Поставок ещё нет: положите файлы в {home.inbox}")
        return
    table(
        "Поставки",
        ("поставка", "источник", "файл", "состояние", "пояснение"),
        [
            (row.delivery_id[:12], row.source, row.file_name, _STATES.get(row.state, row.state), row.message)
            for row in _rows(ledger)
        ],
    )
    board = submissions_frame(home)
    if board.empty:
        say(f"Всего поставок: {len(ledger)}")
        return
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in _rows(board):
        counts.setdefault((row.source, row.academic_year), Counter())[row.state] += 1
    table(
        "Кто сдал",
        ("источник", "учебный год", *(_STATES[state] for state in _BOARD)),
        [(*place, *(str(found[state]) for state in _BOARD)) for place, found in sorted(counts.items())],
    )
    for year in sorted(set(board["academic_year"]))[-1:]:
        _show_year(board[board["academic_year"] == year], year)
    open_items = board[board["state"].isin(["missing", "returned"])]
    table(
        "Чего не хватает",
        ("источник", "учебный год", "школа", "состояние", "срок"),
        [
            (row.source, row.academic_year, row.school_code, _STATES[row.state], _day(row.due_on))
            for row in _rows(open_items)
        ],
    )
    say(f"Всего поставок: {len(ledger)}; не сдано или возвращено: {len(open_items)}")


def _show_year(board: pd.DataFrame, year: str) -> None:
    """Print who has sent what in one academic year: a row a school, a column a source with its due date."""
    due = {row.source: _day(row.due_on) for row in _rows(board)}
    states = {(row.school_code, row.source): _STATES[row.state] for row in _rows(board)}
    table(
        f"Доска сдачи, {year}",
        ("школа", *(f"{source}, до {day}" for source, day in due.items())),
        [
            (school, *(states.get((school, source), "") for source in due))
            for school in sorted(set(board["school_code"]))
        ],
    )


def _rows(frame: pd.DataFrame) -> list[Any]:
    """Return the rows as named tuples; their fields are whatever the snapshot wrote."""
    return list(frame.itertuples())


def _day(value: object) -> str:
    text = str(value)[:10]
    return "" if text in {"None", "NaT", "nan"} else text


#: The way of a submission: nothing, taken, sent back, mended.
_BOARD = ("missing", "accepted", "returned", "corrected")
_STATES = {
    "accepted": "принято",
    "returned": "возвращено",
    "withdrawn": "отозвано",
    "corrected": "исправлено",
    "missing": "нет",
    "repeated": "повтор",
    "unknown": "не распознано",
}

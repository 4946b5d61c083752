"""``opora deliveries``: the ledger and the submission board."""

from __future__ import annotations

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
    open_items = board[board["state"] != "accepted"] if len(board) else board
    table(
        "Чего не хватает",
        ("источник", "учебный год", "школа", "состояние", "срок"),
        [
            (
                row.source,
                row.academic_year,
                row.school_code,
                _STATES.get(row.state, row.state),
                _day(row.due_on),
            )
            for row in _rows(open_items)
        ],
    )
    say(f"Всего поставок: {len(ledger)}; не сдано: {len(open_items)}")


def _rows(frame: pd.DataFrame) -> list[Any]:
    """Return the rows as named tuples; their fields are whatever the snapshot wrote."""
    return list(frame.itertuples())


def _day(value: object) -> str:
    text = str(value)[:10]
    return "" if text in {"None", "NaT", "nan"} else text


_STATES = {
    "accepted": "принято",
    "returned": "возвращено",
    "corrected": "исправлено",
    "missing": "нет",
    "repeated": "повтор",
    "unknown": "не распознано",
}

"""Accounting to the row, as people read it: what became of every row of every sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from opora.cli.screen import say, table

#: Kinds of rows that are no data, in words; a kind that is not here stands under its own name.
_KINDS = {
    "title": "заглавие", "header": "шапка", "blank": "пустые", "total": "итоги", "group": "группы", "footer": "подвал",
    "numbers": "номера столбцов", "nobody": "никого", "not_needed": "не нужны", "instruction": "инструкция",
    "hidden": "скрытый лист", "reference": "справочник", "empty": "пустой лист",
}  # fmt: skip
_HEAD = ("файл", "лист", "прочитано", "принято", "возвращено", "не данные", "что это")


def sheet_rows(records: Iterable[dict[str, Any]]) -> list[tuple[object, ...]]:
    """Return a line for each sheet of the readings: read = landed + returned + recognised non-data.

    Raises ``AccountingError`` when they do not add up: that is a fault of the program and never a matter of data.
    """
    from ingestion.reading import AccountingError

    lines: list[tuple[object, ...]] = []
    for record in records:
        for sheet in record["sheets"]:
            counts = dict(sheet["rows"])
            read, landed = counts.pop("read"), counts.pop("landed", 0)
            returned = counts.pop("quarantined", 0)
            other = sum(counts.values())
            if read != landed + returned + other:
                raise AccountingError(f"{record['file_name']}, {sheet['sheet']}: {sheet['rows']}")
            words = ", ".join(f"{_KINDS.get(kind, kind)} {count}" for kind, count in counts.items() if count)
            lines.append((record["file_name"], sheet["sheet"] or "", read, landed, returned, other, words))
    return lines


def show_sheets(records: Sequence[dict[str, Any]]) -> None:
    """Print the accounting of readings by sheet, and its sum."""
    lines = sheet_rows(records)
    if not lines:
        return
    table("Строки по листам", _HEAD, lines)
    read, landed, returned, other = (sum(int(str(line[at])) for line in lines) for at in (2, 3, 4, 5))
    say(f"Всего строк {read} = принято {landed} + возвращено {returned} + не данные {other}")

"""Accounting to the row: of every sheet, rows read = landed + returned + recognised as no data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opora.errors import OporaError

#: Kinds of rows that are no data, in words, in the order in which they are told.
WORDS = {
    "title": "заголовок", "header": "шапка", "column_numbers": "номера столбцов", "group": "группы", "total": "итоги",
    "footer": "подвал", "instruction": "инструкция", "hidden": "скрытый лист", "nobody": "без показателей",
    "not_needed": "не нужны", "blank": "пустые",
}  # fmt: skip


class AccountingError(OporaError):
    """Rows in are not landed + quarantined + recognised non-data. This is a fault of the program: the run fails."""


@dataclass(frozen=True)
class SheetAccount:
    """Rows of one sheet (of a table of a base, of a text file: ``sheet`` is None). ``other`` counts by kind."""

    file_name: str
    source: str
    sheet: str | None
    read: int
    landed: int
    quarantined: int
    other: dict[str, int]

    @property
    def told(self) -> str:
        """Return what the rows without data are, in words: «шапка 2, итоги 1»."""
        known = [name for name in WORDS if self.other.get(name)]
        rest = sorted(name for name, rows in self.other.items() if rows and name not in WORDS)
        return ", ".join(f"{WORDS.get(name, name)} {self.other[name]}" for name in (*known, *rest))


def accounts(record: dict[str, Any]) -> list[SheetAccount]:
    """Return the account of every sheet of a reading's record; raise ``AccountingError`` when one does not close."""
    found = []
    for sheet in record["sheets"]:
        rows = {name: int(count) for name, count in sheet["rows"].items()}
        read, landed, quarantined = rows.pop("read"), rows.pop("landed", 0), rows.pop("quarantined", 0)
        if (
            read != landed + quarantined + sum(rows.values())
            or min(read, landed, quarantined, *rows.values(), 0) < 0
        ):
            raise AccountingError(f"reading {record['reading_id']}: rows do not add up: {sheet['rows']}")
        found.append(
            SheetAccount(
                record["file_name"], record["source"], sheet["sheet"], read, landed, quarantined, rows
            )
        )
    return found

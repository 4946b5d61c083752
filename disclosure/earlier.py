"""What earlier releases that still stand already show.

Belongs here: reading their public tables. Does not belong here: what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from opora.home import Home

_KEYS = {
    "indicator_values": ("figure_id",),
    "subject_results": (
        "academic_year",
        "municipality_code",
        "area_kind",
        "area_code",
        "gia_level",
        "subject_code",
    ),
}
_NUMBERS = {
    "indicator_values": ("numerator", "denominator"),
    "subject_results": ("participants", "below_minimum"),
}


@dataclass
class Earlier:
    """Numbers by table and key as earlier releases show them, oldest first; a key may have had several.

    A row that was printed as a bound or an interval has its size alone, the other numbers are empty.
    ``newest``: every available row of the newest release with its numbers, all of them empty where it was hidden.
    """

    shown: dict[tuple[Any, ...], list[tuple[Any, ...]]] = field(default_factory=dict)
    newest: dict[tuple[Any, ...], tuple[Any, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.shown

    def shows(self, table: str, row: Mapping[str, Any]) -> bool:
        """Tell whether an earlier release shows exactly the numbers of this row."""
        numbers = _numbers(table, row)
        return numbers[0] is not None and numbers in self._of(table, row)

    def hid(self, table: str, row: Mapping[str, Any]) -> bool | None:
        """Tell whether the newest release hid this row; ``None`` when it has no such row or shows other numbers."""
        numbers = self.newest.get(_key(table, row))
        if numbers is None:
            return None
        now = _numbers(table, row)
        if set(numbers) == {None} != set(now):
            return True
        return False if _agree(numbers, now) else None

    def shows_size(self, table: str, row: Mapping[str, Any]) -> bool:
        """Tell whether an earlier release shows the size of this row without its other numbers, as a bound does."""
        now = _numbers(table, row)
        return any(None in numbers and _agree(numbers, now) for numbers in self._of(table, row))

    def last(self, table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the numbers of this row's key in the newest release that shows it; empty when none does."""
        found = self._of(table, row)
        return found[-1] if found else ()

    def _of(self, table: str, row: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self.shown.get(_key(table, row), [])


def _key(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (table, *(row[name] for name in _KEYS[table]))


def _numbers(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _NUMBERS[table])


def _agree(numbers: tuple[Any, ...], now: tuple[Any, ...]) -> bool:
    """Tell whether what is printed is the same now; what is not printed contradicts nothing."""
    return all(old in (None, new) for old, new in zip(numbers, now, strict=True))


def read_earlier(home: Home) -> Earlier:
    """Return what the releases of the home show that were not withdrawn."""
    earlier = Earlier()
    for folder in public_table_folders(home):
        earlier.newest.clear()
        for table, keys in _KEYS.items():
            path = folder / f"{table}.parquet"
            if not path.exists():
                continue
            for row in pq.read_table(path, columns=sorted({*keys, *_NUMBERS[table], "symbol"})).to_pylist():
                key, numbers = _key(table, row), _numbers(table, row)
                if row["symbol"] != "x":
                    earlier.newest[key] = numbers
                if set(numbers) != {None}:
                    earlier.shown.setdefault(key, []).append(numbers)
    return earlier


def public_table_folders(home: Home) -> list[Path]:
    """Return the folders of public tables of all releases that stand, oldest first."""
    if not home.releases.exists():
        return []
    return [
        path / "public" / "tables"
        for path in sorted(home.releases.iterdir())
        if path.is_dir()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and not (home.releases / f"{path.name}.withdrawn.json").exists()
        and (path / "public" / "tables").is_dir()
    ]

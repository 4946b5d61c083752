"""What every reader gives: a file as sheets of cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Cell = Any
Row = list[Cell]


@dataclass
class Sheet:
    """One sheet. ``rows[i]`` is row ``i + 1`` of the file; empty cells are ``""``. ``name`` is None for text files."""

    name: str | None
    rows: list[Row]
    is_hidden: bool = False

    @property
    def has_data(self) -> bool:
        return any(cell != "" for row in self.rows for cell in row)

    @cached_property
    def columns(self) -> list[tuple[Cell, ...]] | None:
        """The cells by column, or None where rows differ in length (text files may); rows must not change after."""
        return list(zip(*self.rows, strict=True)) if len(set(map(len, self.rows))) == 1 else None


@dataclass
class Book:
    """A file as read. ``variants`` are other ways to cut a text file into columns, tried when headers do not prove."""

    sheets: list[Sheet]
    kind: str
    variants: list[list[Sheet]] = field(default_factory=list)


def column_letter(column: int) -> str:
    """Return the letters of a zero-based column: 0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

"""What the terminal shows: one progress line at a time, messages, and small tables."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

console = Console(highlight=False, soft_wrap=True)
_errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Steps:
    """A progress callable that prints each step with the seconds since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, line: str) -> None:
        console.print(f"[dim]{time.monotonic() - self._start:6.1f} с[/]  {line}", markup=True)


def say(line: str = "") -> None:
    """Print one plain line; square brackets in it are not markup."""
    console.print(line, markup=False)


def error_line(line: str) -> None:
    """Print a message for a person on standard error."""
    _errors.print(line, markup=False, style="red" if sys.stderr.isatty() else None)


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a small table; numbers are right-aligned."""
    grid = Table(title=title, title_justify="left", header_style="bold")
    body = [[("" if cell is None else str(cell)) for cell in row] for row in rows]
    for index, word in enumerate(head):
        numeric = bool(body) and all(row[index].replace(" ", "").isdigit() or not row[index] for row in body)
        grid.add_column(word, justify="right" if numeric else "left", overflow="fold")
    for row in body:
        grid.add_row(*row)
    console.print(grid)

"""Work that divides, done by processes of this machine: each begins once, then does one item after another.

Belongs here: beginning and ending processes. Does not belong here: what they do. Threads are no way round: work in
Python goes on in one of them at a time.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, TypeVar

from opora.errors import OporaError

MOST = 4
"""Processes at most: each holds some hundred megabytes."""
Item = TypeVar("Item")
Told = TypeVar("Told")


@dataclass
class _Place:
    """What a process of a crew keeps from item to item."""

    kept: Any = None


_here = _Place()


def hands() -> int:
    """Return how many processes a crew would have here; 1 where more would not help, or may not be begun."""
    return 1 if multiprocessing.current_process().daemon else min(MOST, os.cpu_count() or 1)


def side_by_side(
    items: Sequence[Item],
    begin: Callable[..., Any],
    arguments: tuple[Any, ...],
    work: Callable[[Any, Item], Told],
    doing: str,
    at_once: int = 1,
) -> list[Told]:
    """Return ``work(begin(*arguments), item)`` of every item, in their order.

    ``begin`` runs once in each process; both functions must be those of modules, since they travel by name. ``at_once``
    items are handed over together. The processes end with this one, however it ends. Raises ``OporaError``, which tells
    what the process was ``doing``, when the system stopped one of them, and whatever ``work`` raised.
    """
    with ProcessPoolExecutor(
        hands(), multiprocessing.get_context("spawn"), _begin, (begin, arguments)
    ) as pool:
        try:
            return list(pool.map(_Work(work), items, chunksize=at_once))
        except BrokenProcessPool as error:
            raise OporaError(
                f"процесс, который {doing}, остановлен системой: обычно не хватило памяти. Освободите память и "
                "повторите запуск"
            ) from error


@dataclass(frozen=True)
class _Work:
    work: Callable[[Any, Any], Any]

    def __call__(self, item: Any) -> Any:
        return self.work(_here.kept, item)


def _begin(begin: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    _here.kept = begin(*arguments)


def _end_with_the_run() -> None:
    """End this process when the run that began it is gone: one that was killed cannot end it itself."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)

"""Which reading holds in each scope: the highest ``as_of``, never the latest arrival."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.lake import read_frame
from opora.home import Home

if TYPE_CHECKING:
    import pandas as pd

Place = tuple[str, str, str, str]
_TECHNICAL = ("delivery_id", "reading_id", "as_of", "source_sheet", "source_row")


@dataclass(frozen=True)
class Choice:
    """The reading that holds in a scope, and a rival of equal date whose rows differ, if there is one."""

    place: Place
    reading_id: str
    rival: str | None


def choose(home: Home, readings: list[dict[str, Any]]) -> list[Choice]:
    """Return the effective reading of every scope, sorted.

    Of two readings of one day, the one in state «итоговый» is the later. Equal otherwise: equal rows are one
    statement made twice (the lesser id holds), different rows are a tie.
    """
    claims: dict[Place, list[tuple[str, int, str]]] = defaultdict(list)
    for record in readings:
        for part in record["partitions"]:
            for key, as_of, precedence, _rows in part["scopes"]:
                place = (record["source"], part["entity"], part["academic_year"], key)
                claims[place].append((str(as_of), int(precedence), record["reading_id"]))
    frames: dict[tuple[str, str, str, str], Any] = {}
    choices = []
    for place, options in sorted(claims.items()):
        top = max(option[:2] for option in options)
        best = sorted(option[2] for option in options if option[:2] == top)
        rivals = [other for other in best[1:] if not _same_rows(home, place, best[0], other, frames)]
        choices.append(Choice(place, best[0], rivals[0] if rivals else None))
    return choices


def _same_rows(home: Home, place: Place, first: str, second: str, frames: dict[Any, Any]) -> bool:
    source, entity, year, key = place
    texts = []
    for reading in (first, second):
        address = (source, entity, year, reading)
        if address not in frames:
            frames[address] = read_frame(home, *address)
        texts.append(_rows(frames[address], key))
    return texts[0] == texts[1]


def _rows(frame: pd.DataFrame, key: str) -> list[tuple[str, ...]]:
    """Return the rows of a scope as sorted texts: the order of rows in a file states nothing."""
    chosen = frame[frame["scope_key"] == key].drop(columns=list(_TECHNICAL))
    return sorted(tuple(str(value) for value in row) for row in chosen.itertuples(index=False))

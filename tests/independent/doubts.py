"""Doubtful names in invented municipalities: how rows come to bear one, and every way they may be settled.

A doubtful name fits some people and may be nobody of them. Its rows about one event (a subject of a stage, a contest,
an exam, a month on a platform) are of one person; in the next event the name may be another. ``settled`` yields a lake
for every way, in which nothing is in doubt any more, so a plain count of it is the truth of that way.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import product
from typing import Any

Row = dict[str, Any]
Lake = dict[str, list[Row]]
Unit = tuple[Any, ...]

EVENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "olympiad": {
        "vsosh_school_stage__results": ("subject_code",),
        "vsosh_municipal_protocol__results": ("subject_code",),
        "contest_participation__participations": ("contest_code",),
    },
    "gia": {
        "gia_admission__admissions": ("gia_level",),
        "gia_protocol__results": ("gia_level", "subject_code"),
    },
    "platform": {
        "teaching_staff__staff": ("count_date",),
        "platform_persons__usage": ("platform_code", "period_start"),
    },
}
"""What makes an event, by domain and view of the lake."""
_KEYS = {view: keys for views in EVENTS.values() for view, keys in views.items()}
_STRANGER = 1_000_000


def cast_doubt(lake: Lake, draw: random.Random, domain: str, units: int) -> None:
    """Let a name or two of the domain become doubtful, in as many events as ``units`` at most."""
    for number in range(draw.randint(1, 2)):
        people = sorted({row["person"] for row in _rows(lake, domain) if row["person"] and not _is_open(row)})
        if len(people) < 3:
            return
        fitting = tuple(draw.sample(people, draw.choice([1, 2, 2])))
        name = max(row["person"] or 0 for row in _rows(lake, domain)) + 100 + number
        bearers = [*fitting, draw.choice(people)]
        for view, keys in EVENTS[domain].items():
            for row in lake.get(view, []):
                event = f"{number}|{view}|{[row.get(key) for key in keys]}"
                if row["person"] in bearers and not _is_open(row) and random.Random(event).random() < 0.4:
                    if len({*_units(lake, domain), _unit(view, {**row, "person": name})}) > units:
                        continue
                    row |= {"person": name, "alternative": fitting}


def settled(lake: Lake, domain: str) -> Iterator[Lake]:
    """Yield the lake of every way to settle the doubts: each event of a name is of one of those whom it may be."""
    units = sorted(_units(lake, domain).items(), key=str)
    options = [(*others, unit[0], _STRANGER + number) for number, (unit, others) in enumerate(units)]
    for choice in product(*options):
        chosen = dict(zip((unit for unit, _ in units), choice, strict=True))
        yield {
            view: [
                {**row, "person": chosen[_unit(view, row)], "alternative": None} if _is_open(row) else row
                for row in rows
            ]
            if view in EVENTS[domain]
            else rows
            for view, rows in lake.items()
        }


def ways(lake: Lake, domain: str) -> int:
    """Return in how many ways the doubts of the domain may be settled."""
    return math.prod(len(others) + 2 for others in _units(lake, domain).values())


def _rows(lake: Lake, domain: str) -> list[Row]:
    return [row for view in EVENTS[domain] for row in lake.get(view, [])]


def _is_open(row: Row) -> bool:
    return bool(row.get("alternative"))


def _units(lake: Lake, domain: str) -> dict[Unit, tuple[int, ...]]:
    """Return every event of a doubtful name with those whom the name fits."""
    return {
        _unit(view, row): row["alternative"]
        for view in EVENTS[domain]
        for row in lake.get(view, [])
        if _is_open(row)
    }


def _unit(view: str, row: Row) -> Unit:
    return (row["person"], view, *(row.get(key) for key in _KEYS[view]))

"""Areas of a year: schools, groups, municipalities and the region, as sets of schools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

Row = dict[str, Any]
KEYS = (
    "municipality_code", "area_kind", "area_code", "indicator_code", "measure", "gia_level", "cutoff",
    "denominator_kind", "stage", "subject", "award", "usage_level", "period",
)  # fmt: skip


class Number(NamedTuple):
    """What a figure says: ``symbol`` is empty for a number, ``low`` and ``high`` stand where only bounds are known."""

    numerator: int | None
    denominator: int | None
    value: float | None
    symbol: str = ""
    low: float | None = None
    high: float | None = None
    pending: int | None = None
    excluded: int | None = None


UNKNOWN = Number(None, None, None, "x")


def count(low: int, high: int) -> Number:
    """Return a count, or its bounds where two people may be one."""
    if low == high:
        return Number(high, None, float(high))
    return Number(None, None, None, "", float(low), float(high))


def share(low: int, high: int, whole: int) -> Number:
    """Return a share in per cent; of nobody it does not apply."""
    if whole == 0:
        return Number(0, 0, None, "z")
    if low == high:
        return Number(high, whole, 100 * high / whole)
    return Number(None, whole, None, "", 100 * low / whole, 100 * high / whole)


def share_of(part: tuple[int, int], whole: tuple[int, int]) -> Number:
    """Return a share of a number that is itself known between two ends only."""
    if whole[0] == whole[1]:
        return share(*part, whole[0])
    high = 100 if whole[0] == 0 else min(100, 100 * part[1] / whole[0])
    return Number(None, None, None, "", 100 * part[0] / whole[1], high)


@dataclass(frozen=True)
class Area:
    """An area: its schools, and the municipalities whose deliveries its totals need."""

    municipality: str
    kind: str
    code: str
    schools: frozenset[str]
    municipalities: frozenset[str]

    def key(self, indicator: str, measure: str, **keys: str) -> tuple[str, ...]:
        """Return the key columns of a figure, save the year."""
        named = {"municipality_code": self.municipality, "area_kind": self.kind, "area_code": self.code}
        named |= {"indicator_code": indicator, "measure": measure, "period": "year", **keys}
        return tuple(named.get(key, "z") for key in KEYS)


@dataclass(frozen=True)
class Map:
    """The schools active in a year with their municipality, and all areas."""

    home: dict[str, str]
    areas: list[Area]


def overlaps(year: str, start: date, end: date | None) -> bool:
    """Return True when a term touches the academic year, 1 September to 31 August."""
    return start <= date(int(year[5:]), 8, 31) and (end is None or end >= date(int(year[:4]), 9, 1))


def draw_map(lake: dict[str, list[Row]], year: str) -> Map:
    """Return the areas of a year; the region stands where there are several municipalities."""
    home = {
        row["school_code"]: row["municipality_code"]
        for row in lake["school_register__schools"]
        if overlaps(year, row["valid_from"], row["valid_to"])
    }
    return Map(home, list(_areas(home, _groups(lake, year, home))))


def _groups(lake: dict[str, list[Row]], year: str, home: dict[str, str]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {name: set() for name in ("shnor", "shnsu", "supported", "partner")}
    for row in lake.get("school_register__statuses", []):
        if row["first_academic_year"] <= year and year <= (row["last_academic_year"] or year):
            groups[row["status_kind"]].add(row["school_code"])
    for row in lake.get("agreements__agreements", []):
        if overlaps(year, row["valid_from"], row["valid_to"]):
            groups["supported"].add(row["supported_school_code"])
            groups["partner"].add(row["partner_school_code"])
    groups["other"] = set(home) - groups["supported"] - groups["partner"]
    return groups


def _areas(home: dict[str, str], groups: dict[str, set[str]]) -> Iterator[Area]:
    towns = sorted(set(home.values()))
    for town in towns:
        schools = {code for code, own in home.items() if own == town}
        for code in schools:
            yield Area(town, "school", code, frozenset({code}), frozenset({town}))
        for name, members in groups.items():
            if members & schools:
                yield Area(town, "group", name, frozenset(members & schools), frozenset({town}))
        yield Area(town, "municipality", town, frozenset(schools), frozenset({town}))
    if len(towns) > 1:
        yield Area("z", "region", "region", frozenset(home), frozenset(towns))


def complete(area: Area, delivered: set[str]) -> bool:
    """Return True when every school of the area is among those that delivered."""
    return area.schools <= delivered

"""The areas of one municipality and year: schools, groups of schools, the municipality.

Belongs here: membership, totals over members, what losing a cell costs.
Does not belong here: what a count means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log1p
from typing import Any, cast

from disclosure.control.system import System

Area = tuple[str, str, str]
"""Kind, code, municipality (``z`` of a region)."""
_LOSS_OF_KIND = {"school": 1.0, "group": 3.0, "municipality": 8.0, "region": 20.0}
_MINOR = frozenset({"participations", "older_grade"})


@dataclass(frozen=True)
class Areas:
    """All areas of a municipality in a year and the schools that each of them adds up."""

    schools: tuple[Area, ...]
    members: Mapping[Area, tuple[Area, ...]]

    @classmethod
    def from_rows(cls, present: Iterable[Area], members: Iterable[Mapping[str, Any]]) -> Areas:
        """Build from the areas that have rows and the rows of ``area_members`` of the year."""
        present = sorted(set(present))
        found: dict[Area, set[Area]] = {}
        for row in members:
            area = (row["area_kind"], row["area_code"], row["municipality_code"])
            found.setdefault(area, set()).add(("school", row["school_code"], row["municipality_code"]))
        schools = {area for area in present if area[0] == "school"}
        for area in present:
            if area[0] == "municipality":
                if area not in found:
                    found[area] = {school for school in schools if school[2] == area[2]}
                schools |= found[area]
        for area in present:
            if area[0] == "region":
                found[area] = set(schools)
        return cls(
            tuple(sorted(schools)), {area: tuple(sorted(listed)) for area, listed in sorted(found.items())}
        )

    @property
    def all(self) -> tuple[Area, ...]:
        return (*self.schools, *self.members)

    @staticmethod
    def of(row: Mapping[str, Any]) -> Area:
        """Return the area of a row."""
        return (row["area_kind"], row["area_code"], row["municipality_code"])

    @staticmethod
    def is_region(area: Area) -> bool:
        return area[0] == "region"

    @staticmethod
    def is_below_municipality(area: Area) -> bool:
        return area[0] in ("school", "group")

    def is_like_school(self, area: Area) -> bool:
        """A sum over one school is that school."""
        return area[0] == "school" or len(self.members.get(area, ())) == 1

    def add_all_totals(
        self, system: System, exact: frozenset[str] = frozenset(), only: frozenset[str] | None = None
    ) -> None:
        """Add, for every count ``("area", name, …, area)`` of an area, its total over the area's schools.

        A region adds up its municipalities: it says nothing of a school that its municipality does not say, so
        municipalities whose totals are shown are apart from each other.
        ``exact``: names whose totals add up whoever the people are. ``only``: names that schools show; of the
        others only municipalities are linked, to their region. A school without the count leaves an unknown
        that nobody asks about.
        """
        # Regions first: the counts that they ask of their municipalities have totals too.
        for is_of_regions in (True, False):
            for key in list(system.keys):
                area = cast(Area, key[-1])
                if key[0] == "area" and area in self.members and self.is_region(area) == is_of_regions:
                    members = self._summands(area) if only is None or key[1] in only else self._towns(area)
                    if members:
                        parts = [system.count((*key[:-1], member), None) for member in members]
                        system.total(system.index[key], parts, is_exact=key[1] in exact)

    def _summands(self, area: Area) -> tuple[Area, ...]:
        """Return the areas whose counts add up to the area's: each school once."""
        towns = tuple(town for town in self._towns(area) if self.members[town])
        inside = {school for town in towns for school in self.members[town]}
        return (*towns, *(school for school in self.members[area] if school not in inside))

    def _towns(self, area: Area) -> tuple[Area, ...]:
        """Return the municipalities of a region; none of any other area."""
        if not self.is_region(area):
            return ()
        return tuple(other for other in self.members if other[0] == "municipality")


def weight(row: Mapping[str, Any]) -> float:
    """Return what hiding a row loses: more for wider areas, official figures and larger counts."""
    size = row.get("denominator") or row.get("participants") or row.get("numerator") or 0
    loss = _LOSS_OF_KIND[row["area_kind"]] * (1.0 + log1p(max(0.0, float(size))) / 5)
    if row.get("is_official"):
        loss *= 3.0
    if row.get("measure") in _MINOR:
        loss *= 0.2
    return loss

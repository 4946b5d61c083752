"""The true figures of the network, counted from what happened by the definitions of docs/methodology.md, section 8.

Nothing here reads a file or knows a table of the warehouse. People are counted by who they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import comb, exp, log
from typing import NamedTuple

from demo.network import (
    CENTRE,
    LEVELS,
    SPEAKING,
    Event,
    Network,
    Planned,
    Version,
    live_agreements,
    network_years,
)
from demo.town import MUNICIPALITY_CODE, Agreement, year_name

COLUMNS = (
    "academic_year", "half", "municipality_code", "scope", "pair_id", "criterion", "component", "plan_version",
    "numerator", "denominator", "value", "symbol",
)  # fmt: skip
SMALLEST = 5
"""Fewer events than this make no sample for rarefaction."""


class Half(NamedTuple):
    """A half-year of the network."""

    year: int
    name: str

    @property
    def days(self) -> tuple[date, date]:
        if self.name == "H1":
            return date(self.year, 9, 1), date(self.year, 12, 31)
        return date(self.year + 1, 1, 1), date(self.year + 1, 8, 31)

    def holds(self, day: date | None) -> bool:
        return day is not None and self.days[0] <= day <= self.days[1]


class Figure(NamedTuple):
    """One figure: component, plan, numerator, denominator, value, symbol."""

    criterion: str
    component: str
    plan: str
    numerator: int | None
    denominator: int | None
    value: float | None
    symbol: str


@dataclass(frozen=True)
class Area:
    """A pair, or the whole network of the municipality."""

    scope: str
    pair_id: str
    agreements: tuple[Agreement, ...]


def halves() -> list[Half]:
    """Return the half-years in order, from the first agreement on."""
    return [Half(year, name) for year in network_years() for name in ("H1", "H2")]


def areas(half: Half) -> list[Area]:
    """Return the network and its pairs; agreements run from 1 September to 31 August, so both halves see them."""
    live = tuple(live_agreements(half.year))
    return [Area("network", "z", live), *(Area("pair", a.number, (a,)) for a in live)]


def is_done(event: Event) -> bool:
    """Say whether an event counts: held, not cancelled, proved, with people of both sides."""
    sides = {school for _, school, _ in event.people}
    both = {event.agreement.supported, event.agreement.partner} <= sides
    return event.held is not None and event.cancelled is None and bool(event.evidence) and both


class Witness:
    """Counts the figures of one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.events = [event for events in network.events.values() for event in events]
        used = Counter(ref for event in self.events for ref in {ref for _, ref in event.evidence})
        self._shared = {ref for ref, count in used.items() if count > 1}

    def rows(self) -> Iterator[list[object]]:
        """Yield the rows of ``truth/network_criteria.csv``."""
        for place, half in enumerate(halves()):
            for area in areas(half):
                for figure in self._figures(place, half, area):
                    keys = [year_name(half.year), half.name, MUNICIPALITY_CODE, area.scope, area.pair_id]
                    yield [*keys, *figure]

    def _figures(self, place: int, half: Half, area: Area) -> Iterator[Figure]:
        yield from self._goal(half, area)
        yield from self._activity(place, half, area)
        done = self._done(half, area)
        yield from _leadership(done, area)
        yield from self._variety(half, area, done)
        yield from self._fulfilment(half, area)

    def _done(self, half: Half, area: Area) -> list[Event]:
        return [
            e for e in self.events if e.agreement in area.agreements and is_done(e) and half.holds(e.held)
        ]

    def _goal(self, half: Half, area: Area) -> Iterator[Figure]:
        marks = 0
        for agreement in area.agreements:
            versions = [v for v in self.network.versions if v.agreement == agreement.number]
            in_roadmap = any(v.has_goal and v.approved <= half.days[1] for v in versions)
            marks += 3 + in_roadmap  # the demo's agreements state goals with indicator, target and date
        number = len(area.agreements)
        yield Figure("C1", "presence", "z", marks, 4 * number, marks / number, "")
        waves = [
            w
            for w in self.network.waves
            if half.holds(w.day) and w.agreement in {a.number for a in area.agreements}
        ]
        answered = sum(len(w.answers) for w in waves)
        right = sum(is_right for w in waves for _, is_right in w.answers)
        if answered >= 5 and answered >= 0.5 * sum(w.invited for w in waves):
            yield Figure("C1", "awareness", "z", right, answered, 100 * right / answered, "")
        else:
            yield Figure("C1", "awareness", "z", None, None, None, "x")

    def _active(self, half: Half, area: Area) -> set[int]:
        roles: dict[int, set[tuple[str, str]]] = {}
        for event in self._done(half, area):
            for person, _, role in event.people:
                roles.setdefault(person.pid, set()).add((event.number, role))
        return {
            pid for pid, own in roles.items() if len(own) >= 2 or any(role in SPEAKING for _, role in own)
        }

    def _activity(self, place: int, half: Half, area: Area) -> Iterator[Figure]:
        now = self._active(half, area)
        history = [
            self._active(earlier, area)
            for earlier in halves()[:place]
            if any(a in live_agreements(earlier.year) for a in area.agreements)
        ]
        yield Figure("C2", "active", "z", len(now), None, float(len(now)), "")
        if not history:
            for name in ("growth", "retention", "newcomers"):
                yield Figure("C2", name, "z", None, None, None, "z")
        else:
            last = history[-1]
            known = set().union(*history)
            yield _share("C2", "growth", len(now) - len(last), len(last))
            yield _share("C2", "retention", len(now & last), len(last))
            yield _share("C2", "newcomers", len(now - known), len(now))
        initiators = Counter(event.initiator for event in self._done(half, area))
        total = sum(initiators.values())
        yield _share("C2", "school_initiated", total - initiators[CENTRE], total)
        value = 1 - sum((n / total) ** 2 for n in initiators.values()) if total else None
        yield Figure("C2", "initiator_diversity", "z", None, total, value, "" if total else "z")

    def _variety(self, half: Half, area: Area, done: list[Event]) -> Iterator[Figure]:
        kinds = Counter((event.activity, event.form) for event in done)
        total = len(done)
        yield Figure("C4", "effective_types", "z", None, total, _effective(kinds), "" if total else "z")
        yield Figure("C4", "richness", "z", len(kinds), total, float(len(kinds)), "")
        peers = [len(self._done(half, other)) for other in areas(half) if other.scope == area.scope]
        n = min((size for size in peers if size >= SMALLEST), default=None)
        if n is None or total < n:
            yield Figure("C4", "rarefied", "z", None, None, None, "z")
        else:
            expected = sum(1 - comb(total - count, n) / comb(total, n) for count in kinds.values())
            yield Figure("C4", "rarefied", "z", None, n, expected, "")

    def _fulfilment(self, half: Half, area: Area) -> Iterator[Figure]:
        for plan in ("baseline", "current"):
            due = on_time = late = 0
            for agreement in area.agreements:
                for item, day in self.items(agreement, half, plan):
                    held = self._closed(agreement, item)
                    if held is None and plan == "current" and self._is_cancelled(agreement, item):
                        continue
                    due += 1
                    on_time += held is not None and held <= day
                    late += held is not None and held > day
            yield _share("C5", "done_on_time", on_time, due, plan)
            yield _share("C5", "done", on_time + late, due, plan)
        held_events = [
            e
            for e in self.events
            if e.agreement in area.agreements and e.cancelled is None and half.holds(e.held)
        ]
        yield _share("C5", "formal", sum(self.is_formal(e) for e in held_events), len(held_events))

    def is_formal(self, event: Event) -> bool:
        """Say whether an event is for show: one side, no time, somebody else's paper."""
        sides = {school for _, school, _ in event.people}
        one_side = not {event.agreement.supported, event.agreement.partner} <= sides
        return one_side or event.hours == 0 or any(ref in self._shared for _, ref in event.evidence)

    def items(self, agreement: Agreement, half: Half, plan: str) -> list[tuple[Planned, date]]:
        """Return the items of a plan that are due in the half-year, with their day."""
        versions = [
            v
            for v in self.network.versions
            if v.agreement == agreement.number and v.items[0].number.startswith(f"{half.year % 100}-")
        ]
        if plan == "baseline":
            return [(item, item.due) for item in versions[0].items if half.holds(item.due)]
        in_force: Version = [v for v in versions if v.approved <= half.days[1]][-1]
        moved = {
            e.planned: e.moved[0] for e in self.events if e.agreement is agreement and e.planned and e.moved
        }
        days = [(item, moved.get(item.number, item.due)) for item in in_force.items]
        return [(item, day) for item, day in days if half.holds(day)]

    def _closed(self, agreement: Agreement, item: Planned) -> date | None:
        days = [
            e.held
            for e in self.events
            if e.agreement is agreement and e.planned == item.number and is_done(e) and e.held
        ]
        return min(days, default=None)

    def _is_cancelled(self, agreement: Agreement, item: Planned) -> bool:
        return any(e.agreement is agreement and e.planned == item.number and e.cancelled for e in self.events)


def _share(criterion: str, component: str, part: int, whole: int, plan: str = "z") -> Figure:
    value = 100 * part / whole if whole else None
    return Figure(criterion, component, plan, part, whole, value, "" if whole else "z")


def _effective(counts: Counter[object] | Counter[tuple[str, str]] | Counter[int]) -> float | None:
    total = sum(counts.values())
    return exp(-sum(n / total * log(n / total) for n in counts.values())) if total else None


def _leadership(done: list[Event], area: Area) -> Iterator[Figure]:
    led: Counter[int] = Counter()
    schools: set[str] = set()
    for event in done:
        own = {person.pid: school for person, school, role in event.people if role == "host"}
        schools |= set(own.values())
        if event.leader:
            own[event.leader.pid] = event.initiator
            schools.add(event.initiator)
        led.update(own.keys())
    yield Figure("C3", "leaders", "z", len(led), None, float(len(led)), "")
    yield Figure("C3", "effective_leaders", "z", None, len(led), _effective(led), "" if led else "z")
    if led:
        covered = factor = 0
        for count in sorted(led.values(), reverse=True):
            if 2 * covered > sum(led.values()):
                break
            covered, factor = covered + count, factor + 1
        yield Figure("C3", "bus_factor", "z", factor, len(led), float(factor), "")
    else:
        yield Figure("C3", "bus_factor", "z", None, 0, None, "z")
    members = {a.supported for a in area.agreements} | {a.partner for a in area.agreements}
    yield _share("C3", "schools_with_leader", len(schools & members), len(members))
    levels = len({event.level for event in done})
    yield Figure("C3", "levels", "z", levels, len(LEVELS), 100 * levels / len(LEVELS), "")

"""From the marts to systems and back to decisions about rows.

Belongs here: splitting the tables by municipality, year and domain, the second level over municipalities,
and one list of decisions. Does not belong here: rules, relations, writing tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from disclosure.control.areas import Areas
from disclosure.control.choose import choose, choose_cheaper
from disclosure.control.exam import build_exam
from disclosure.control.olympiad import build_olympiad
from disclosure.control.platform import build_platform
from disclosure.control.recover import Recovery
from disclosure.control.system import WIDE, System, municipality_of
from disclosure.earlier import Earlier
from disclosure.rules import Rules, RulesByYear
from opora.crew import hands, side_by_side

Place = tuple[str, int]
Row = Mapping[str, Any]

_COLUMNS = {
    "indicator_values": [
        "academic_year",
        "municipality_code",
        "area_kind",
        "area_code",
        "indicator_code",
        "measure",
        "gia_level",
        "cutoff",
        "denominator_kind",
        "stage",
        "subject",
        "award",
        "usage_level",
        "period",
        "figure_id",
        "numerator",
        "denominator",
        "value_kind",
        "value_low",
        "value_high",
        "symbol",
        "is_official",
    ],
    "subject_results": [
        "academic_year",
        "municipality_code",
        "area_kind",
        "area_code",
        "gia_level",
        "subject_code",
        "participants",
        "below_minimum",
        "high_80_99",
        "hundred",
        "mean_score",
        "symbol",
    ],
}
MANY, MOST = 12, 100
"""Municipalities from which on, and up to which, processes share years and domains: each reads the marts once more, and
beyond, two second levels at a time would not fit the memory that one has."""
_DOING = "решал, что скрыть"
_WORKERS = 4
_BATCH = 64
"""Systems solved side by side before the next rows are read: a large region is never in memory as a whole."""
_FEW_ASKED = 2000
"""Secrets linked to the region up to which its second level looks for cells of municipalities and schools to hide
instead of the region's own totals: where there are more, each round of that search is dear."""
_DOMAIN_OF = {"I1": "exam", "I2": "olympiad", "I3": "olympiad", "I4": "olympiad", "I5": "platform"}


@dataclass
class Decisions:
    """Rows by place: hidden with the (internal) reason, shown as a bound, shown. A row in none is not covered.

    ``left_out``: those hidden that do not stand in the public table at all; ``listed``: those that should be
    hidden but were public already.
    """

    hidden: dict[Place, str] = field(default_factory=dict)
    bounds: dict[Place, str] = field(default_factory=dict)
    shown: set[Place] = field(default_factory=set)
    left_out: set[Place] = field(default_factory=set)
    listed: list[Place] = field(default_factory=list)

    def join(self, other: Decisions) -> None:
        """Take the decisions about other rows."""
        self.hidden |= other.hidden
        self.bounds |= other.bounds
        self.shown |= other.shown
        self.left_out |= other.left_out
        self.listed += other.listed


def decide(
    tables: Mapping[str, pa.Table], members: Iterable[Row], rules: RulesByYear, earlier: Earlier
) -> Decisions:
    """Return a decision for every row that the systems cover.

    Each municipality, year and domain is solved apart; where totals over municipalities are shown, a second
    level hides those of them from which something could be recovered.
    """
    given = _Given(tables, list(members), rules, earlier)
    decisions = Decisions()
    if MANY <= given.municipalities <= MOST and len(given.domains) > 1 and hands() > 1:
        arguments = (tables, given.members, rules, earlier)
        for part in side_by_side(given.domains, _Given, arguments, _decide_apart, _DOING):
            decisions.join(part)
        return decisions
    batch: list[_Domain] = []
    for key in given.domains:
        batch.append(_laid(given, key, decisions))
        if sum(len(each.blocks) for each in batch) >= _BATCH:
            _solve(batch, earlier, decisions)
            batch = []
    _solve(batch, earlier, decisions)
    return decisions


def _decide_apart(given: _Given, key: tuple[str, str]) -> Decisions:
    """Decide the rows of one year and domain: no other has any of them."""
    decisions = Decisions()
    _solve([_laid(given, key, decisions)], given.earlier, decisions)
    return decisions


def _laid(given: _Given, key: tuple[str, str], decisions: Decisions) -> _Domain:
    """Return a domain with a system a municipality."""
    domain = given.domain(key)
    for code, own in _by_municipality(domain.rows):
        system = domain.system(own, given.inside.get((domain.academic_year, code), []))
        _list_public(system, own, given.earlier, decisions)
        domain.blocks.append(system)
    return domain


@dataclass
class _Domain:
    """The rows of a year and a domain by table, everybody who is a member then, a system a municipality."""

    academic_year: str
    name: str
    rows: dict[str, list[Row]]
    members: list[Row]
    rules: Rules
    blocks: list[System] = field(default_factory=list)

    def system(self, rows: Mapping[str, list[Row]], members: list[Row]) -> System:
        """Return the system of some of the rows."""
        figures, subjects = rows["indicator_values"], rows["subject_results"]
        areas = Areas.from_rows((Areas.of(row) for row in (*figures, *subjects)), members)
        if self.name == "exam":
            return build_exam(figures, subjects, areas, self.rules)
        if self.name == "olympiad":
            return build_olympiad(figures, areas, self.rules)
        return build_platform(figures, areas, self.rules)


class _Given:
    """What is decided about: the tables, who is a member of which area, rules and earlier releases.

    ``domains``: (academic year, domain) in a fixed order; the rows of one at a time are read.
    """

    def __init__(
        self, tables: Mapping[str, pa.Table], members: list[Row], rules: RulesByYear, earlier: Earlier
    ) -> None:
        self._tables, self.members, self._rules, self.earlier = tables, members, rules, earlier
        self.inside: dict[tuple[str, str], list[Row]] = {}
        for member in members:
            self.inside.setdefault((member["academic_year"], member["municipality_code"]), []).append(member)
        self._places: dict[tuple[str, str], dict[str, list[int]]] = {}
        for name, table in tables.items():
            pairs = zip(table["academic_year"].to_pylist(), _names(name, table), strict=True)
            for place, (year, domain) in enumerate(pairs):
                if domain:
                    self._places.setdefault((year, domain), {}).setdefault(name, []).append(place)
        self.domains = sorted(self._places)

    @property
    def municipalities(self) -> int:
        return len({code for _, code in self.inside})

    def domain(self, key: tuple[str, str]) -> _Domain:
        """Return the rows of a domain, each with its position."""
        year, name = key
        rows: dict[str, list[Row]] = {table: [] for table in _COLUMNS}
        rows |= {
            table: _rows(table, self._tables[table], listed) for table, listed in self._places[key].items()
        }
        members = [row for (of_year, _), part in self.inside.items() if of_year == year for row in part]
        return _Domain(year, name, rows, members, self._rules.of(year))


def _rows(table_name: str, table: pa.Table, places: list[int]) -> list[Row]:
    """Return the rows at these places, each with its position."""
    present = [column for column in _COLUMNS[table_name] if column in table.schema.names]
    rows = table.select(present).take(places).to_pylist()
    return [row | {"position": place} for place, row in zip(places, rows, strict=True)]


def _names(table_name: str, table: pa.Table) -> list[str]:
    """Return the domain of every row, ``""`` of one that no domain covers."""
    if table_name == "subject_results":
        return ["exam"] * table.num_rows
    return [_DOMAIN_OF.get(code, "") for code in table["indicator_code"].to_pylist()]


def _solve(batch: list[_Domain], earlier: Earlier, decisions: Decisions) -> None:
    """Decide the rows of some domains: municipalities side by side, then the totals over them."""
    blocks = [system for domain in batch for system in domain.blocks]
    # The programs are solved outside of Python's lock; blocks share nothing, so their order does not matter.
    with ThreadPoolExecutor(max_workers=min(_WORKERS, os.cpu_count() or 1)) as workers:
        for system, choice in zip(blocks, workers.map(choose, blocks), strict=True):
            _record(system, choice.hidden, decisions)
    for domain in batch:
        domain.blocks.clear()
        if any(row["area_kind"] == "region" for part in domain.rows.values() for row in part):
            system = domain.system(domain.rows, domain.members)
            _list_public(system, domain.rows, earlier, decisions)
            _second_level(system, decisions)


def _by_municipality(rows: Mapping[str, list[Row]]) -> list[tuple[str, dict[str, list[Row]]]]:
    """Return the rows of every municipality, by table; wide areas are of none."""
    found: dict[str, dict[str, list[Row]]] = {}
    for name, part in rows.items():
        for row in part:
            own = found.setdefault(row["municipality_code"], {table: [] for table in rows})
            own[name].append(row)
    found.pop(WIDE, None)
    return sorted(found.items())


def _list_public(
    system: System, rows: Mapping[str, list[Row]], earlier: Earlier, decisions: Decisions
) -> None:
    """A cell that an earlier release shows with the same numbers cannot be hidden any more: it is listed.

    Nor can a bound that stands there already: it stays one. With other numbers, the old ones may still be believed.
    """
    if not earlier.is_empty:
        found = {(name, row["position"]): row for name, part in rows.items() for row in part}
        system.as_before = _as_before(system, found, earlier)
        for cell in system.cells:
            if (
                cell.publishes
                and not cell.is_left_out
                and all(earlier.shows(place[0], found[place]) for place in cell.places)
            ):
                if cell.is_hidden:
                    decisions.listed.extend(cell.places)
                cell.is_hidden, cell.is_public_already = False, True
            elif cell.numbers and not cell.is_left_out:
                table, row = cell.places[0][0], found[cell.places[0]]
                cell.is_public_already = bool(cell.limits) and earlier.shows_size(table, row)
                system.outdated.update(
                    (column, float(value))
                    for column, value in zip(cell.numbers, earlier.last(table, row), strict=False)
                    if column is not None and value is not None
                )


def _as_before(system: System, found: Mapping[Place, Row], earlier: Earlier) -> set[int] | None:
    """Return the cells that the newest release hid, when all of them stand there and none shows other numbers now."""
    hidden = set()
    for number, cell in enumerate(system.cells):
        if not cell.is_left_out:
            place = cell.places[0]
            was_hidden = earlier.hid(place[0], found[place])
            if was_hidden is None:
                return None
            if was_hidden:
                hidden.add(number)
    return hidden


def _record(system: System, hidden: list[bool], decisions: Decisions) -> None:
    for number, cell in enumerate(system.cells):
        for rank, place in enumerate(cell.places):
            decisions.shown.discard(place)
            if cell.is_left_out:
                decisions.left_out.add(place)
            if hidden[number]:
                decisions.bounds.pop(place, None)
                reason = cell.reason if cell.is_hidden else "complementary"
                decisions.hidden.setdefault(place, reason or "complementary")
            elif cell.limits and rank:
                decisions.hidden[place] = "derived from a bound"
            elif cell.limits:
                decisions.bounds[place] = cell.reason
            else:
                decisions.shown.add(place)


def _second_level(system: System, decisions: Decisions) -> None:
    """Decide the rows of the region; what is hidden below stays hidden, and more may have to be."""
    decided = decisions.shown | decisions.bounds.keys() | decisions.hidden.keys()
    for cell in system.cells:
        if decided.issuperset(cell.places) and not cell.is_left_out:
            cell.is_hidden = all(place in decisions.hidden for place in cell.places)
            if all(place in decisions.shown for place in cell.places):
                cell.limits = ()
    wide = {count for count, key in enumerate(system.keys) if municipality_of(key) == WIDE}
    # What nothing of the region is linked to was answered below, and stays so: more is hidden from here on.
    settled, asked = Recovery(system).split(wide, [cell.is_hidden for cell in system.cells])
    choice = choose(system, _of_wide(system, wide), settled)
    if choice.unprotected:  # an earlier release shows a wide total: it cannot be hidden
        choice = choose(system, None, settled)
    elif choice.loss and not choice.is_as_before and len(asked) <= _FEW_ASKED:
        choice = choose_cheaper(system, settled, than=choice) or choice
    _record(system, choice.hidden, decisions)


def _of_wide(system: System, wide: set[int]) -> set[int]:
    """Return the cells that show or own a wide count: hiding them is always enough."""
    return {number for number, cell in enumerate(system.cells) if wide & {*cell.publishes, *cell.secrets}}


def member_rows(table: pa.Table | None) -> list[Row]:
    """Return the rows of ``area_members``; an absent table gives none."""
    if table is None:
        return []
    rows: list[Row] = table.filter(
        pc.is_in(table.column("area_kind"), pa.array(["group", "municipality"]))
    ).to_pylist()
    return rows

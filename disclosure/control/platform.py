"""Use of platforms as a linear system: I5.

Belongs here: what teachers who use platforms and the staff have to do with each other.
Does not belong here: solving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from disclosure.control.areas import Areas, weight
from disclosure.control.primary import Verdict, judge_share
from disclosure.control.system import Cell, System
from disclosure.rules import Rules

Row = Mapping[str, Any]
_LEVELS = ("L3", "L2", "L1", "L0")


def build_platform(figures: Sequence[Row], areas: Areas, rules: Rules) -> System:
    """Return the system of one municipality and year from its rows of I5.

    The count of teachers is the numerator of the share: both rows are one cell.
    """
    system = System()
    cells: dict[tuple[Any, ...], Cell] = {}
    ordered = sorted(figures, key=lambda row: row["measure"] != "share")
    for row in ordered:
        key = (areas.of(row), row["usage_level"], row["period"])
        if row["measure"] == "share" and row["numerator"] is not None and row["denominator"] is not None:
            cells[key] = _share(system, row, areas, rules)
        elif row["measure"] == "teachers" and key in cells:
            cells[key].places.append(("indicator_values", row["position"]))
    for area in areas.all:
        for half in ("H1", "H2"):
            users = [system.index.get(("area", "users", level, half, area)) for level in _LEVELS]
            present = [column for column in users if column is not None]
            for fewer, more in pairwise(present):
                system.at_most(fewer, more)
    areas.add_all_totals(system)
    return system


def _share(system: System, row: Row, areas: Areas, rules: Rules) -> Cell:
    area, half = areas.of(row), row["period"]
    users = system.count(("area", "users", row["usage_level"], half, area), row["numerator"], is_secret=True)
    staff = system.count(("area", "staff", half, area), row["denominator"], is_secret=True)
    rest = system.count(("others", row["usage_level"], half, area), row["denominator"] - row["numerator"])
    system.add({users: 1.0, rest: 1.0, staff: -1.0}, 0.0, 0.0)
    cell = Cell(
        [("indicator_values", row["position"])],
        (users, staff),
        weight(row),
        secrets=(rest,),
        numbers=(users, staff),
    )
    verdict = judge_share(row["numerator"], row["denominator"], rules, areas.is_like_school(area))
    if verdict is Verdict.HIDDEN:
        cell.is_hidden, cell.reason = True, "primary"
    elif verdict is not Verdict.SHOWN:
        few = rest if verdict is Verdict.AT_LEAST else users
        cell.publishes, cell.limits, cell.reason = (
            (staff,),
            ((few, 0.0, float(rules.bound_margin)),),
            verdict.value,
        )
    system.cells.append(cell)
    return cell

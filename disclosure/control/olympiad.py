"""The Olympiad and contests as a linear system: I2, I3, I4.

Belongs here: what participants, participations, awards and the contingent have to do with each other.
Does not belong here: solving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from disclosure.control.areas import Area, Areas, weight
from disclosure.control.primary import Verdict, judge_count, judge_share
from disclosure.control.system import Cell, System
from disclosure.rules import Rules

Row = Mapping[str, Any]
STAGES = ("school", "municipal", "any")
SUBJECTS = ("russian", "mathematics", "any")
_ADD_UP = frozenset({"diplomas", "contingent"})
_LINKED = _ADD_UP | {"pupils", "awarded", "movement"}
"""Counts that schools show; participations and older grades are public from the municipality up."""
_COUNTED = {"pupils": "pupils", "participations": "participations", "older_grade": "older"}


def build_olympiad(figures: Sequence[Row], areas: Areas, rules: Rules) -> System:
    """Return the system of one municipality and year from its rows of I2, I3 and I4."""
    system = System()
    for row in figures:
        if row["denominator"] is not None and row["measure"] in ("per_100", "share"):
            # Sizes of schools are public by law; they are no secret of this report.
            system.count(("area", "contingent", areas.of(row)), row["denominator"], is_constant=True)
    for row in figures:
        if row["numerator"] is None or row["symbol"] == "x":
            continue
        if row["indicator_code"] == "I2" and row["measure"] in _COUNTED:
            _participants(system, row, areas, rules)
        elif row["indicator_code"] == "I3" and row["measure"] in ("pupils", "diplomas"):
            _awards(system, row, areas, rules)
        elif row["indicator_code"] == "I4":
            _movement(system, row, areas, rules)
    publishers = system.publishers()
    for row in figures:
        _derived(system, row, areas, publishers)
    for area in areas.all:
        _within(system, area)
    areas.add_all_totals(system, exact=_ADD_UP, only=_LINKED)
    return system


def _participants(system: System, row: Row, areas: Areas, rules: Rules) -> None:
    if not _is_public(row, areas):
        _leave_out(system, row)
        return
    key = ("area", _COUNTED[row["measure"]], row["stage"], row["subject"], areas.of(row))
    column = system.count(key, row["numerator"], is_secret=True)
    cell = Cell([("indicator_values", row["position"])], (column,), weight(row), numbers=(column,))
    if judge_count(row["numerator"], rules) is Verdict.HIDDEN:
        cell.is_hidden, cell.reason = True, "primary"
    system.cells.append(cell)


def _is_public(row: Row, areas: Areas) -> bool:
    """Below the municipality pupils are public by stage and by subject, not by both: every breakdown costs figures."""
    if not areas.is_below_municipality(areas.of(row)):
        return True
    return row["measure"] not in ("participations", "older_grade") and "any" in (row["stage"], row["subject"])


def _leave_out(system: System, row: Row) -> None:
    cell = Cell([("indicator_values", row["position"])], (), 0.0)
    cell.leave_out("control variant: public from the municipality up")
    system.cells.append(cell)


def _awards(system: System, row: Row, areas: Areas, rules: Rules) -> None:
    hide_few = rules.hide_few_awards
    key = ("area", "awarded" if row["measure"] == "pupils" else "diplomas")
    column = system.count(
        (*key, row["subject"], row["award"], areas.of(row)), row["numerator"], is_secret=hide_few
    )
    cell = Cell([("indicator_values", row["position"])], (column,), weight(row), numbers=(column,))
    if hide_few and judge_count(row["numerator"], rules) is Verdict.HIDDEN:
        cell.is_hidden, cell.reason = True, "primary"
    cell.is_public_already = not hide_few  # shown by decision: never a complement
    system.cells.append(cell)


def _movement(system: System, row: Row, areas: Areas, rules: Rules) -> None:
    if row["denominator"] is None:
        return
    area = areas.of(row)
    took = system.count(("area", "movement", area), row["numerator"], is_secret=True)
    n = system.count(("area", "contingent", area), row["denominator"])
    rest = system.count(("outside", area), row["denominator"] - row["numerator"])
    system.add({took: 1.0, rest: 1.0, n: -1.0}, 0.0, 0.0)
    cell = Cell(
        [("indicator_values", row["position"])], (took, n), weight(row), secrets=(rest,), numbers=(took, n)
    )
    verdict = judge_share(row["numerator"], row["denominator"], rules, areas.is_like_school(area))
    if verdict is Verdict.HIDDEN:
        cell.is_hidden, cell.reason = True, "primary"
    elif verdict is not Verdict.SHOWN:
        few = rest if verdict is Verdict.AT_LEAST else took
        cell.publishes, cell.limits, cell.reason = (
            (n,),
            ((few, 0.0, float(rules.bound_margin)),),
            verdict.value,
        )
    system.cells.append(cell)


def _derived(system: System, row: Row, areas: Areas, publishers: Mapping[int, Sequence[int]]) -> None:
    """Rows computed from two shown counts: they are shown while both are."""
    if row["numerator"] is None or row["symbol"] == "x":
        return
    area, subject = areas.of(row), row["subject"]
    if row["measure"] == "per_100":
        parts = [("area", "pupils", row["stage"], subject, area)]
    elif row["measure"] == "share_of_participants":
        parts = [("area", "pupils", "municipal", subject, area), ("area", "awarded", subject, "any", area)]
    else:
        return
    if not _is_public(row, areas):
        _leave_out(system, row)
        return
    columns = [system.index[part] for part in parts if part in system.index]
    candidates = sorted({cell for column in columns for cell in publishers.get(column, ())})
    leaders = tuple(number for number in candidates if len(system.cells[number].publishes) == 1)
    cell = Cell([("indicator_values", row["position"])], (), weight(row) / 10, follows=leaders)
    if len(leaders) < len(parts):
        cell.is_hidden, cell.reason = True, "a part is not known"
    system.cells.append(cell)


def _within(system: System, area: Area) -> None:
    """Relations inside one area: totals over stages and subjects, awards within participants, the contingent."""
    find = system.index.get

    def of(name: str, stage: str, subject: str) -> int | None:
        return find(("area", name, stage, subject, area))

    for name in ("pupils", "older", "participations"):
        for one in SUBJECTS:
            _total(system, [of(name, stage, one) for stage in STAGES], name == "participations")
        for one in STAGES:
            _total(system, [of(name, one, subject) for subject in SUBJECTS], name == "participations")
    contingent, movement = find(("area", "contingent", area)), find(("area", "movement", area))
    for stage in STAGES:
        for subject in SUBJECTS:
            pupils, times = of("pupils", stage, subject), of("participations", stage, subject)
            system.at_most(pupils, times)
            system.at_most(times, pupils, float((1 + (stage == "any")) * (1 + (subject == "any"))))
            system.at_most(of("older", stage, subject), pupils)
            system.at_most(pupils, contingent)
    system.at_most(of("pupils", "any", "any"), movement)
    for subject in SUBJECTS:
        awarded = find(("area", "awarded", subject, "any", area))
        system.at_most(awarded, of("pupils", "municipal", subject))
        for name, exact in (("awarded", False), ("diplomas", True)):
            parts = [
                find(("area", name, subject, award, area)) for award in ("winner", "prize_winner", "any")
            ]
            _total(system, parts, exact)
    for award in ("winner", "prize_winner", "any"):
        for name, exact in (("awarded", False), ("diplomas", True)):
            _total(system, [find(("area", name, subject, award, area)) for subject in SUBJECTS], exact)


def _total(system: System, columns: list[int | None], is_exact: bool) -> None:
    """The last of the columns is the total of the others, where all of them are there."""
    listed = [column for column in columns if column is not None]
    if len(listed) < len(columns):
        return
    *parts, whole = listed
    if is_exact:
        system.add({whole: 1.0, **dict.fromkeys(parts, -1.0)}, 0.0, 0.0)
    else:
        system.between(whole, parts)

"""The state exam as a linear system: I1 at both levels, cut-offs and denominators, and results by subject.

Belongs here: what the counts of the exam have to do with each other. Does not belong here: solving.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from disclosure.control.areas import Areas, weight
from disclosure.control.primary import Verdict, judge_share
from disclosure.control.system import Cell, System
from disclosure.rules import Rules

PUBLIC_SCHOOL_SUBJECTS = frozenset({1, 2, 22})
"""School × subject is public for Russian and mathematics only."""
_REQUIRED = {"9": (1, 2), "11": (1,)}
_LEVELS = ("9", "11", "all")
_COUNTS = frozenset(
    {"passed", "graduates", "participants", "below", "top", "marks", "failed_low", "failed_high"}
)
"""A graduate belongs to one school, so all of these add up over schools."""

Row = Mapping[str, Any]


def build_exam(figures: Sequence[Row], subjects: Sequence[Row], areas: Areas, rules: Rules) -> System:
    """Return the system of one municipality and year from its rows of I1 and of ``subject_results``."""
    system = System()
    for row in figures:
        _figure(system, row, areas, rules)
    required = [row for row in subjects if row["subject_code"] in PUBLIC_SCHOOL_SUBJECTS]
    codes = {(row["gia_level"], row["subject_code"]) for row in required}
    for row in required:
        _subject(system, row, areas, rules)
    of_subjects = system.publishers()
    for row in figures:
        _interval(system, row, areas, rules, of_subjects)
    counted = {key[:4] for key in system.index}
    for area in areas.all:
        for level, code in codes:
            _nobody(system, areas, area, level, code, counted)
        _within(system, area)
    areas.add_all_totals(system, exact=_COUNTS)
    chosen = [row for row in subjects if row["subject_code"] not in PUBLIC_SCHOOL_SUBJECTS]
    _wide_subjects(system, chosen, areas, rules)
    return system


def _figure(system: System, row: Row, areas: Areas, rules: Rules) -> None:
    if row["numerator"] is None or row["denominator"] is None or row["symbol"] == "x":
        return
    area = areas.of(row)
    level, cutoff, kind = row["gia_level"], row["cutoff"], row["denominator_kind"]
    passed, n = row["numerator"], row["denominator"]
    is_public = (cutoff, kind) == ("main", "admitted") or not areas.is_below_municipality(area)
    p = system.count(("area", "passed", level, cutoff, area), passed, is_secret=is_public)
    g = _graduates(system, row, area, is_public)
    f = system.count(("failed", level, cutoff, kind, area), n - passed)
    system.add({f: 1.0, p: 1.0, g: -1.0}, 0.0, 0.0)
    cell = Cell([("indicator_values", row["position"])], (p, g), weight(row), secrets=(f,), numbers=(p, g))
    _apply(cell, judge_share(passed, n, rules, areas.is_like_school(area)), p, f, g, rules)
    if not is_public:
        cell.leave_out("control variant: public from the municipality up")
    system.cells.append(cell)


def _interval(
    system: System, row: Row, areas: Areas, rules: Rules, of_subjects: Mapping[int, Sequence[int]]
) -> None:
    """Bounds on how many passed, from results by subject: shown while those results are, wide and of many."""
    if row["value_kind"] != "interval" or not row["denominator"] or row["value_low"] is None:
        return
    area, n = areas.of(row), row["denominator"]
    low, high = (round(n * (100 - row[name]) / 100) for name in ("value_high", "value_low"))
    level = row["gia_level"]
    g = _graduates(system, row, area)
    least = system.count(("area", "failed_low", level, area), low)
    most = system.count(("area", "failed_high", level, area), high)
    f = system.count(("failed", level, row["cutoff"], row["denominator_kind"], area), None)
    system.at_most(least, f)
    system.at_most(f, most)
    system.at_most(most, g)
    counted = [
        system.index.get(("area", "participants", level, code, area)) for code in PUBLIC_SCHOOL_SUBJECTS
    ]
    follows = tuple(
        sorted({cell for count in counted if count is not None for cell in of_subjects.get(count, ())})
    )
    place = [("indicator_values", row["position"])]
    cell = Cell(place, (g, least, most), weight(row), (f,), follows=follows, numbers=(None, g))
    narrow = areas.is_like_school(area) and (
        1 <= high <= rules.few or (low >= 1 and high - low < rules.bound_margin)
    )
    if n < rules.minimum or narrow or any(system.cells[leader].limits for leader in follows):
        cell.is_hidden, cell.reason = True, "primary"
    system.cells.append(cell)


def _graduates(system: System, row: Row, area: Any, is_secret: bool = True) -> int:
    """Both cut-offs share their graduates; where they do not, each has its own."""
    level, kind, n = row["gia_level"], row["denominator_kind"], row["denominator"]
    try:
        return system.count(("area", "graduates", level, kind, area), n, is_secret)
    except ValueError:
        return system.count(("area", "graduates", level, kind, row["cutoff"], area), n, is_secret)


def _apply(cell: Cell, verdict: Verdict, successes: int, failures: int, n: int, rules: Rules) -> None:
    """Turn a primary verdict into what the cell publishes."""
    if verdict is Verdict.HIDDEN:
        cell.is_hidden, cell.reason = True, "primary"
    elif verdict is not Verdict.SHOWN:
        few = failures if verdict is Verdict.AT_LEAST else successes
        cell.publishes, cell.limits, cell.reason = (
            (n,),
            ((few, 0.0, float(rules.bound_margin)),),
            verdict.value,
        )


def _subject(system: System, row: Row, areas: Areas, rules: Rules) -> None:
    area, level, code = areas.of(row), row["gia_level"], row["subject_code"]
    n, below = row["participants"], row["below_minimum"]
    if n is None or below is None:
        return
    g = system.count(("area", "participants", level, code, area), n, is_secret=True)
    f = system.count(("area", "below", level, code, area), below, is_secret=True)
    p = system.count(("reached", level, code, area), n - below, is_secret=True)
    system.add({f: 1.0, p: 1.0, g: -1.0}, 0.0, 0.0)
    published = [g, f, p]
    if row.get("high_80_99") is not None and row.get("hundred") is not None:
        top = row["high_80_99"] + row["hundred"]
        published.append(system.count(("area", "top", level, code, area), top))
        system.at_most(published[-1], p)
    if row.get("mean_score") is not None:
        # A mean and an n give the sum of marks, in hundreds so that all columns have like size.
        marks = system.count(("area", "marks", level, code, area), row["mean_score"] * n / 100)
        published.append(marks)
        system.at_most(marks, g)
    cell = Cell([("subject_results", row["position"])], tuple(published), weight(row), numbers=(g, f))
    _apply(cell, judge_share(n - below, n, rules, areas.is_like_school(area)), p, f, g, rules)
    system.cells.append(cell)


def _wide_subjects(system: System, rows: Sequence[Row], areas: Areas, rules: Rules) -> None:
    """Other subjects: public from the municipality up; who of the schools sat them is not public at all."""
    wide = [row for row in rows if not areas.is_below_municipality(areas.of(row))]
    for row in rows:
        if areas.is_below_municipality(areas.of(row)):
            cell = Cell([("subject_results", row["position"])], (), 0.0)
            cell.leave_out("subject is public from the municipality up")
            system.cells.append(cell)
    start = len(system.keys)
    for row in wide:
        _subject(system, row, areas, rules)
    counted = {key[1:-1] for key in system.keys[start:] if key[0] == "area"}
    municipalities = sorted(area for area in areas.all if area[0] == "municipality")
    for name in sorted(counted, key=str):
        for region in (area for area in areas.all if area[0] == "region"):
            whole = system.index.get(("area", *name, region))
            if whole is not None:
                parts = [("area", *name, municipality) for municipality in municipalities]
                columns = [
                    system.index[key] if key in system.index else system.count(key, 0.0) for key in parts
                ]
                system.constants.update(
                    c for c, key in zip(columns, parts, strict=True) if c >= start and system.truth[c] == 0.0
                )
                system.total(whole, columns, is_exact=True)


def _nobody(
    system: System, areas: Areas, area: Any, level: str, code: int, counted: Collection[tuple[Any, ...]]
) -> None:
    """A subject that nobody sat has no row: its counts are known to be zero, those that are ``counted`` anywhere."""
    if areas.is_region(area) or ("area", "participants", level, code, area) in system.index:
        return
    for name in ("participants", "below", "top", "marks"):
        if ("area", name, level, code) in counted:
            system.count(("area", name, level, code, area), 0.0, is_constant=True)


def _within(system: System, area: Any) -> None:
    """Relations inside one area: levels add up, September only adds, a failed required subject fails the exam."""
    find = system.index.get
    for cutoff in ("main", "september"):
        _sum(system, [find(("area", "passed", level, cutoff, area)) for level in _LEVELS])
    for kind in ("admitted", "enrolled"):
        _sum(system, [find(("area", "graduates", level, kind, area)) for level in _LEVELS])
    for level in _LEVELS:
        passed = [find(("area", "passed", level, cutoff, area)) for cutoff in ("main", "september")]
        system.at_most(passed[0], passed[1])
        for code in _REQUIRED.get(level, ()):
            below = find(("area", "below", level, code, area))
            system.at_most(below, find(("failed", level, "main", "admitted", area)))


def _sum(system: System, columns: list[int | None]) -> None:
    nine, eleven, both = columns
    if nine is not None and eleven is not None and both is not None:
        system.add({both: 1.0, nine: -1.0, eleven: -1.0}, 0.0, 0.0)

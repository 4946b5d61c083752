"""Random municipalities with the structure of the real marts: every total is counted from schools."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product
from typing import Any

import pyarrow as pa
from disclosure_cases import MUNICIPALITY, figure

from disclosure.control.system import WIDE

Row = dict[str, Any]
SUBJECT_SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in ("academic_year", "municipality_code", "area_kind", "area_code", "gia_level")
    ]
    + [(name, pa.int64()) for name in ("subject_code", "participants", "below_minimum", "at_or_above")]
    + [("share_at_or_above", pa.float64()), ("high_80_99", pa.int64()), ("hundred", pa.int64())]
    + [("mean_score", pa.float64()), ("symbol", pa.string())]
)
GROUPS = ("shnor", "supported", "partner", "other")


def town(
    seed: int, schools: int = 7, year: str = "2024-2025", code: str = MUNICIPALITY
) -> dict[str, list[Row]]:
    """Return ``indicator_values``, ``subject_results`` and ``area_members`` of one municipality and year."""
    draw = random.Random(seed)
    return _marts(draw, {code: _schools(draw, code, schools)}, year)


def region(
    seed: int,
    towns: int = 5,
    schools: int = 5,
    year: str = "2024-2025",
    strangers: random.Random | None = None,
) -> dict[str, list[Row]]:
    """Return the same of some municipalities, with the totals over them.

    ``strangers`` draws schools where some sat an exam and failed who were not admitted there.
    """
    draw = random.Random(seed)
    codes = [f"714000{number:02d}" for number in range(1, towns + 1)]
    return _marts(
        draw, {code: _schools(draw, code, schools) for code in codes}, year, is_wide=True, strangers=strangers
    )


def _schools(draw: random.Random, code: str, schools: int) -> dict[str, set[str]]:
    return {f"{code[-2:]}{number:04d}": _groups(draw) for number in range(1, schools + 1)}


def _marts(
    draw: random.Random,
    towns: Mapping[str, Mapping[str, set[str]]],
    year: str,
    is_wide: bool = False,
    strangers: random.Random | None = None,
) -> dict[str, list[Row]]:
    areas: dict[tuple[str, str, str], list[str]] = {}
    for code, members in towns.items():
        areas |= {("school", school, code): [school] for school in members}
        for group in GROUPS:
            inside = [school for school, groups in members.items() if group in groups]
            if inside:
                areas["group", group, code] = inside
        areas["municipality", code, code] = list(members)
    schools = [school for members in towns.values() for school in members]
    if is_wide:
        areas["region", "71", WIDE] = schools
    rows: list[Row] = []
    subjects: list[Row] = []
    for build in (_exam, _olympiad, _platform):
        counted = {school: build(draw) for school in schools}
        if strangers is not None and build is _exam:
            for counts in counted.values():
                _add_strangers(counts, strangers)
        for (kind, area, code), inside in areas.items():
            total: dict[Any, float] = {}
            for school in inside:
                for key, value in counted[school].items():
                    total[key] = total.get(key, 0) + value
            where = {"academic_year": year, "municipality_code": code}
            _FIGURES[build.__name__](rows, subjects, total, kind, area, where)
    listed = [
        {
            "academic_year": year,
            "municipality_code": code,
            "area_kind": kind,
            "area_code": area,
            "school_code": school,
        }
        for (kind, area, code), inside in areas.items()
        if kind in ("group", "municipality")
        for school in inside
    ]
    return {"indicator_values": rows, "subject_results": subjects, "area_members": listed}


def _groups(draw: random.Random) -> set[str]:
    role = draw.choice(["supported", "partner", "other", "other", "supported"])
    return {role} | ({"shnor"} if draw.random() < 0.4 else set())


def _exam(draw: random.Random) -> dict[Any, float]:
    counts: dict[Any, float] = {}
    for level in ("9", "11"):
        n = (
            draw.choice([0, 3, 7, 9, 12, 15, 19, 25, 40, 70])
            if level == "9"
            else draw.choice([0, 0, 4, 11, 18, 30])
        )
        failed = min(n, draw.choice([0, 0, 1, 1, 2, 3, 5, 9]))
        mended = draw.randint(0, failed)
        counts["graduates", level, "admitted"] = n
        counts["graduates", level, "enrolled"] = n + draw.choice([0, 0, 1, 2])
        counts["passed", level, "main"] = n - failed
        counts["passed", level, "september"] = n - failed + mended
        for subject in (1, 2) if level == "9" else (1, 2, 22, 4):
            took = n if subject in (1,) or level == "9" else draw.randint(0, n)
            below = draw.randint(0, min(failed, took))
            top = draw.randint(0, took - below)
            counts["subject", level, subject] = took
            counts["below", level, subject] = below
            counts["high", level, subject] = top
            counts["marks", level, subject] = took * draw.randint(30, 80)
    return counts


def _add_strangers(counts: dict[Any, float], draw: random.Random) -> None:
    """Add participants of a required subject who failed it and are nobody's graduates, to half of the schools."""
    some = draw.choice([0, 0, 1, 2, 0, 3])
    counts["subject", "9", 1] += some
    counts["below", "9", 1] += some
    counts["marks", "9", 1] += some * draw.randint(10, 25)


def _exam_rows(
    rows: list[Row], subjects: list[Row], total: Mapping[Any, float], kind: str, area: str, where: Row
) -> None:
    for level, cutoff, denominator in product(
        ("9", "11", "all"), ("main", "september"), ("admitted", "enrolled")
    ):
        levels = ("9", "11") if level == "all" else (level,)
        n = int(sum(total["graduates", one, denominator] for one in levels))
        passed = int(sum(total["passed", one, cutoff] for one in levels))
        official = (cutoff, denominator) == ("main", "admitted")
        keys = {
            "gia_level": level,
            "cutoff": cutoff,
            "denominator_kind": denominator,
            "is_official": official,
        }
        rows.append(figure(kind, area, passed, n, symbol="z" if n == 0 else None, **keys, **where))
    for key, took in total.items():
        if key[0] == "subject" and took:
            _, level, code = key
            below = int(total["below", level, code])
            subjects.append(
                where
                | {
                    "area_kind": kind,
                    "area_code": area,
                    "gia_level": level,
                    "subject_code": code,
                    "participants": int(took),
                    "below_minimum": below,
                    "at_or_above": int(took) - below,
                    "share_at_or_above": 100 * (took - below) / took,
                    "high_80_99": int(total["high", level, code]),
                    "hundred": 0,
                    "mean_score": total["marks", level, code] / took,
                    "symbol": None,
                }
            )


def _olympiad(draw: random.Random) -> dict[Any, float]:
    """Pupils are drawn one by one; each takes part in some (stage, subject) and may win."""
    counts: dict[Any, float] = {"contingent": draw.choice([8, 14, 60, 120])}
    pupils = draw.choice([0, 1, 2, 3, 6, 14, 30])
    for _ in range(min(pupils, int(counts["contingent"]))):
        first = {subject for subject in ("russian", "mathematics") if draw.random() < 0.6} or {"russian"}
        second = {subject for subject in first if draw.random() < 0.4}
        took = {("school", subject) for subject in first} | {("municipal", subject) for subject in second}
        older = draw.random() < 0.1
        prizes = {s: draw.choice(["winner", "prize_winner"]) for s in second if draw.random() < 0.4}
        for stage, subject in product(("school", "municipal", "any"), ("russian", "mathematics", "any")):
            times = sum(stage in (a, "any") and subject in (b, "any") for a, b in took)
            counts["participations", stage, subject] = (
                counts.get(("participations", stage, subject), 0) + times
            )
            counts["pupils", stage, subject] = counts.get(("pupils", stage, subject), 0) + (times > 0)
            key = ("older_grade", stage, subject)
            counts[key] = counts.get(key, 0) + (times > 0 and older)
        for subject, award in product(("russian", "mathematics", "any"), ("winner", "prize_winner", "any")):
            won = sum(subject in (s, "any") and award in (a, "any") for s, a in prizes.items())
            counts["awarded", subject, award] = counts.get(("awarded", subject, award), 0) + (won > 0)
            counts["diplomas", subject, award] = counts.get(("diplomas", subject, award), 0) + won
    counts["movement"] = min(
        counts["contingent"], counts.get(("pupils", "any", "any"), 0) + draw.choice([0, 0, 1, 4])
    )
    return counts


def _olympiad_rows(
    rows: list[Row], _: list[Row], total: Mapping[Any, float], kind: str, area: str, where: Row
) -> None:
    contingent = int(total["contingent"])
    for stage, subject in product(("school", "municipal", "any"), ("russian", "mathematics", "any")):
        keys = where | {"indicator_code": "I2", "stage": stage, "subject": subject}
        for measure in ("pupils", "participations", "older_grade"):
            n = int(total.get((measure, stage, subject), 0))
            official = (measure, stage, subject) == ("pupils", "any", "any")
            rows.append(figure(kind, area, n, measure=measure, is_official=official, **keys))
        n = int(total.get(("pupils", stage, subject), 0))
        rows.append(figure(kind, area, n, contingent, measure="per_100", is_official=False, **keys))
    for subject, award in product(("russian", "mathematics", "any"), ("winner", "prize_winner", "any")):
        keys = where | {"indicator_code": "I3", "stage": "municipal", "subject": subject, "award": award}
        for measure, what in (("pupils", "awarded"), ("diplomas", "diplomas")):
            rows.append(
                figure(kind, area, int(total.get((what, subject, award), 0)), measure=measure, **keys)
            )
        if award == "any":
            took = int(total.get(("pupils", "municipal", subject), 0))
            won = int(total.get(("awarded", subject, "any"), 0))
            symbol = "z" if took == 0 else None
            rows.append(figure(kind, area, won, took, measure="share_of_participants", symbol=symbol, **keys))
    keys = where | {"indicator_code": "I4", "stage": "any", "subject": "any"}
    rows.append(figure(kind, area, int(total["movement"]), contingent, **keys))


def _platform(draw: random.Random) -> dict[Any, float]:
    counts: dict[Any, float] = {}
    for half in ("H1", "H2"):
        staff = draw.choice([5, 9, 11, 16, 19, 24, 40])
        counts["staff", half] = staff
        users = staff
        for level in ("L0", "L1", "L2"):
            users = draw.choice([users, max(0, users - 1), max(0, users - 2), draw.randint(0, users)])
            counts["users", level, half] = users
    return counts


def _platform_rows(
    rows: list[Row], _: list[Row], total: Mapping[Any, float], kind: str, area: str, where: Row
) -> None:
    for half, level in product(("H1", "H2"), ("L0", "L1", "L2")):
        keys = where | {"indicator_code": "I5", "usage_level": level, "period": half}
        users, staff = int(total["users", level, half]), int(total["staff", half])
        rows.append(figure(kind, area, users, staff, is_official=level == "L2", **keys))
        rows.append(figure(kind, area, users, measure="teachers", is_official=False, **keys))


_FIGURES = {"_exam": _exam_rows, "_olympiad": _olympiad_rows, "_platform": _platform_rows}

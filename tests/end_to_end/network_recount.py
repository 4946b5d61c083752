"""Figures of the network counted again from the rows that «why» shows, by the methodology's section 2."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

from reporting.explain.evidence import Evidence

Row = dict[str, Any]
LEADING = {"host", "speaker", "organiser", "consultant"}
SCHOOLS = {"supported", "partner", "other_school"}
LEVELS = 7
Number = tuple[float | None, float | None, float | None]
"""Numerator, denominator, value; None where the rows alone do not tell it."""


def says(row: Row) -> dict[str, str]:
    """Return the words of a row; a word without a value stands for itself."""
    pairs = (item.partition("=") for item in row["says"].split())
    return {key: value or "yes" for key, _, value in pairs}


def share(part: int, whole: int) -> Number:
    return part, whole, 100 * part / whole if whole else None


def active(rows: list[Row]) -> set[int]:
    """Return people with two roles or attendances, or one leading role."""
    roles: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        if row["row_kind"] == "participant":
            roles[row["person"]].add((says(row)["event"], says(row)["role"]))
    return {one for one, own in roles.items() if len(own) > 1 or any(role in LEADING for _, role in own)}


def leaders(rows: list[Row]) -> Counter[int]:
    """Return people who began or led events, with the number of these events."""
    led = {(r["person"], says(r)["event"]) for r in rows if r["row_kind"] == "event" and r["person"]}
    led |= {
        (r["person"], says(r)["event"])
        for r in rows
        if r["row_kind"] == "participant" and says(r)["role"] == "host"
    }
    return Counter(person for person, _ in led)


def entropy_number(counts: list[int]) -> float:
    total = sum(counts)
    return math.exp(-sum(n / total * math.log(n / total) for n in counts))


def _compared(found: Evidence, rows: list[Row], code: str) -> Number:
    """Growth, retention and newcomers against the half-year before."""
    halves = sorted({(r["academic_year"], r["half"]) for r in rows})
    people = {half: active([r for r in rows if (r["academic_year"], r["half"]) == half]) for half in halves}
    now = (found.figure["academic_year"], found.figure["half"])
    before = (now[0], "H1") if now[1] == "H2" else (f"{int(now[0][:4]) - 1}-{now[0][:4]}", "H2")
    own, last = people.get(now, set()), people.get(before, set())
    if code == "growth":
        return len(own) - len(last), len(last), 100 * (len(own) - len(last)) / len(last) if last else None
    if code == "retention":
        return share(len(own & last), len(last))
    earlier = set().union(*(people[half] for half in halves if half < now))
    return share(len(own - earlier), len(own))


def _criterion(found: Evidence, rows: list[Row], code: str) -> Number:
    words = [says(row) for row in rows]
    events = [says(row) for row in rows if row["row_kind"] == "event"]
    kinds = Counter((one["kind"], one["format"]) for one in events)
    began = Counter(one["began"] for one in events if "began" in one)
    match code:
        case "presence":
            marks = 0
            for pair in {row["pair_id"] for row in rows}:
                own = [says(row) for row in rows if row["pair_id"] == pair]
                papers = {one["paper"] for one in own}
                bound = [one for one in own if "indicator" in one]
                marks += len(papers) + bool(bound) + any("target" in one and "until" in one for one in bound)
            return marks, None, None
        case "awareness":
            return share(sum("right" in one for one in words), len(words))
        case "active":
            return len(active(rows)), None, float(len(active(rows)))
        case "growth" | "retention" | "newcomers":
            return _compared(found, rows, code)
        case "school_initiated":
            own = sum("began" in one and one["side"] in SCHOOLS for one in events)
            return share(own, sum(began.values()))
        case "initiator_diversity":
            total = sum(began.values())
            return None, total, 1 - sum(n * n for n in began.values()) / total**2 if total else None
        case "leaders":
            return None, None, float(len(leaders(rows)))
        case "effective_leaders":
            own = list(leaders(rows).values())
            return None, None, entropy_number(own) if own else None
        case "bus_factor":
            counts, held, n = sorted(leaders(rows).values(), reverse=True), 0, 0
            while 2 * held <= sum(counts) and n < len(counts):
                held, n = held + counts[n], n + 1
            return None, None, float(n)
        case "levels":
            return share(len({one["level"] for one in events if "level" in one} - {"yes"}), LEVELS)
        case "effective_types":
            return None, None, entropy_number(list(kinds.values())) if kinds else None
        case "richness":
            return None, None, float(len(kinds))
        case "formal":
            return share(sum("is_formal" in one for one in events), len(events))
        case "done_on_time" | "done":
            good = ("done_on_time",) if code == "done_on_time" else ("done_on_time", "done_late")
            return share(sum(one["state"] in good for one in words), len(words))
    return None, None, None  # needs more than the rows: other pairs' number of events, schools of the pairs


def recount(found: Evidence) -> Number:
    """Return what the rows of a figure say, for what they alone can say."""
    figure = found.network
    assert figure is not None
    rows = [row for row in found.rows if row["exclusion_reason"] is None]
    if figure.kind == "plan":
        return sum(says(row)["state"] == figure.code for row in rows), len(rows), None
    if figure.kind == "duty":
        programmes = {says(row)["programme"] for row in rows if row["row_kind"] == "programme"}
        done = sum(row["row_kind"] == "event" for row in rows) + len(programmes)
        minimums = [int(says(row)["minimum"]) for row in rows if row["row_kind"] == "minimum"]
        return done, sum(minimums) or None, None
    return _criterion(found, rows, figure.code)


def faults(found: Evidence) -> list[str]:
    """Return what is wrong with the answer about a figure of the network."""
    figure, row = found.network, found.figure
    assert figure is not None
    said = f"{row['figure_id']} {figure.name}, {figure.pair_id}, {figure.when}"
    lines = []
    if not all(one["file_name"] and one["source_row"] for one in found.rows):
        lines.append(f"{said}: a row without a file or a row number")
    if row["value"] is None:
        return lines
    if row["value"] and not (found.rows and found.deliveries):
        lines.append(f"{said}: no rows or no deliveries")
    again = recount(found)
    printed = (row["numerator"], row["denominator"], row["value"])
    lines += [
        f"{said}: rows say {again}, printed {printed}"
        for one, other in zip(again, printed, strict=True)
        if one is not None and other is not None and not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    ]
    return lines

"""I1 by the methodology: every required subject passed by the cut-off, over the admitted and over the enrolled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.independent.areas import UNKNOWN, Area, Map, Number, complete, share
from tests.independent.bases import graduates, results

Row = dict[str, Any]
Pupil = tuple[int, int]
"""(person, level)."""
EGE_MINIMUM = {1: 24, 2: 27}
VALID = {"valid", "appeal_changed"}
NOTHING = {"not_valid", "blank"}
"""What says nothing of a result: as if there were no row."""
EXCUSED = {"absent_excused", "unfinished_excused"}
CUTOFFS = {"main": (8, 31), "september": (10, 10)}


def _base(subject: int) -> int:
    return subject - 50 if subject > 50 else subject


def _known(rows: list[Row], as_of: date) -> list[Row]:
    """Return effective rows that name somebody, with their date of affairs."""
    return [
        {"as_of": as_of, **row}
        for row in rows
        if row.get("effective", True) and row.get("person") is not None
    ]


class Exams:
    """The exams of one academic year."""

    def __init__(self, lake: dict[str, list[Row]], year: str, world: Map) -> None:
        self.year, self.end, self.world = year, int(year[5:]), world
        last_day = date(self.end, 8, 31)
        self.lists = _known(lake.get("gia_admission__admissions", []), last_day) + graduates(lake, last_day)
        self.protocols = _known(lake.get("gia_protocol__results", []), last_day) + results(lake, last_day)
        self.contingent = lake.get("contingent__headcounts", [])
        self.seats = self._seats()
        self.sittings = self._sittings()

    def _seats(self) -> dict[Pupil, Row]:
        """Return the list row of each pupil: the later list is the school that was finished."""
        seats: dict[Pupil, Row] = {}
        for row in sorted(self.lists, key=lambda row: row["as_of"]):
            seats[row["person"], row["gia_level"]] = row
        return seats

    def _sittings(self) -> dict[Pupil, dict[int, list[Row]]]:
        """Return results by pupil and base subject: a final protocol beats a preliminary one, then the later state."""
        by_day: dict[tuple[int, int, int, date], Row] = {}
        rank = lambda row: (row.get("protocol_state") == "final", row["as_of"])  # noqa: E731
        for row in self.protocols:
            key = (row["person"], row["gia_level"], _base(row["subject_code"]), row["exam_date"])
            if key not in by_day or rank(row) > rank(by_day[key]):
                by_day[key] = row
        found: dict[Pupil, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for (person, level, subject, _), row in by_day.items():
            found[person, level][subject].append(row)
        return found

    def passes(self, row: Row) -> bool:
        """Return True when the mark that the state set reaches the minimum of its scale."""
        code, level = row["subject_code"], row["gia_level"]
        if level == 11 and code < 22:
            return bool(row["test_mark"] >= EGE_MINIMUM[code])
        return bool(row["mark"] >= 3)

    def outcome(self, who: Pupil, subject: int, cutoff: str) -> str:
        """Return passed, failed, waiting or nothing: the last valid result by date, never the best."""
        month, day = CUTOFFS[cutoff]
        last = date(self.end, month, day)
        rows = sorted(
            (row for row in self.sittings[who][subject] if row["exam_date"] <= last),
            key=lambda row: row["exam_date"],
        )
        valid = [row for row in rows if row["result_status"] in VALID]
        if valid:
            return "passed" if self.passes(valid[-1]) else "failed"
        return "waiting" if rows and rows[-1]["result_status"] in EXCUSED else "nothing"

    def required(self, who: Pupil) -> list[tuple[int, ...]]:
        """Return the requirements of a pupil, each as the subjects that meet it."""
        seat, level = self.seats[who], who[1]
        if level == 11:
            if self.end == 2021:
                return [(1,), (2,)] if self.is_gve(who) else [(1,)]
            return [(1,), (2, 22)]
        needed: list[tuple[int, ...]] = [(1,), (2,)]
        if self.end == 2021:
            return needed
        if seat["subjects_chosen"]:
            chosen = {int(code) for code in seat["subjects_chosen"].split(",")}
        elif seat["has_two_exams_right"]:
            chosen = set()
        else:
            chosen = {
                subject
                for subject, rows in self.sittings[who].items()
                if any(row["result_status"] not in NOTHING for row in rows)
            }
        return needed + [(subject,) for subject in sorted(chosen - {1, 2})]

    def is_gve(self, who: Pupil) -> bool:
        """Return the route: by the list, and where it is silent by the form of Russian."""
        form = self.seats[who]["exam_form"]
        if form:
            return bool(form == "gve")
        codes = {row["subject_code"] for row in self.sittings[who][1]}
        return codes == {51}

    def figures(self) -> Iterator[tuple[tuple[str, ...], Number]]:
        """Yield every figure of I1."""
        admitted = {
            who: seat
            for who, seat in self.seats.items()
            if seat["is_admitted"] and seat["participant_category"] == "current"
        }
        verdicts = {
            cutoff: {
                who: [[self.outcome(who, s, cutoff) for s in way] for way in self.required(who)]
                for who in admitted
            }
            for cutoff in CUTOFFS
        }
        for area in self.world.areas:
            for level in ("9", "11", "all"):
                levels = {9, 11} if level == "all" else {int(level)}
                own = {
                    w
                    for w, seat in admitted.items()
                    if w[1] in levels and seat["school_code"] in area.schools
                }
                for cutoff in CUTOFFS:
                    done = sum(all("passed" in way for way in verdicts[cutoff][w]) for w in own)
                    waiting = sum(_waits(verdicts[cutoff][w]) for w in own)
                    for kind, whole in (("admitted", len(own)), ("enrolled", self.enrolled(area, levels))):
                        keys = {"gia_level": level, "cutoff": cutoff, "denominator_kind": kind}
                        number = UNKNOWN
                        if whole is not None and all(self.delivered(area, one) for one in levels):
                            number = share(done, done, whole)
                            number = number._replace(pending=waiting, excluded=self.excluded(area, levels))
                        yield area.key("I1", "share", **keys), number

    def delivered(self, area: Area, level: int) -> bool:
        """Return True when every municipality of the area sent lists and protocols of the level."""
        for rows in (self.lists, self.protocols):
            towns = {self.world.home.get(r["school_code"]) for r in rows if r["gia_level"] == level}
            if not area.municipalities <= towns:
                return False
        return True

    def enrolled(self, area: Area, levels: set[int]) -> int | None:
        """Return pupils of the grade on 20 September with movement; None when a school did not send them."""
        if not complete(area, {row["school_code"] for row in self.contingent}):
            return None
        return sum(
            row["pupils"] + (row.get("arrivals") or 0) - (row.get("departures") or 0)
            for row in self.contingent
            if row["school_code"] in area.schools and row["grade"] in levels and row["part"] == "main"
        )

    def excluded(self, area: Area, levels: set[int]) -> int:
        """Return people of lists and protocols whom no list calls a current-year graduate."""
        current = {w for w, seat in self.seats.items() if seat["participant_category"] == "current"}
        rows = [*self.seats.values(), *(r for by in self.sittings.values() for rs in by.values() for r in rs)]
        return len(
            {
                (row["person"], row["gia_level"])
                for row in rows
                if row["gia_level"] in levels and row["school_code"] in area.schools
            }
            - current
        )


def _waits(ways: list[list[str]]) -> bool:
    """Return True when all that lacks is a result that the pupil was excused from."""
    lacking = [way for way in ways if "passed" not in way]
    return bool(lacking) and all("waiting" in way and "failed" not in way for way in lacking)

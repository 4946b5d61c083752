"""I2, I3 and I4 by the methodology: distinct pupils of grades 8–11 in two stages and two subjects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from tests.independent.areas import UNKNOWN, Area, Map, Number, complete, count, share

Row = dict[str, Any]
SUBJECTS = {"russian": 1, "mathematics": 2}
GRADES = range(8, 12)


class Entry(NamedTuple):
    """A participation: who, under which name if two people may be one, where, in what, for which grade."""

    person: int
    merged: int
    school: str
    stage: str
    subject: int
    study: int
    performance: int | None
    award: str
    is_doubtful: bool = False

    @property
    def apart(self) -> tuple[Any, ...]:
        """Whom to count at most: a doubtful name may be another person in every stage and subject."""
        return (self.person, self.stage, self.subject) if self.is_doubtful else (self.person,)


class Olympiad:
    """ВсОШ and contests of one academic year."""

    def __init__(self, lake: dict[str, list[Row]], year: str, world: Map) -> None:
        self.world, self.start = world, int(year[:4])
        self.books = _latest(lake.get("vsosh_school_stage__results", []), "performance_grade")
        self.protocols = _latest(lake.get("vsosh_municipal_protocol__results", []), "grade")
        self.contests = {row["contest_code"]: row for row in lake["contest_list__contests"]}
        self.contest_rows = lake.get("contest_participation__participations", [])
        self.contingent = lake.get("contingent__headcounts", [])
        self.studies = self._studies()
        self.entries = [*self._book_entries(), *self._protocol_entries()]

    def _studies(self) -> dict[int, int]:
        """Return the grade of study of people, the higher one where rows dispute."""
        grades: dict[int, int] = {}
        told = [(row["person"], row["study_grade"]) for row in self.books]
        told += [(row["person"], row["grade"]) for row in self.protocols if row["grade_kind"] == "study"]
        for person, grade in told:
            if person is not None and grade is not None:
                grades[person] = max(grade, grades.get(person, 0))
        return grades

    def _book_entries(self) -> Iterator[Entry]:
        for row in self.books:
            if row["person"] is None or row["score"] is None:
                continue
            performance = row["performance_grade"]
            study = row["study_grade"] or self.studies.get(row["person"], performance)
            yield Entry(
                row["person"], row.get("alternative") or row["person"], row["school_code"], "school",
                row["subject_code"], study, performance, "participant",
                row.get("alternative") is not None,
            )  # fmt: skip

    def _protocol_entries(self) -> Iterator[Entry]:
        school_stage = {
            (row["person"], row["subject_code"]): row["performance_grade"]
            for row in self.books
            if row["person"] is not None
        }
        for row in self.protocols:
            person = row["person"]
            if person is None or row["score"] is None:
                continue
            if row["grade_kind"] == "study":
                study, performance = row["grade"], school_stage.get((person, row["subject_code"]))
            else:
                study, performance = self.studies.get(person, row["grade"]), row["grade"]
            yield Entry(
                person, person, row["school_code"], "municipal", row["subject_code"], study, performance,
                row["award_status"],
            )  # fmt: skip

    def delivered(self, area: Area, stage: str, subject: str) -> bool:
        """Return True when every municipality of the area sent every stage and subject that the total adds up."""
        rows = {"school": self.books, "municipal": self.protocols}
        for one in rows if stage == "any" else (stage,):
            for code in SUBJECTS.values() if subject == "any" else (SUBJECTS[subject],):
                towns = {
                    self.world.home.get(r["school_code"]) for r in rows[one] if r["subject_code"] == code
                }
                if not area.municipalities <= towns:
                    return False
        return True

    def is_final(self, area: Area, subject: str) -> bool:
        """Return True when the protocols of grades 8–11 are final; where a subject has none, its others decide."""
        for town in area.municipalities:
            for code in SUBJECTS.values() if subject == "any" else (SUBJECTS[subject],):
                rows = [r for r in self.protocols if self.world.home.get(r["school_code"]) == town]
                rows = [row for row in rows if row["subject_code"] == code]
                judged = [row for row in rows if row["grade"] in GRADES] or rows
                if any(row["protocol_state"] != "final" for row in judged):
                    return False
        return True

    def pupils(self, area: Area) -> int | None:
        """Return pupils of grades 8–11 on 20 September, without adults; None when a school did not send them."""
        if not complete(area, {row["school_code"] for row in self.contingent}):
            return None
        return sum(
            row["pupils"]
            for row in self.contingent
            if row["school_code"] in area.schools and row["grade"] in GRADES and row["part"] == "main"
        )

    def counted(self, area: Area, stage: str, subject: str) -> list[Entry]:
        """Return participations of grades 8–11."""
        codes = set(SUBJECTS.values()) if subject == "any" else {SUBJECTS[subject]}
        return [
            entry
            for entry in self.entries
            if entry.school in area.schools
            and entry.study in GRADES
            and entry.subject in codes
            and stage in ("any", entry.stage)
        ]

    def figures(self) -> Iterator[tuple[tuple[str, ...], Number]]:
        """Yield every figure of I2, I3 and I4."""
        for area in self.world.areas:
            whole = self.pupils(area)
            for subject in (*SUBJECTS, "any"):
                for stage in ("school", "municipal", "any"):
                    yield from self._i2(area, stage, subject, whole)
                yield from self._i3(area, subject)
            yield area.key("I4", "share", stage="any", subject="any"), self._i4(area, whole)
            # Nobody delivered codes of Sirius here: without them nothing is known of codes that no map holds.
            yield area.key("I2", "unmatched", stage="school", subject="mathematics"), UNKNOWN

    def _i2(
        self, area: Area, stage: str, subject: str, whole: int | None
    ) -> Iterator[tuple[tuple[str, ...], Number]]:
        known = self.delivered(area, stage, subject)
        rows = self.counted(area, stage, subject)
        older = [entry for entry in rows if entry.performance and entry.performance > entry.study]
        keys = {"stage": stage, "subject": subject}
        low, high = _people(rows)
        yield area.key("I2", "pupils", **keys), count(low, high) if known else UNKNOWN
        yield (
            area.key("I2", "participations", **keys),
            count(_participations(rows), len(rows)) if known else UNKNOWN,
        )
        yield area.key("I2", "older_grade", **keys), count(*_people(older)) if known else UNKNOWN
        per_100 = share(low, high, whole) if known and whole is not None else UNKNOWN
        yield area.key("I2", "per_100", **keys), per_100

    def _i3(self, area: Area, subject: str) -> Iterator[tuple[tuple[str, ...], Number]]:
        known = self.delivered(area, "municipal", subject) and self.is_final(area, subject)
        rows = self.counted(area, "municipal", subject)
        keys = {"stage": "municipal", "subject": subject}
        for award in ("any", "winner", "prize_winner"):
            held = [e for e in rows if e.award != "participant" and award in ("any", e.award)]
            pupils = count(*_people(held)) if known else UNKNOWN
            yield area.key("I3", "pupils", award=award, **keys), pupils
            diplomas = count(len(held), len(held)) if known else UNKNOWN
            yield area.key("I3", "diplomas", award=award, **keys), diplomas
        held = [e for e in rows if e.award != "participant"]
        part = share(*_people(held), _people(rows)[1]) if known else UNKNOWN
        yield area.key("I3", "share_of_participants", award="any", **keys), part

    def _i4(self, area: Area, whole: int | None) -> Number:
        towns = {self.world.home.get(row["school_code"]) for row in self.contest_rows}
        known = self.delivered(area, "any", "any") and area.municipalities <= towns
        if not known or whole is None:
            return UNKNOWN
        entries = self.counted(area, "any", "any")
        at_least, at_most = {entry.merged for entry in entries}, {entry.apart for entry in entries}
        alternatives = {entry.person: entry.merged for entry in entries}
        for row in self.contest_rows:
            if row["school_code"] in area.schools and self._counts(row):
                at_least.add(alternatives.get(row["person"], row["person"]))
                at_most.add((row["person"],))
        return share(len(at_least), len(at_most), whole)

    def _counts(self, row: Row) -> bool:
        listed = self.contests[row["contest_code"]]
        subject = listed["subject_code"] or row.get("subject_code")
        in_year = date(self.start, 9, 1) <= row["event_date"] <= date(self.start + 1, 8, 31)
        return bool(listed["is_approved"] and subject in (1, 2) and in_year and row["grade"] in GRADES)


def _people(entries: Iterable[Entry]) -> tuple[int, int]:
    """Return how many people there are at least and at most."""
    entries = list(entries)
    return len({entry.merged for entry in entries}), len({entry.apart for entry in entries})


def _participations(entries: list[Entry]) -> int:
    """Return how many there are at least: two rows of a pair that is one person are one row sent twice."""
    return len({(e.merged, e.school, e.stage, e.subject, e.performance) for e in entries})


def _latest(rows: list[Row], grade: str) -> list[Row]:
    """Return rows once each: of equal pupil, school, subject and grade the later state of affairs stays."""
    nameless = [row for row in rows if row["person"] is None]
    latest: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["person"] is not None:
            latest[row["person"], row["school_code"], row["subject_code"], row[grade]].append(row)
    kept = [max(same, key=lambda row: row.get("as_of", date.max)) for same in latest.values()]
    return nameless + kept

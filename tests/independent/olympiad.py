"""I2, I3 and I4 by the methodology: distinct pupils of grades 8–11 in two stages and two subjects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple, cast

from tests.independent.areas import UNKNOWN, Area, Map, Number, complete, count, share, share_of

Row = dict[str, Any]
SUBJECTS = {"russian": 1, "mathematics": 2}
GRADES = range(8, 12)


class Entry(NamedTuple):
    """A participation: whom the row names, whom it may be, where, in what; the grades that hold for one of those."""

    person: int
    options: frozenset[int]
    school: str
    stage: str
    subject: int
    studies: frozenset[int]
    performances: frozenset[int | None]
    award: str
    grade: int
    tells_study: bool
    state: tuple[date, float]
    rivals: tuple[Entry, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Return True when the row may be of somebody else than the name says."""
        return len(self.options) > 1

    @property
    def apart(self) -> tuple[Any, ...]:
        """Whom to count at most: a doubtful name may be another person in every stage and subject."""
        return (self.person, self.stage, self.subject) if self.is_doubtful else (self.person,)

    @property
    def is_present(self) -> bool:
        """Return True when the pupil came: the row has points."""
        return self.state[1] >= 0

    def may_yield_to(self, other: Entry) -> bool:
        """Return True when the other row may be this one sent again: of one pupil, place and grade, not earlier."""
        of_one_place = self.cell == other.cell and self.person != other.person
        may_be_one = (self.is_doubtful or other.is_doubtful) and bool(self.options & other.options)
        return of_one_place and may_be_one and other.state >= self.state

    @property
    def cell(self) -> tuple[str, str, int, int]:
        """Where one pupil has one row."""
        return self.school, self.stage, self.subject, self.grade

    @property
    def is_sure(self) -> bool:
        """Return True when the row counts whoever it is, and whichever row stands if it was sent twice."""
        return self.is_sure_alone and all(
            r.is_present and (r.is_sure_alone or not r.tells_study) for r in self.rivals
        )

    @property
    def is_sure_alone(self) -> bool:
        """Return True when the row counts whoever it is."""
        return all(study in GRADES for study in self.studies)

    @property
    def may_be_older(self) -> bool:
        """Return True when the pupil performs for an older grade, for one of those whom the row may be."""
        return any(p is not None and p > s for p in self.performances for s in self.studies)

    @property
    def is_older(self) -> bool:
        """Return True when the pupil performs for an older grade, whoever it is and whichever row stands."""
        return self.is_older_alone and all(r.is_older_alone or not r.tells_study for r in self.rivals)

    @property
    def is_older_alone(self) -> bool:
        """Return True when the pupil of this row performs for an older grade, whoever it is."""
        return all(p is not None and p > s for p in self.performances for s in self.studies)

    def holds(self, award: str) -> bool:
        """Return True when the award (``any``: of a winner or of a prize-winner) is held, whichever row stands."""
        return all(row.holds_alone(award) for row in (self, *self.rivals))

    def holds_alone(self, award: str) -> bool:
        """Return True when the row tells the award."""
        return self.award != "participant" and award in ("any", self.award)


class Olympiad:
    """ВсОШ and contests of one academic year."""

    def __init__(self, lake: dict[str, list[Row]], year: str, world: Map) -> None:
        self.world, self.start = world, int(year[:4])
        self.books = _latest(lake.get("vsosh_school_stage__results", []), "performance_grade")
        self.protocols = _latest(lake.get("vsosh_municipal_protocol__results", []), "grade")
        self.contests = {row["contest_code"]: row for row in lake["contest_list__contests"]}
        self.contest_rows = lake.get("contest_participation__participations", [])
        self.contingent = lake.get("contingent__headcounts", [])
        self.options = self._options()
        self.entries = _with_rivals([*self._book_entries(), *self._protocol_entries()])

    def _options(self) -> dict[int, frozenset[int]]:
        """Return whom each doubtful name may be, itself (nobody of the others) among them."""
        rows = [*self.books, *self.protocols, *self.contest_rows]
        return {r["person"]: frozenset({r["person"], *_others(r)}) for r in rows if _others(r)}

    def whom(self, row: Row) -> frozenset[int]:
        """Return whom a row may be."""
        return self.options[row["person"]] if _others(row) else frozenset({row["person"]})

    def grades(self, row: Row, told: list[tuple[Row, int | None]], own: int | None) -> frozenset[int | None]:
        """Return the grades that other rows may tell of the row's pupil; ``own`` is what stands where none does.

        Rows that name a pupil surely tell his grade (the highest of them), a doubtful row may tell a higher one.
        """
        found: set[int | None] = set()
        for one in self.whom(row):
            sure = [grade for r, grade in told if grade and r["person"] == one and not _others(r)]
            least = max(sure) if sure else own
            found.add(least)
            found |= {
                grade
                for r, grade in told
                if grade and _others(r) and one in self.whom(r) and (not sure or grade > max(sure))
            }
        return frozenset(found)

    def _book_entries(self) -> Iterator[Entry]:
        told = self._told()
        for row in self.books:
            if row["person"] is None:
                continue
            performance, study = row["performance_grade"], row["study_grade"]
            studies = frozenset({study}) if study else self.grades(row, told, performance)
            yield Entry(
                row["person"], self.whom(row), row["school_code"], "school", row["subject_code"],
                cast(frozenset[int], studies), frozenset({performance}), "participant", performance, bool(study),
                _state(row),
            )  # fmt: skip

    def _told(self) -> list[tuple[Row, int | None]]:
        """Return rows with the grade of study that they tell."""
        told = [(row, row["study_grade"]) for row in self.books]
        told += [(row, row["grade"]) for row in self.protocols if row["grade_kind"] == "study"]
        return [(row, grade) for row, grade in told if row["person"] is not None]

    def _protocol_entries(self) -> Iterator[Entry]:
        told = self._told()
        for row in self.protocols:
            if row["person"] is None:
                continue
            if row["grade_kind"] == "study":
                same = [r for r in self.books if r["subject_code"] == row["subject_code"] and r["person"]]
                studies = frozenset({row["grade"]})
                performances = self.grades(row, [(r, r["performance_grade"]) for r in same], None)
            else:
                studies = cast(frozenset[int], self.grades(row, told, row["grade"]))
                performances = frozenset({row["grade"]})
            yield Entry(
                row["person"], self.whom(row), row["school_code"], "municipal", row["subject_code"], studies,
                performances, row["award_status"], row["grade"], row["grade_kind"] == "study", _state(row),
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
        """Return participations of grades 8–11, those among them that are of these grades for one candidate only."""
        codes = set(SUBJECTS.values()) if subject == "any" else {SUBJECTS[subject]}
        return [
            entry
            for entry in self.entries
            if entry.school in area.schools
            and any(study in GRADES for study in entry.studies)
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
        older = _people([e for e in rows if e.is_older], [e for e in rows if e.may_be_older])
        keys = {"stage": stage, "subject": subject}
        low, high = _people(rows, rows)
        yield area.key("I2", "pupils", **keys), count(low, high) if known else UNKNOWN
        yield (
            area.key("I2", "participations", **keys),
            count(*_events(rows, rows)) if known else UNKNOWN,
        )
        yield area.key("I2", "older_grade", **keys), count(*older) if known else UNKNOWN
        per_100 = share(low, high, whole) if known and whole is not None else UNKNOWN
        yield area.key("I2", "per_100", **keys), per_100

    def _i3(self, area: Area, subject: str) -> Iterator[tuple[tuple[str, ...], Number]]:
        known = self.delivered(area, "municipal", subject) and self.is_final(area, subject)
        rows = self.counted(area, "municipal", subject)
        keys = {"stage": "municipal", "subject": subject}
        for award in ("any", "winner", "prize_winner"):
            held, may_hold = _holders(rows, award)
            pupils = count(*_people(held, may_hold)) if known else UNKNOWN
            yield area.key("I3", "pupils", award=award, **keys), pupils
            diplomas = count(*_events(held, may_hold)) if known else UNKNOWN
            yield area.key("I3", "diplomas", award=award, **keys), diplomas
        part = share_of(_people(*_holders(rows, "any")), _people(rows, rows)) if known else UNKNOWN
        yield area.key("I3", "share_of_participants", award="any", **keys), part

    def _i4(self, area: Area, whole: int | None) -> Number:
        towns = {self.world.home.get(row["school_code"]) for row in self.contest_rows}
        known = self.delivered(area, "any", "any") and area.municipalities <= towns
        if not known or whole is None:
            return UNKNOWN
        rows = self.counted(area, "any", "any")
        sure = [(e.person, e.options) for e in rows if e.is_sure]
        at_most = {entry.apart for entry in rows}
        for row in self.contest_rows:
            if row["school_code"] in area.schools and self._counts(row):
                sure.append((row["person"], self.whom(row)))
                at_most.add((row["person"], row["contest_code"]) if _others(row) else (row["person"],))
        return share(least(sure), len(at_most), whole)

    def _counts(self, row: Row) -> bool:
        listed = self.contests[row["contest_code"]]
        subject = listed["subject_code"] or row.get("subject_code")
        in_year = date(self.start, 9, 1) <= row["event_date"] <= date(self.start + 1, 8, 31)
        return bool(listed["is_approved"] and subject in (1, 2) and in_year and row["grade"] in GRADES)


def _others(row: Row) -> tuple[int, ...]:
    """Return whom a doubtful row fits; nobody where it names its person surely."""
    given = row.get("alternative")
    return (given,) if isinstance(given, int) else tuple(given or ())


def least(named: Iterable[tuple[int, frozenset[int]]]) -> int:
    """Return how many people there are at least: the fewest that leave no name without somebody whom it may be."""
    named = list(named)
    certain = {person for person, options in named if len(options) == 1}
    open_names = [options for _, options in dict(named).items() if len(options) > 1 and not options & certain]
    everybody = sorted(set().union(*open_names))
    for n in range(len(open_names) + 1):
        if any(all(options & {*chosen} for options in open_names) for chosen in combinations(everybody, n)):
            return len(certain) + n
    raise AssertionError


def _people(sure: Iterable[Entry], possible: Iterable[Entry]) -> tuple[int, int]:
    """Return how many people there are at least and at most."""
    return least((e.person, e.options) for e in sure if e.is_sure), len({e.apart for e in possible})


def _with_rivals(rows: list[Entry]) -> list[Entry]:
    """Return the rows of who came, each with the rows that may be it sent again."""
    by_cell: dict[tuple[str, str, int, int], list[Entry]] = defaultdict(list)
    for row in rows:
        by_cell[row.cell].append(row)
    return [
        row._replace(rivals=tuple(other for other in by_cell[row.cell] if row.may_yield_to(other)))
        for row in rows
        if row.is_present
    ]


def _holders(rows: list[Entry], award: str) -> tuple[list[Entry], list[Entry]]:
    """Return the rows that hold an award for certain, and those that may."""
    return [row for row in rows if row.holds(award)], [row for row in rows if row.holds_alone(award)]


def _events(sure: list[Entry], possible: list[Entry]) -> tuple[int, int]:
    """Return how many participations or diplomas there are: people in one subject of one stage."""
    cells: dict[tuple[str, int], tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
    for place, entries in enumerate((sure, possible)):
        for entry in entries:
            cells[entry.stage, entry.subject][place].append(entry)
    ends = [_people(*rows) for rows in cells.values()]
    return sum(low for low, _ in ends), sum(high for _, high in ends)


def _state(row: Row) -> tuple[date, float]:
    """Return as of when the row is and its points, without any less than none."""
    return row.get("as_of", date.max), -1.0 if row["score"] is None else row["score"]


def _latest(rows: list[Row], grade: str) -> list[Row]:
    """Return rows once each: of equal pupil, school, subject and grade the later state of affairs stays.

    Of two rows of one day the one with more points stays.
    """
    nameless = [row for row in rows if row["person"] is None]
    latest: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["person"] is not None:
            latest[row["person"], row["school_code"], row["subject_code"], row[grade]].append(row)
    kept = [max(same, key=_state) for same in latest.values()]
    return nameless + kept

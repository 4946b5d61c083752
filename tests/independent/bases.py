"""Bases of РИС in invented municipalities: how their rows are drawn, and what a plain reader of the methodology sees.

The two halves share nothing but the rows: ``BaseWriter`` draws them with their traps, ``graduates`` and ``results``
read them by the methodology (doubles, deleted records, appeals, kinds of work), not by the SQL.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Lake = dict[str, list[Row]]
_VALID, _GVE_KIND, _ESSAY = 6, {9: 7, 11: 5}, 3
_CATEGORY = {1: "current", 2: "spo", 3: "external", 4: "past", 5: "past", 6: "external"}


class BaseWriter:
    """Draws the base of one municipality, year and level. ``people`` gives the numbers of new people."""

    def __init__(
        self, lake: Lake, draw: random.Random, trouble: float, year: str, level: int, town: str
    ) -> None:
        self.lake, self.random, self.trouble = lake, draw, trouble
        self.year, self.level, self.town, self.end = year, level, town, int(year[5:])
        self.serial = 0

    def odd(self) -> bool:
        return self.random.random() < self.trouble

    def add(self, entity: str, **row: Any) -> None:
        place = {
            "academic_year": self.year,
            "gia_level": self.level,
            "scope": self.town,
            "reading": self.town,
        }
        self.lake.setdefault(f"gia_ris__{entity}", []).append(place | row)

    def guid(self, kind: str) -> str:
        """Return a new identifier, sometimes spelled as another export would spell it."""
        self.serial += 1
        text = f"{self.town}-{self.year}-{self.level}-{kind}-{self.serial}"
        return "{" + text.upper() + "}" if self.odd() else text

    def school(self, code: str) -> str:
        return f"{self.town}-{self.year}-{self.level}-s-{code}"

    def schools(self, codes: list[str]) -> None:
        for code in codes:
            self.add("schools", ris_school_id=self.school(code), school_code=code, delete_type=0)

    def participant(
        self, person: int, stranger: int, code: str, other: str, subjects: tuple[int, ...]
    ) -> None:
        """One participant with registrations and works; ``stranger``: whom a misspelled double would be taken for."""
        own = f"{self.town}-{self.year}-{self.level}-p-{person}"
        is_gve = self.random.random() < 0.15
        struck = self.odd() and self.odd()
        row: Row = {
            "person": person, "exam_route": 3 if self.odd() else (2 if is_gve else 1),
            "admission_code": 0 if self.odd() else self.random.choice([1, 2, 3]),
            "category_code": self.random.choice([2, 4, 6]) if self.odd() else 1, "delete_type": 4 if struck else 0,
            "registered_school_id": self.school(code),
        }  # fmt: skip
        if self.odd():
            row |= {"registered_school_id": self.school(other), "graduated_school_id": self.school(code)}
        self.add("participants", ris_participant_id=own, **row)
        records = [own]
        if self.odd():
            records.append(self.guid("double"))
            double = row | {"person": stranger, "delete_type": 10, "double_of": own.upper()}
            self.add("participants", ris_participant_id=records[1], **double)
        if is_gve or self.odd():
            self.add("participant_properties", ris_participant_id=own, property_code=7)
        if self.odd() and self.odd():
            self.add("participant_properties", ris_participant_id=own, property_code=6)
        if self.odd():
            self.subject(records, 20, is_gve=False)
        for subject in (1, 2) if is_gve else subjects:
            self.subject(records, subject, is_gve)

    def subject(self, records: list[str], subject: int, is_gve: bool) -> None:
        """A registration and the works of one subject: a valid one, none, a spoiled one, a re-sit."""
        june = date(self.end, 6, self.random.randint(1, 20))
        by_kind = is_gve and self.odd()
        code = subject + 50 if is_gve and not by_kind else subject
        day_id = int(f"{self.level}{code:02}{june.day:02}")
        self.add("exam_days", exam_global_id=day_id, subject_code=code, exam_date=june)
        record, is_taken_back = self.random.choice(records), self.odd() and subject not in (1, 2, 22)
        self.add("registrations", ris_registration_id=self.guid("r"), ris_participant_id=record,
                 exam_global_id=day_id, is_deleted=is_taken_back or None)  # fmt: skip
        if self.odd() and self.odd():
            return
        days = (
            [june]
            + ([june + timedelta(days=9)] if self.odd() else [])
            + ([date(self.end, 9, 12)] if self.odd() else [])
        )
        for day in days:
            self.work(self.random.choice(records), code, day, _GVE_KIND[self.level] if by_kind else None)

    def work(self, record: str, code: int, day: date, kind: int | None) -> None:
        test = self.guid("t")
        is_valid = not self.odd()
        self.add("tests", ris_test_id=test, ris_participant_id=record, test_type_code=kind, subject_code=code,
                 exam_date=day, process_condition=_VALID if is_valid else 3)  # fmt: skip
        if self.odd() and self.odd():
            return
        is_hundred = self.level == 11 and code < 22 and kind is None
        mark = self.mark(code, is_hundred)
        self.add("marks", ris_test_id=test.lower(), primary_mark=10, **mark)
        for number in range(self.random.choice([1, 2]) if self.odd() else 0):
            appeal = self.guid("a")
            is_declined = self.random.random() < 0.3
            self.add("appeals", ris_appeal_id=appeal, ris_test_id=test, is_declined=is_declined,
                     created_on=day + timedelta(days=5 + number))  # fmt: skip
            changed = {f"new_{name}": value for name, value in self.mark(code, is_hundred).items()}
            self.add(
                "appeal_changes",
                ris_change_id=self.guid("c"),
                ris_appeal_id=appeal.upper(),
                new_primary_mark=11,
                **changed,
            )

    def mark(self, code: int, is_hundred: bool) -> Row:
        if is_hundred:
            least = {1: 24, 2: 27}.get(code, 36)
            return {"mark100": least + self.random.choice([-1, 0, 30]), "mark5": 0}
        return {"mark100": 0, "mark5": self.random.choice([2, 3, 4])}


def _fold(guid: str | None) -> str | None:
    return guid.strip("{}").lower() if guid else None


class _Base:
    """All bases of a lake, as one reader of the methodology sees them."""

    def __init__(self, lake: Lake) -> None:
        def rows(entity: str) -> list[Row]:
            return [row for row in lake.get(f"gia_ris__{entity}", []) if row.get("effective", True)]

        self.records = {_fold(row["ris_participant_id"]): row for row in rows("participants")}
        self.schools = {_fold(row["ris_school_id"]): row["school_code"] for row in rows("schools")}
        self.properties = {
            (_fold(r["ris_participant_id"]), r["property_code"]) for r in rows("participant_properties")
        }
        self.days = {(r["gia_level"], r["exam_global_id"]): r["subject_code"] for r in rows("exam_days")}
        self.registrations, self.tests = rows("registrations"), rows("tests")
        self.marks = {_fold(row["ris_test_id"]): row for row in rows("marks")}
        self.appeals = sorted(rows("appeals"), key=lambda row: row["created_on"])
        self.changes = {_fold(row["ris_appeal_id"]): row for row in rows("appeal_changes")}

    def main(self, guid: str | None) -> str | None:
        """Return the record that stands for this one, or None when it was struck off."""
        seen = guid
        while (record := self.records.get(seen)) and record.get("double_of"):
            seen = _fold(record["double_of"])
        return seen if seen in self.records and self.records[seen]["delete_type"] == 0 else None

    def about(self, guid: str) -> Row:
        row = self.records[guid]
        school = self.schools.get(_fold(row.get("graduated_school_id") or row["registered_school_id"]))
        category = "ukp" if (guid, 6) in self.properties else _CATEGORY[row["category_code"]]
        return {
            "person": row["person"],
            "gia_level": row["gia_level"],
            "school_code": school,
            "participant_category": category,
        }


def _plain(code: int) -> int:
    return code - 50 if code > 50 else code


def graduates(lake: Lake, last_day: date) -> list[Row]:
    """Return the rows that a list of admission would have held."""
    base = _Base(lake)
    chosen: dict[str | None, set[int]] = {}
    for row in base.registrations:
        code = base.days[row["gia_level"], row["exam_global_id"]]
        if not row.get("is_deleted") and code != 20:
            chosen.setdefault(base.main(_fold(row["ris_participant_id"])), set()).add(_plain(code))
    found = []
    for guid, row in base.records.items():
        if guid is None or base.main(guid) != guid:
            continue
        form = {1: "main", 2: "gve", 3: None}[row["exam_route"]]
        found.append(
            base.about(guid)
            | {"as_of": last_day, "is_admitted": row["admission_code"] != 0, "exam_form": form,
               "subjects_chosen": ",".join(map(str, sorted(chosen.get(guid, ())))) or None,
               "has_two_exams_right": (guid, 7) in base.properties}
        )  # fmt: skip
    return found


def results(lake: Lake, last_day: date) -> list[Row]:
    """Return the rows that protocols would have held."""
    base = _Base(lake)
    found = []
    for row in base.tests:
        guid = base.main(_fold(row["ris_participant_id"]))
        if guid is None or row["subject_code"] == 20 or row.get("test_type_code") == _ESSAY:
            continue
        test = _fold(row["ris_test_id"])
        marks: Row = dict(base.marks.get(test, {}))
        status = "valid" if marks else "blank"
        for appeal in base.appeals:
            change = base.changes.get(_fold(appeal["ris_appeal_id"]))
            if _fold(appeal["ris_test_id"]) == test and not appeal["is_declined"] and change:
                marks |= {"mark100": change["new_mark100"], "mark5": change["new_mark5"]}
                status = "appeal_changed"
        if row["process_condition"] != _VALID:
            status = "not_valid"
        is_gve = row.get("test_type_code") == _GVE_KIND[row["gia_level"]]
        found.append(
            base.about(guid)
            | {"as_of": last_day, "subject_code": row["subject_code"] + 50 * is_gve, "exam_date": row["exam_date"],
               "protocol_state": "final", "result_status": status, "test_mark": marks.get("mark100"),
               "mark": marks.get("mark5")}
        )  # fmt: skip
    return found

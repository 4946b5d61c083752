"""Invented municipalities: rows of the lake with the traps of the methodology, drawn from a seed and a few features."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.dbt_project.cases import headcount, listed, result, school
from tests.dbt_project.town import book, contest, month, protocol, status, teacher
from tests.independent.bases import BaseWriter

Row = dict[str, Any]
Lake = dict[str, list[Row]]

YEARS = ("2020-2021", "2021-2022", "2024-2025")
EGE_PASS = {1: 24, 2: 27, 3: 36}
STATUSES = ("absent", "absent_excused", "unfinished_excused", "removed", "annulled_retake")


@dataclass(frozen=True)
class Features:
    """What is missing or odd in a municipality; ``seed`` draws the rest."""

    seed: int
    schools: int
    missing: frozenset[str]
    """Of: list 9, list 11, protocol 9, protocol 11, base 9, base 11 (a base of РИС in place of list and protocol),
    contingent, usage, staff, contests, and ``stage subject`` pairs."""
    preliminary: frozenset[int]
    """Subjects whose municipal protocols are preliminary."""
    trouble: float
    """Chance of each trap, 0–1."""


class Writer:
    """Writes one municipality of one year into a lake; people are numbered from ``first_person``."""

    def __init__(self, lake: Lake, features: Features, year: str, code: str, first_person: int) -> None:
        self.lake, self.features, self.year, self.code = lake, features, year, code
        self.random = random.Random(f"{features.seed}|{year}|{code}")
        self.person = first_person
        self.start = int(year[:4])
        self.codes = [f"{code[:3]}{number:03}" for number in range(1, features.schools + 1)]
        self.working: list[str] = []
        """Schools that work in the year, if only for a month: a closed one sends nothing."""

    def odd(self) -> bool:
        """Return True with the chance of a trap."""
        return self.random.random() < self.features.trouble

    def add(self, view: str, *rows: Row) -> None:
        """Append rows to a view of the lake."""
        self.lake.setdefault(view, []).extend({**row, "academic_year": self.year} for row in rows)

    def next_person(self) -> int:
        """Return a person that nobody is yet."""
        self.person += 1
        return self.person

    def other(self, code: str) -> str:
        """Return any school, often another one."""
        return self.random.choice([c for c in self.working if c != code] or [code])

    def write(self) -> None:
        """Write every source that is not missing."""
        self.register()
        for level in (9, 11):
            self.exams(level)
        self.contingent()
        self.olympiads()
        self.contests()
        self.platforms()

    def register(self) -> None:
        """Schools, one of them perhaps closed before the year; statuses; an agreement."""
        for number, code in enumerate(self.codes):
            closed = number > 0 and self.odd()
            end = date(self.start, self.random.choice([7, 8, 9]), 30) if closed else None
            if end is None or end.month == 9:
                self.working.append(code)
            self.add("school_register__schools", school(code, self.year, self.code, valid_to=end))
            for kind in ("shnor", "shnsu"):
                if self.random.random() < 0.4:
                    last = self.random.choice([None, self.year])
                    self.add("school_register__statuses", status(code, kind, "2019-2020", last))
        if len(self.codes) > 1 and self.random.random() < 0.8:
            supported, partner = self.random.sample(self.codes, 2)
            past = self.odd()
            day = date(self.start - 2, 9, 1)
            term = {"valid_from": day, "valid_to": date(self.start + (-1 if past else 1), 8, 31)}
            self.add(
                "agreements__agreements",
                {"agreement_number": f"{self.code}-1", "agreement_date": day, "supported_school_code": supported}
                | {"partner_school_code": partner, **term},
            )  # fmt: skip

    # --- exams ---------------------------------------------------------------------------------------------------

    def exams(self, level: int) -> None:
        """Lists of graduates and their results, or the base of РИС in place of both."""
        if f"base {level}" in self.features.missing:
            self.base(level)
            return
        for code in self.working:
            for _ in range(self.random.randint(0, 5)):
                self.graduate(self.next_person(), code, level)

    def base(self, level: int) -> None:
        """The level as a base of РИС: no list, no protocol."""
        base = BaseWriter(self.lake, self.random, self.features.trouble, self.year, level, self.code)
        base.schools(self.working)
        for code in self.working:
            for _ in range(self.random.randint(0, 5)):
                mathematics = 2 if level == 9 else self.random.choice([2, 22])
                chosen = self.random.sample([3, 6, 8, 12], 2) if level == 9 and self.start > 2020 else []
                base.participant(
                    self.next_person(), self.next_person(), code, self.other(code), (1, mathematics, *chosen)
                )

    def graduate(self, person: int, code: str, level: int) -> None:
        """One pupil: a row of the list (or two), results of two to four subjects."""
        is_gve = self.random.random() < 0.15
        form = "gve" if is_gve else ("oge" if level == 9 else "ege")
        chosen = [] if is_gve or level == 11 or self.start == 2020 else self.random.sample([3, 6, 8, 12], 2)
        row = listed(person, code, level, self.year, exam_form=None if self.odd() else form)
        row["subjects_chosen"] = ",".join(map(str, chosen)) or None
        row["has_two_exams_right"] = True if is_gve else None
        row["participant_category"] = "current"
        outsider = self.odd() and self.odd()
        if outsider:
            row["participant_category"] = self.random.choice(["past", "spo", "ukp", "external"])
        elif self.odd():
            row["is_admitted"] = False
        elif chosen and self.odd():
            row["subjects_chosen"] = None  # then the subjects that the pupil came to
        unlisted = not outsider and self.odd() and self.odd()
        if f"list {level}" not in self.features.missing and not unlisted:
            self.add("gia_admission__admissions", row)
            if self.odd() and row["participant_category"] == "current":
                later = date(self.start + 1, 9, 20)
                moved = {
                    **row,
                    "school_code": self.other(code),
                    "reading": "later",
                    "scope": "later",
                    "as_of": later,
                }
                self.add("gia_admission__admissions", moved)
        if f"protocol {level}" in self.features.missing:
            return
        mathematics = 2 if level == 9 or is_gve else self.random.choice([2, 22])
        for subject in (1, mathematics, *chosen):
            coded = subject + 50 if is_gve else subject
            self.attempts(person, code, level, coded, row["participant_category"], form)
        if level == 11 and mathematics == 2 and not is_gve and self.odd():
            self.attempts(person, code, level, 22, row["participant_category"], form)

    def attempts(self, person: int, code: str, level: int, subject: int, category: str, form: str) -> None:
        """Results of a pupil in a subject: valid, absent, re-sat, corrected, preliminary, superseded."""
        june = date(self.start + 1, 6, self.random.randint(1, 20))

        def row(mark: float | None, day: date, **more: Any) -> Row:
            own = {"exam_form": form, "participant_category": category, "result_status": "valid"}
            return result(person, code, subject, mark, level, self.year, **{**own, "exam_date": day, **more})

        def add(*rows: Row) -> None:
            self.add("gia_protocol__results", *rows)

        if category == "current" and self.odd() and self.odd():
            return  # never came
        if self.odd():
            add(row(None, june, result_status=self.random.choice(STATUSES)))
            if self.odd():
                return
            june += timedelta(days=self.random.randint(1, 5))
        add(row(self.mark(level, subject), june, protocol_state="final"))
        if self.odd():  # a preliminary protocol of a later state of affairs does not beat a final one
            later = date(self.start + 1, 10, 20)
            add(
                row(self.mark(level, subject), june, protocol_state="preliminary",
                    as_of=later, reading="draft", scope="draft")
            )  # fmt: skip
        if self.odd():  # another sender's later final protocol
            later = date(self.start + 1, 10, 25)
            add(
                row(self.mark(level, subject), june, protocol_state="final", as_of=later,
                    reading="corrected", scope="other sender")
            )  # fmt: skip
        if self.odd():  # a superseded reading never counts
            add(row(self.mark(level, subject), june + timedelta(days=6), reading="old", effective=False))
        if self.odd():  # re-sat in the main period or in September: replaces, even downward
            again = self.random.choice(
                [june + timedelta(days=9), date(self.start + 1, 9, self.random.randint(2, 28))]
            )
            add(
                row(
                    self.mark(level, subject), again, protocol_state="final", reading="re-sit", scope="re-sit"
                )
            )

    def mark(self, level: int, subject: int) -> int:
        """Return a mark near the border of its scale."""
        if level == 11 and subject < 22:
            return EGE_PASS[subject] + self.random.choice([-1, 0, 30])
        return self.random.choice([2, 3, 4])

    # --- olympiads -----------------------------------------------------------------------------------------------

    def contingent(self) -> None:
        """Pupils of grades 7–11 of every school, save one where the feature says so; adults apart."""
        left_out = self.random.choice(self.working) if "contingent" in self.features.missing else None
        for code in self.working:
            if code == left_out:
                continue
            for grade in range(7, 12):
                movement = {"arrivals": self.random.randint(0, 2), "departures": self.random.randint(0, 1)}
                pupils = self.random.randint(3, 30)
                self.add("contingent__headcounts", headcount(code, grade, pupils, self.year, **movement))
                if self.odd():
                    self.add("contingent__headcounts", headcount(code, grade, 40, self.year, part="adult"))

    def olympiads(self) -> None:
        """Both stages in Russian, mathematics and, for grades of study, literature."""
        for code in self.working:
            for _ in range(self.random.randint(1, 7)):
                self.participant(self.next_person(), code)
        for stage in ("school", "municipal"):  # every delivered stage and subject has at least one row
            for subject in (1, 2):
                self.olympiad_row(stage, self.next_person(), self.working[0], subject, 7, 7)

    def participant(self, person: int, code: str) -> None:
        """One pupil with rows in some stages and subjects."""
        study = self.random.randint(7, 11)
        performance = min(11, study + (1 if self.odd() else 0))
        # A doubtful name: it may be this pupil, and perhaps another one, who has no row at all or rows elsewhere.
        twin = person + 1 if self.odd() and self.odd() else None
        others = (person, *self.random.sample([person + 2, person - 1], self.random.randint(0, 2)))
        for subject in (1, 2, 18):
            if self.random.random() < 0.6:
                known = None if self.odd() else study
                self.olympiad_row("school", person, code, subject, performance, known)
                if twin and subject < 18:
                    self.olympiad_row("school", twin, code, subject, performance, known, alternative=others)
            if subject < 18 and not twin and self.random.random() < 0.5:
                at = self.other(code) if self.odd() else code
                self.olympiad_row("municipal", person, at, subject, performance, study)
        if twin:
            self.person += 1
            if self.odd():
                self.olympiad_row("municipal", twin, code, 1, performance, study, alternative=others)

    def olympiad_row(
        self,
        stage: str,
        person: int,
        code: str,
        subject: int,
        performance: int,
        study: int | None,
        **more: Any,
    ) -> None:
        """One row of a book or a protocol, with its doubles."""
        if f"{stage} {subject}" in self.features.missing:
            return
        score = None if self.odd() else float(self.random.randint(0, 9))
        named = None if self.odd() and not more else person
        if stage == "school":
            own = book(code, named, subject, performance, study, score, self.year, **more)
            self.add("vsosh_school_stage__results", own)
            if named and self.odd():  # the same row of an earlier state of affairs, from another sender
                early = {"reading": "early", "scope": "early", "as_of": date(self.start, 10, 1)}
                self.add("vsosh_school_stage__results", {**own, "score": None if score else 5.0, **early})
            return
        kind = "study" if self.random.random() < 0.3 and study is not None else "performance"
        state = "preliminary" if subject in self.features.preliminary else "final"
        award = (
            self.random.choice(["winner", "prize_winner", "participant"])
            if score is not None
            else "participant"
        )
        grade = int(study or performance) if kind == "study" else performance
        own = protocol(code, named, subject, grade, score, award, self.year, state, kind)
        self.add("vsosh_municipal_protocol__results", {**own, **more})

    def contests(self) -> None:
        """Participation in contests of the centre's list, approved and not, in and out of the year."""
        if "contests" in self.features.missing:
            return
        for code in self.working:
            for _ in range(self.random.randint(1, 3)):
                person = (
                    self.next_person() if self.odd() else self.random.randint(self.person - 3, self.person)
                )
                day = date(self.start, 11, 1) if not self.odd() else date(self.start + 1, 9, 5)
                kind = self.random.choice(["K1", "K2", "K3", "K4"])
                more = {"subject_code": self.random.choice([2, 3])} if kind == "K4" else {}
                # A pupil is in one grade: of rows of one contest and day that dispute it either may stand.
                row = contest(person, kind, day, 7 + person % 5, **more)
                self.add("contest_participation__participations", {**row, "school_code": code})

    # --- platforms -----------------------------------------------------------------------------------------------

    def platforms(self) -> None:
        """Staff lists of both half-years and months of use."""
        left_out = self.random.choice(self.working) if "staff" in self.features.missing else None
        for code in self.working:
            for _ in range(self.random.randint(1, 4)):
                person = self.next_person()
                for day in (date(self.start, 12, 31), date(self.start + 1, 5, 31)):
                    if code != left_out:
                        self.staff(person, code, day)
                if "usage" not in self.features.missing:
                    self.usage(person, code)

    def staff(self, person: int, code: str, day: date) -> None:
        """A row of the list, or two; external, on leave; of a second school."""
        more: Row = {}
        if self.odd():
            more = {"is_external_part_timer": True}
        elif self.odd():
            start = day - timedelta(days=self.random.choice([20, 100]))
            end = self.random.choice([None, day + timedelta(days=self.random.choice([-5, 0, 5]))])
            more = {"leave_from": start, "leave_to": end}
        self.add("teaching_staff__staff", {**teacher(code, person, **more), "count_date": day})
        if self.odd():
            self.add("teaching_staff__staff", {**teacher(self.other(code), person), "count_date": day})

    def usage(self, person: int, code: str) -> None:
        """Months of use, of any role, on approved platforms and the journal."""
        for number in self.random.sample([9, 10, 11, 12, 1, 2, 3, 4, 5], self.random.randint(1, 6)):
            year = self.start if number >= 9 else self.start + 1
            platform = self.random.choice(["uchi_ru", "yaklass", "e_journal"])
            row = month(
                person,
                platform,
                number,
                acts=self.random.choice([0, 0, 3]),
                logins=self.random.choice([0, 4]),
            )
            row |= {
                "school_code": code,
                "period_start": date(year, number, 1),
                "period_end": date(year, number, 28),
            }
            row["registered_on"] = date(self.start, 9, 1) if not self.odd() else date(year, number, 1)
            if self.odd():
                row["user_role"] = "pupil"
            self.add("platform_persons__usage", row)


CONTESTS = [("K1", 1, True), ("K2", 2, False), ("K3", 3, True), ("K4", None, True)]


def lake_of(year: str, municipalities: list[Features]) -> Lake:
    """Return the lake of a region with these municipalities in one academic year."""
    lake: Lake = {}
    for number, features in enumerate(municipalities):
        code = f"{710 + number}00000"
        Writer(lake, features, year, code, first_person=10_000 * (number + 1)).write()
    lake["contest_list__contests"] = [
        {"academic_year": year, "contest_code": code, "contest_name": code, "subject_code": subject}
        | {"is_approved": is_approved}
        for code, subject, is_approved in CONTESTS
    ]
    return lake

"""The base of РИС ГИА of two years and levels: doubles of doubles, struck records, appeals, two schools of a pupil."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from tests.hidden_town.facts import Graduate, Sitting, active
from tests.hidden_town.life import Life

_SPACE = uuid.UUID("0b9a6f1e-5a4c-4c5e-8f57-7a5e0d7d31aa")
_CATEGORY = {"current": 1, "spo": 2, "past": 4, "external": 6, "ukp": 1}
_KIND = {9: 6, 11: 4}
_GVE = {9: 7, 11: 5}
Cells = dict[str, object]


def _guid(*key: object) -> str:
    return str(uuid.uuid5(_SPACE, " ".join(map(str, key))))


class Base:
    """The tables of a base, filled row by row."""

    def __init__(self, life: Life, year: int, level: int) -> None:
        self.life, self.year, self.level = life, year, level
        self.tables: dict[str, list[Cells]] = defaultdict(list)
        self.days: dict[tuple[int, date], int] = {}

    def add(self, name: str, **cells: object) -> None:
        self.tables[name].append(cells)

    def fill(self) -> dict[str, list[Cells]]:
        for school in active(self.year):
            self.add("rbd_Schools", SchoolID=_guid(school.code), SchoolCode=int(school.code), ShortName=school.short,
                     FIO="Иванов И. И.", Phones="2-12-85", DeleteType=0)  # fmt: skip
        self.add(
            "rbd_Schools",
            SchoolID=_guid("other"),
            SchoolCode=39999,
            ShortName="МБОУ «Чужая СШ»",
            DeleteType=0,
        )
        for number, one in enumerate(self.life.of(self.year, self.level)):
            self._participant(number, one)
        return self.tables

    def _record(self, guid: str, one: Graduate) -> Cells:
        gve = one.form == "gve"
        return {
            "ParticipantID": guid, "Region": 31, "Surname": one.person.surname, "Name": one.person.given,
            "SecondName": one.person.patronymic or None, "DocumentNumber": f"{one.person.number:06}",
            "DocumentTypeCode": 1,
            "Sex": "true", "Gia": 2 if gve else 1, "GiaAccept": 2 * one.is_admitted,
            "pClass": f"{self.level} {one.letter}",
            "BirthDay": f"{one.person.born}T00:00:00", "DeleteType": 0,
            "ParticipantCategoryFK": _CATEGORY[one.category], "Study": 1,
        }  # fmt: skip

    def _participant(self, number: int, one: Graduate) -> None:
        main = _guid("p", self.year, self.level, one.person.number)
        places: Cells = {"SchoolRegistration": _guid(one.school)}
        if one.first_school:
            places = {"SchoolRegistration": _guid(one.first_school), "SchoolOutcoming": _guid(one.school)}
        self.add("rbd_Participants", **self._record(main, one), **places)
        records = [main]
        if (
            number % 9 == 4
        ):  # entered three times: the third record is a double of the second, that of the first
            for depth in (1, 2):
                guid = _guid("double", depth, main)
                row = self._record(guid, one) | {"Surname": one.person.surname[:-1] + "э", "DeleteType": 10}
                self.add("rbd_Participants", **row, ParticipantDouble=records[-1].upper(), **places)
                records.append(guid)
        if number % 9 == 5:  # struck off for good, with an excellent work of the same pupil
            guid = _guid("struck", main)
            self.add("rbd_Participants", **(self._record(guid, one) | {"DeleteType": 4}), **places)
            self._work(one, Sitting(1, date(self.year + 1, 6, 1), mark=100 if self.level == 11 else 5), guid)
        for code in [7] * one.has_right + [6] * (one.category == "ukp"):
            self.add(
                "rbd_ParticipantProperties",
                PropertyId=_guid("property", main, code),
                ParticipantId=main,
                Property=code,
            )
        for at, sitting in enumerate(one.sittings):
            self._registration(one, sitting, main)
            if sitting.status not in ("absent", "absent_excused"):
                self._work(one, sitting, records[-1 - at % len(records)])
        if number % 7 == 3:  # a choice that was taken back
            self._registration(one, Sitting(18, date(self.year + 1, 6, 19)), main, is_deleted=True)

    def _code(self, one: Graduate, sitting: Sitting) -> int:
        return sitting.subject + 50 if one.form == "gve" and self.level == 9 else sitting.subject

    def _registration(
        self, one: Graduate, sitting: Sitting, participant: str, is_deleted: bool = False
    ) -> None:
        code = self._code(one, sitting)
        exam = self.days.setdefault((code, sitting.day), 700 + len(self.days))
        if exam == 699 + len(self.days) and not any(
            row["ExamGlobalID"] == exam for row in self.tables["dat_Exams"]
        ):
            self.add(
                "dat_Exams",
                ExamGlobalID=exam,
                SubjectCode=code,
                ExamDate=f"{sitting.day:%Y.%m.%d}",
                WaveCode=2,
            )
        self.add(
            "rbd_ParticipantsExams", ParticipantsExamsID=_guid("r", participant, code, sitting.day, is_deleted),
            ParticipantID=participant, ExamGlobalID=exam, IsDeleted=str(is_deleted).lower() if is_deleted else None,
        )  # fmt: skip

    def _work(self, one: Graduate, sitting: Sitting, participant: str) -> None:
        test = _guid("t", participant, sitting.subject, sitting.day)
        gve = one.form == "gve"
        has_result = sitting.mark is not None or sitting.subject == 29
        self.add(
            "res_HumanTests", HumanTestID=test.upper(), ParticipantFK=participant, PackageFK=_guid("k", test),
            TestTypeCode=_GVE[self.level] if gve else _KIND[self.level], SubjectCode=self._code(one, sitting),
            ExamDate=f"{sitting.day:%Y.%m.%d}", StationCode=1, VariantCode=2, ProcessCondition=6 if has_result else 5,
        )  # fmt: skip
        if not has_result:
            return
        stood = sitting.before if sitting.before is not None else sitting.mark
        self.add(
            "res_Marks", HumanTestID=test, PrimaryMark=12, PercentMark=50, **self._marks(one, sitting, stood)
        )
        if sitting.before is not None:
            # Declined first, then changed to something that did not last, at last changed to what stands.
            self._appeal(one, sitting, test, 3, min(5, sitting.before + 1), is_declined=True)
            self._appeal(one, sitting, test, 5, sitting.before, is_declined=False)
            self._appeal(one, sitting, test, 9, sitting.mark, is_declined=False)
        elif sitting.is_declined:
            better = 100 if self.level == 11 and not gve and sitting.subject != 22 else 5
            self._appeal(one, sitting, test, 4, better, is_declined=True)

    def _marks(self, one: Graduate, sitting: Sitting, mark: int | None) -> Cells:
        if sitting.subject == 29 or mark is None:
            return {"Mark100": 0, "Mark5": 0}
        is_test = self.level == 11 and one.form == "ege" and sitting.subject != 22
        return {"Mark100": mark if is_test else 0, "Mark5": 0 if is_test else mark}

    def _appeal(
        self, one: Graduate, sitting: Sitting, test: str, after: int, mark: int | None, *, is_declined: bool
    ) -> None:
        appeal = _guid("a", test, after)
        when = sitting.day + timedelta(days=after)
        self.add("ac_Appeals", AppealID=appeal, HumanTestFK=test, AppealType=1,
                 DeclinedByCommittee=str(is_declined).lower(),
                 AppealCondition=3, CreateTime=f"{when}T10:00:00")  # fmt: skip
        before = self._marks(one, sitting, sitting.before)
        self.add(
            "ac_Changes", ChangeID=_guid("c", appeal), AppealFK=appeal.upper(), OldPrimaryMark=12, NewPrimaryMark=14,
            **{f"Old{name}": value for name, value in before.items()},
            **{f"New{name}": value for name, value in self._marks(one, sitting, mark).items()},
        )  # fmt: skip


def write_base(inbox: Path, life: Life, year: int, level: int) -> None:
    """Write every table of the base as the region exports it on the first of October."""
    kind = "gia" if level == 9 else "ege"
    folder = inbox / "РИС" / f"erbd_{kind}_reg_{(year + 1) % 100}_31_{year + 1}-10-01"
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in Base(life, year, level).fill().items():
        encoding = "utf-8" if name != "rbd_Participants" else "windows-1251"
        lines = [
            f'<?xml version="1.0" encoding="{encoding}"?>',
            '<GIADBSet xmlns="http://www.rustest.ru/giadbset">',
        ]
        for row in rows:
            cells = "".join(
                f"<{key}>{escape(str(value))}</{key}>" for key, value in row.items() if value is not None
            )
            lines.append(f"<{name}>{cells}</{name}>")
        (folder / f"{name}.xml").write_bytes("\n".join([*lines, "</GIADBSet>"]).encode(encoding))

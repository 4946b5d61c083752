"""The base of РИС ГИА: one year and level of exams as XML tables instead of protocols and lists.

What a base has and protocols do not: doubles and deleted records, schools of the whole region, two schools of one
pupil, registrations, appeals as changes. Absence leaves no work behind, so the base cannot say that it was excused: the
year and level are ones where that changes no figure.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from xml.sax.saxutils import escape

from demo.exams import SCALE_11, Admission, Attempt
from demo.noise import Noise
from demo.people import Pupil
from demo.sheets import Inbox
from demo.town import BY_CODE, active_schools, year_name
from demo.world import World

RIS_YEAR, RIS_LEVEL = 2023, 11
_SPACE = uuid.UUID("6f1c1d6e-0b0f-5c43-9a39-5b5f6d0c1a72")
_CATEGORY = {"current": 1, "spo": 2, "past": 4, "ukp": 1}
_EARLY, _FINAL = date(2024, 6, 25), date(2024, 9, 25)
_OUTSIDE = "729001"
_VALID, _NOT_VALID = 6, 3

Row = dict[str, object]


def is_told_by_base(year: int, level: int) -> bool:
    """True when a year and level arrive as a base, so that no protocol and no list tells them."""
    return (year, level) == (RIS_YEAR, RIS_LEVEL)


def _guid(kind: str, *key: object) -> str:
    return str(uuid.uuid5(_SPACE, f"{kind} {' '.join(str(part) for part in key)}"))


@dataclass
class _Tables:
    """The rows of the base by table, in the order of their appearance."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        self.rows.setdefault(table, []).append(row)


class _Base:
    """Turns the exams of a year and level into tables."""

    def __init__(self, world: World, noise: Noise) -> None:
        session = world.sessions[RIS_YEAR]
        self.noise = noise
        self.tables = _Tables()
        self.seats = {s.pupil.pid: s for s in session.admissions if s.level == RIS_LEVEL}
        self.attempts = sorted(
            (a for a in session.attempts if a.level == RIS_LEVEL),
            key=lambda a: (a.day, a.subject, a.school, a.pupil.pid),
        )
        self.exam_ids: dict[tuple[int, date], int] = {}
        self.doubled: set[int] = set()

    def build(self) -> dict[str, list[Row]]:
        self._schools()
        people = self._people()
        for number, (pupil, seat) in enumerate(people):
            self._participant(number, pupil, seat)
        self._registrations()
        for number, attempt in enumerate(self.attempts):
            self._work(number, attempt)
        self._others()
        for subject, (maximum, minimum) in sorted(SCALE_11.items()):
            group = _guid("scale", subject)
            self.tables.add("dats_Groups", {"ScalingGroupID": group, "TestTypeCode": 4, "SubjectCode": subject,
                                            "ScaleMarkMinimum": minimum, "GroupMarkMinimum": minimum})  # fmt: skip
            self.tables.add("dats_Borders", {"SubjectCode": subject, "ScalingGroupFK": group,
                                             "PrimaryMark": maximum, "ScaleMark": 100})  # fmt: skip
        return self.tables.rows

    def _schools(self) -> None:
        """Every school of the town, one struck off the base, and one of another municipality."""
        for code in [*(school.code for school in active_schools(RIS_YEAR)), _OUTSIDE]:
            known = BY_CODE.get(code)
            name = known.short_in(RIS_YEAR) if known else "МАОУ «Заречная СОШ»"
            self.tables.add("rbd_Schools", {
                "SchoolID": _guid("school", code), "GovernmentID": _guid("government", code[:3]),
                "SchoolCode": int(code), "SchoolName": f"Образовательная организация «{code}» & филиалы",
                "ShortName": name, "SchoolKindFK": 1, "SchoolPropertyFk": 1, "AreaFK": _guid("area", 1),
                "TownTypeFK": 1, "LawAddress": "—", "DPosition": "Директор",
                "FIO": "Не передаётся", "Phones": "—", "Mails": "—", "People11": 0, "People9": 0, "ChargeFIO": "—",
                "DeleteType": 0, "IsTOM": 0, "REGION": 72, "TownshipFK": 1, "CreateDate": "2023-10-01T09:00:00",
                "UpdateDate": "2024-02-01T09:00:00", "SchoolFlags": 0,
            })  # fmt: skip

    def _people(self) -> list[tuple[Pupil, Admission | Attempt]]:
        people: dict[int, tuple[Pupil, Admission | Attempt]] = {
            pid: (seat.pupil, seat) for pid, seat in self.seats.items()
        }
        for attempt in self.attempts:
            people.setdefault(attempt.pupil.pid, (attempt.pupil, attempt))
        return [people[pid] for pid in sorted(people)]

    def _participant(self, number: int, pupil: Pupil, seat: Admission | Attempt) -> None:
        own, main = _guid("school", seat.school), _guid("participant", pupil.pid)
        row = self._record(main, pupil, seat)
        row |= {"SchoolRegistration": own}
        if number % 40 == 7:  # registered where the pupil began the year, finished elsewhere
            schools = [school.code for school in active_schools(RIS_YEAR) if school.code != seat.school]
            row |= {
                "SchoolRegistration": _guid("school", schools[number % len(schools)]),
                "SchoolOutcoming": own,
            }
        elif number % 2:
            row["SchoolOutcoming"] = own
        self.tables.add("rbd_Participants", row)
        if number % 50 == 11:  # entered twice: the second record was struck off in favour of the first
            self.doubled.add(pupil.pid)
            second = self._record(_guid("double", pupil.pid), pupil, seat) | {
                "Surname": pupil.name.surname + "ъ", "DeleteType": 10, "ParticipantDouble": "{" + main.upper() + "}",
                "SchoolRegistration": own,
            }  # fmt: skip
            self.tables.add("rbd_Participants", second)
        if seat.category == "ukp":
            self._property(main, 6)
        if isinstance(seat, Admission) and seat.two_exams:
            self._property(main, 7)

    def _property(self, participant: str, code: int) -> None:
        row = {
            "PropertyId": _guid("property", participant, code),
            "ParticipantId": participant,
            "Property": code,
            "PValue": 1,
        }
        self.tables.add("rbd_ParticipantProperties", row)

    def _record(self, guid: str, pupil: Pupil, seat: Admission | Attempt) -> Row:
        surname, given, patronymic = self.noise.parts(pupil.name)
        is_admitted = seat.is_admitted if isinstance(seat, Admission) else True
        return {
            "ParticipantID": guid, "Region": 72, "ParticipantCode": f"72{pupil.pid:014d}", "Surname": surname,
            "Name": given, "SecondName": patronymic, "DocumentSeries": f"71{10 + pupil.pid % 15:02d}",
            "DocumentNumber": f"{100000 + pupil.pid * 37 % 899999}", "DocumentTypeCode": 1, "Sex": "false",
            "Gia": 1, "GiaAccept": 3 * is_admitted, "pClass": f"{RIS_LEVEL}{seat.letter}",
            "BirthDay": f"{pupil.born}T00:00:00", "DeleteType": 0, "LimitPotencial": 0,
            "ParticipantCategoryFK": _CATEGORY[seat.category], "Study": 1, "CreateDate": "2023-12-01T10:00:00",
            "UpdateDate": "2024-02-01T10:00:00", "CitizenshipID": 1,
        }  # fmt: skip

    def _exam(self, subject: int, day: date) -> int:
        if (subject, day) not in self.exam_ids:
            self.exam_ids[subject, day] = 401 + len(self.exam_ids)
            row = {"ExamGlobalID": self.exam_ids[subject, day], "TestTypeCode": 4, "SubjectCode": subject,
                   "ExamDate": f"{day:%Y.%m.%d}", "WaveCode": 2}  # fmt: skip
            self.tables.add("dat_Exams", row)
        return self.exam_ids[subject, day]

    def _registrations(self) -> None:
        for number, attempt in enumerate(self.attempts):
            row: Row = {
                "ParticipantsExamsID": _guid("registration", attempt.pupil.pid, attempt.subject, attempt.day),
                "ParticipantID": _guid("participant", attempt.pupil.pid),
                "ExamGlobalID": self._exam(attempt.subject, attempt.day), "IsDeleted": "false",
            }  # fmt: skip
            self.tables.add("rbd_ParticipantsExams", row)
            if number % 90 == 0:  # a choice that was taken back
                taken_back = {"ParticipantsExamsID": _guid("taken back", number), "IsDeleted": "true",
                              "ExamGlobalID": self._exam(18, date(2024, 5, 23))}  # fmt: skip
                self.tables.add("rbd_ParticipantsExams", row | taken_back)

    def _work(self, number: int, attempt: Attempt) -> None:
        if attempt.status in ("absent", "absent_excused"):
            return
        kind = "double" if attempt.pupil.pid in self.doubled and attempt.subject != 1 else "participant"
        test = _guid("work", attempt.pupil.pid, attempt.subject, attempt.day)
        state = _VALID if attempt.has_result else _NOT_VALID
        self._test(test, _guid(kind, attempt.pupil.pid), attempt.subject, attempt.day, state)
        if not attempt.has_result:
            return
        after = (attempt.primary, attempt.test, attempt.mark)
        before = attempt.before_appeal or after
        # The centre of data processing rewrites the marks after an appeal, or leaves that to the change.
        self._marks(test, before if number % 2 else after)
        if attempt.before_appeal:
            appeal = self._appeal(test, attempt.day, is_declined=False)
            self._change(appeal, before, after)
        elif number % 120 == 0:
            declined = self._appeal(test, attempt.day, is_declined=True)
            if number % 240 == 0:
                self._change(declined, after, (0, 0, 2))

    def _test(self, test: str, participant: str, subject: int, day: date, state: int) -> None:
        self.tables.add("res_HumanTests", {
            "HumanTestID": test, "ParticipantFK": participant, "PackageFK": _guid("package", subject, day),
            "TestTypeCode": 4, "SubjectCode": subject, "ExamDate": f"{day:%Y.%m.%d}", "StationCode": 701,
            "VariantCode": 1, "ProcessCondition": state,
        })  # fmt: skip

    def _marks(self, test: str, values: tuple[int | None, int | None, int | None]) -> None:
        primary, mark100, mark5 = values
        self.tables.add("res_Marks", {
            "HumanTestID": test, "PrimaryMark": primary or 0, "PercentMark": 0, "Mark100": mark100 or 0,
            "Mark5": mark5 or 0, "MarkX": 0, "Rating": "0.5", "PrimaryMarkA": primary or 0, "PrimaryMarkB": 0,
            "PrimaryMarkC": 0, "PrimaryMarkD": 0,
        })  # fmt: skip

    def _appeal(self, test: str, day: date, is_declined: bool) -> str:
        appeal = _guid("appeal", test)
        self.tables.add("ac_Appeals", {
            "AppealID": appeal, "HumanTestFK": test, "AppealType": 2, "DeclinedByCommittee": str(is_declined).lower(),
            "AppealCondition": 3, "CreateTime": f"{day + timedelta(days=16)}T12:00:00",
        })  # fmt: skip
        return appeal

    def _change(self, appeal: str, before: tuple[object, ...], after: tuple[object, ...]) -> None:
        names = ("PrimaryMark", "Mark100", "Mark5")
        row: Row = {"ChangeID": _guid("change", appeal), "AppealFK": appeal}
        row |= {f"Old{name}": value or 0 for name, value in zip(names, before, strict=True)}
        row |= {f"New{name}": value or 0 for name, value in zip(names, after, strict=True)}
        self.tables.add("ac_Changes", row)

    def _others(self) -> None:
        """Records that count nowhere: struck off for good, and pupils of another municipality."""
        models = [attempt for attempt in self.attempts if attempt.has_result and attempt.subject == 1][:6]
        for number, model in enumerate(models):
            guid = _guid("other", number)
            row = self._record(guid, model.pupil, model) | {
                "BirthDay": f"{date(2005, 1, 1 + number)}T00:00:00"
            }
            is_struck = number < 3
            row |= {
                "DeleteType": 4 * is_struck,
                "SchoolRegistration": _guid("school", model.school if is_struck else _OUTSIDE),
            }
            self.tables.add("rbd_Participants", row)
            test = _guid("other work", number)
            self._test(test, guid, 1, model.day, _VALID)
            self._marks(test, (10, 20, None))


def _xml(table: str, rows: Iterable[Row], encoding: str) -> bytes:
    lines = [
        f'<?xml version="1.0" encoding="{encoding}"?>',
        '<GIADBSet xmlns="http://www.rustest.ru/giadbset">',
    ]
    for row in rows:
        cells = "".join(
            f"<{key}>{escape(str(value))}</{key}>" for key, value in row.items() if value is not None
        )
        lines.append(f"  <{table}>{cells}</{table}>")
    return "\r\n".join([*lines, "</GIADBSet>", ""]).encode(encoding)


def _before_appeals(tables: dict[str, list[Row]]) -> list[Row]:
    """Return the marks as the base had them before appeals and before the September exams."""
    done = {
        row["HumanTestID"] for row in tables["res_HumanTests"] if str(row["ExamDate"]) < f"{_EARLY:%Y.%m.%d}"
    }
    changed = {
        row["AppealID"]: row["HumanTestFK"]
        for row in tables["ac_Appeals"]
        if row["DeclinedByCommittee"] == "false"
    }
    old = {changed[row["AppealFK"]]: row for row in tables["ac_Changes"] if row["AppealFK"] in changed}
    names = ("PrimaryMark", "Mark100", "Mark5")
    return [
        row
        | (
            {name: old[row["HumanTestID"]][f"Old{name}"] for name in names}
            if row["HumanTestID"] in old
            else {}
        )
        for row in tables["res_Marks"]
        if row["HumanTestID"] in done
    ]


def write_ris(inbox: Inbox, world: World, seed: int) -> None:
    """Write the base of the year and level, and an earlier extract of the marks that it replaces."""
    tables = _Base(world, Noise(Random(f"ris {seed}"), 0.02)).build()
    name = "erbd_ege_reg_24_72"
    for table, rows in tables.items():
        encoding = "windows-1251" if table == "rbd_Schools" else "utf-8"
        path = inbox.path("gia_ris", year_name(RIS_YEAR), f"{name}_{_FINAL}", f"{table}.xml")
        inbox.raw(path, _xml(table, rows, encoding))
    early = _before_appeals(tables)
    path = inbox.path("gia_ris", year_name(RIS_YEAR), f"{name}_{_EARLY}", "res_Marks.xml")
    inbox.raw(path, _xml("res_Marks", early, "utf-8"))

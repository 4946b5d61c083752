"""A town small enough to count by hand: four schools, two years, twenty people. Expectations stand in the tests."""

from __future__ import annotations

from datetime import date
from typing import Any

LAST, THIS = "2023-2024", "2024-2025"
A, B, C, D = "000001", "000002", "000003", "000004"
TOWN = "71000000"
RUSSIAN, MATHEMATICS, PHYSICS, LITERATURE = 1, 2, 3, 18

Row = dict[str, Any]


def school(code: str, start: date = date(2000, 9, 1), end: date | None = None, **more: Any) -> Row:
    """Return a row of the register."""
    row = {"academic_year": THIS, "school_code": code, "school_name": f"Школа {code}", "short_name": code}
    row |= {"municipality_code": TOWN, "municipality_name": "Город", "school_kind": "secondary"}
    return row | {"valid_from": start, "valid_to": end} | more


def status(code: str, kind: str, first: str, last: str | None) -> Row:
    """Return a row of the statuses."""
    place = {"academic_year": THIS, "school_code": code, "status_kind": kind}
    return place | {"first_academic_year": first, "last_academic_year": last}


def book(code: str, person: int | None, subject: int, performance: int, study: int | None, score: float | None,
         year: str = THIS, **more: Any) -> Row:  # fmt: skip
    """Return a row of a school-stage book."""
    row = {"academic_year": year, "school_code": code, "subject_name": "п", "subject_code": subject}
    row |= {"performance_grade": performance, "study_grade": study, "score": score, "person": person}
    return row | more


def protocol(code: str, person: int | None, subject: int, grade: int, score: float | None, award: str = "participant",
             year: str = THIS, state: str = "final", kind: str = "performance", **more: Any) -> Row:  # fmt: skip
    """Return a row of a municipal protocol."""
    row = {
        "academic_year": year,
        "school_code": code,
        "subject_code": subject,
        "grade": grade,
        "score": score,
    }
    row |= {"award_status": award, "protocol_state": state, "grade_kind": kind, "person": person}
    return row | more


def heads(code: str, grade: int, pupils: int, year: str = THIS, **more: Any) -> Row:
    """Return a row of the contingent of 20 September."""
    day = date(int(year[:4]), 9, 20)
    return {
        "academic_year": year,
        "school_code": code,
        "count_date": day,
        "grade": grade,
        "pupils": pupils,
    } | more


def contest(person: int, contest_code: str, day: date, grade: int | None = 9, **more: Any) -> Row:
    """Return a row of participation of a pupil of school A."""
    row = {"academic_year": THIS, "school_code": A, "contest_code": contest_code, "event_date": day}
    return row | {"grade": grade, "person": person} | more


def listed(code: str, subject: int | None, is_approved: bool) -> Row:
    """Return a row of the list of contests."""
    row: Row = {"academic_year": THIS, "contest_code": code, "contest_name": code}
    return row | {"subject_code": subject, "is_approved": is_approved}


def teacher(code: str, person: int, **more: Any) -> Row:
    """Return a row of a staff list of 31 December 2024."""
    return {
        "academic_year": THIS,
        "school_code": code,
        "count_date": date(2024, 12, 31),
        "person": person,
    } | more


def month(person: int, platform: str, number: int, acts: int = 0, logins: int = 1, **more: Any) -> Row:
    """Return a month of a person on a platform, registered on 1 September 2024."""
    year = 2024 if number >= 9 else 2025
    end = date(year, number, 28)
    row = {
        "academic_year": THIS,
        "school_code": A,
        "platform_code": platform,
        "user_role": "teacher",
        "person": person,
    }
    row |= {"period_start": date(year, number, 1), "period_end": end, "registered_on": date(2024, 9, 1)}
    return row | {"logins": logins, "assignments_issued": acts} | more


def town() -> dict[str, list[Row]]:
    """Return the rows of the lake."""
    return {
        "school_register__schools": [
            school(A),
            school(B),
            school(C, end=date(2024, 8, 31)),
            school(D, start=date(2024, 9, 1), predecessor_code=C),
        ],
        "school_register__statuses": [
            status(A, "shnor", THIS, None),
            status(C, "shnor", "2022-2023", LAST),
            status(A, "shnsu", LAST, THIS),
        ],
        "agreements__agreements": [
            {"academic_year": THIS, "agreement_number": "1", "agreement_date": date(2024, 8, 20)}
            | {"supported_school_code": A, "partner_school_code": B}
            | {"valid_from": date(2024, 9, 1), "valid_to": date(2026, 8, 31)}
        ],
        "vsosh_school_stage__results": [
            book(A, 1, RUSSIAN, 9, 9, 10.0),
            book(A, 1, MATHEMATICS, 9, 9, 0.0),  # zero is a result
            book(A, 2, RUSSIAN, 9, 9, None),  # did not come
            book(A, 3, RUSSIAN, 9, 8, 12.0),  # performs for an older grade
            book(A, 4, MATHEMATICS, 8, None, 7.0),  # in grade 7 by the book of literature
            book(A, 4, LITERATURE, 8, 7, 7.0),
            book(A, 5, MATHEMATICS, 7, None, 7.0),  # nothing but the grade of performance
            book(B, 6, RUSSIAN, 10, 10, 5.0),
            book(B, 7, MATHEMATICS, 11, 11, 5.0),
            book(B, None, RUSSIAN, 9, 9, 5.0),  # the row names nobody
            book(B, 8, MATHEMATICS, 9, 9, 5.0, alternative=8),  # 8 and 9 may be one person
            book(B, 9, MATHEMATICS, 9, 9, 6.0, alternative=8),
            # The same book sent earlier by another sender: the later state of affairs wins.
            book(A, 1, RUSSIAN, 9, 9, None, reading="old", scope="old", as_of=date(2024, 10, 1)),
            book(A, 20, RUSSIAN, 9, 9, 5.0, LAST),
            book(C, 21, MATHEMATICS, 9, 9, 5.0, LAST),
        ],
        "vsosh_municipal_protocol__results": [
            protocol(A, 1, RUSSIAN, 9, 30.0, "winner"),
            protocol(A, 3, RUSSIAN, 9, 20.0, "prize_winner"),  # in grade 8 by the school stage
            protocol(B, 6, RUSSIAN, 10, None),
            protocol(A, 1, MATHEMATICS, 9, 9.0, "prize_winner"),
            protocol(D, 10, MATHEMATICS, 10, 15.0),
            protocol(A, 20, RUSSIAN, 9, 30.0, "winner", LAST, "preliminary"),
            protocol(C, 21, MATHEMATICS, 9, 30.0, "winner", LAST, "preliminary"),
        ],
        "contingent__headcounts": [
            heads(A, 7, 30),
            heads(A, 8, 10),
            heads(A, 9, 10),
            heads(A, 9, 50, part="adult"),
            heads(A, 10, 5),
            heads(A, 11, 5, part="main"),
            heads(B, 9, 20),
            heads(D, 10, 10),
            heads(A, 9, 12, LAST),
            heads(B, 9, 12, LAST),
        ],
        "contest_list__contests": [
            listed("K1", RUSSIAN, True),
            listed("K2", MATHEMATICS, False),
            listed("K3", PHYSICS, True),
            listed("K4", None, True),
        ],
        "contest_participation__participations": [
            contest(11, "K1", date(2024, 11, 10)),
            contest(12, "K2", date(2024, 11, 10)),  # not approved
            contest(13, "K3", date(2024, 11, 10)),  # physics
            contest(14, "K1", date(2025, 9, 5)),  # the next academic year
            contest(15, "K1", date(2024, 11, 10), grade=7),
            contest(1, "K1", date(2024, 11, 10)),  # a participant of ВсОШ already
            contest(2, "K1", date(2024, 11, 10), grade=None),  # in grade 9 by the book he stayed away from
            contest(16, "K4", date(2025, 8, 31), subject_code=MATHEMATICS),
        ],
        "teaching_staff__staff": [
            teacher(A, 101),
            teacher(A, 102, is_external_part_timer=True),
            teacher(A, 103, leave_from=date(2024, 10, 1), leave_to=date(2025, 2, 1)),
            teacher(A, 104, leave_from=date(2024, 12, 1), leave_to=date(2025, 1, 31)),
            teacher(A, 105),
            teacher(B, 105),
            teacher(B, 106),
            teacher(A, 107),
            teacher(D, 108),
        ],
        "platform_persons__usage": [
            month(101, "uchi_ru", 9, acts=1),
            month(101, "yaklass", 11, acts=1),
            month(102, "uchi_ru", 9, acts=1),
            month(102, "uchi_ru", 10, acts=1),
            month(104, "uchi_ru", 10),
            month(105, "resh", 10, acts=4),
            month(105, "uchi_ru", 10, acts=4),
            month(105, "uchi_ru", 11, acts=9, user_role="parent"),  # not as a teacher
            *(month(106, "e_journal", number, acts=30) for number in (9, 10, 11, 12)),
            month(107, "uchi_ru", 2, registered_on=date(2025, 2, 1)),
            month(108, "uchi_ru", 9, acts=5, period_end=date(2024, 12, 31)),  # one report for the half-year
        ],
    }

"""The demo's invented people as rows of the lake, without files: what ingestion would make of perfect exports."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from demo.exams import Attempt
from demo.town import AGREEMENTS, MUNICIPALITY_CODE, MUNICIPALITY_NAME, SCHOOLS, STATUSES, YEARS, year_name
from demo.world import World

Row = dict[str, Any]


def gia_lake(world: World) -> dict[str, list[Row]]:
    """Return registers, contingent, lists of graduates and protocols (some twice, some preliminary first)."""
    last = year_name(YEARS[-1])
    return {
        "school_register__schools": [
            {
                "academic_year": last, "school_code": s.code, "school_name": s.full_name, "school_kind": s.kind,
                "municipality_code": MUNICIPALITY_CODE, "municipality_name": MUNICIPALITY_NAME,
                "valid_from": s.valid_from, "valid_to": s.valid_to,
            }
            for s in SCHOOLS
        ],
        "school_register__statuses": [
            {
                "academic_year": last, "school_code": s.school, "status_kind": s.kind,
                "first_academic_year": year_name(s.first), "last_academic_year": year_name(s.last) if s.last else None,
            }
            for s in STATUSES
        ],
        "agreements__agreements": [
            {
                "academic_year": last, "agreement_number": a.number, "agreement_date": a.signed,
                "supported_school_code": a.supported, "partner_school_code": a.partner,
                "valid_from": a.valid_from, "valid_to": a.valid_to,
            }
            for a in AGREEMENTS
        ],
        "contingent__headcounts": [row for year in YEARS for row in _heads(world, year)],
        "gia_admission__admissions": [row for year in YEARS for row in _lists(world, year)],
        "gia_protocol__results": [row for year in YEARS for row in _protocols(world, year)],
    }  # fmt: skip


def _heads(world: World, year: int) -> list[Row]:
    main = [
        ("main", school, grade, head.pupils, head.arrivals, head.departures)
        for (school, grade), head in world.population.headcounts[year].items()
    ]
    adults = [
        ("adult", school, grade, n, 0, 0) for (school, grade), n in world.population.adults[year].items()
    ]
    return [
        {
            "academic_year": year_name(year), "count_date": date(year, 9, 20), "part": part, "school_code": school,
            "grade": grade, "pupils": pupils, "arrivals": arrivals, "departures": departures,
        }
        for part, school, grade, pupils, arrivals, departures in main + adults
    ]  # fmt: skip


def _lists(world: World, year: int) -> list[Row]:
    return [
        {
            "academic_year": year_name(year), "person": s.pupil.pid, "school_code": s.school, "gia_level": s.level,
            "is_admitted": s.is_admitted, "exam_form": s.form, "participant_category": s.category,
            "subjects_chosen": ", ".join(map(str, s.chosen)) or None, "has_two_exams_right": s.two_exams or None,
        }
        for s in world.sessions[year].admissions
    ]  # fmt: skip


def _protocols(world: World, year: int) -> list[Row]:
    rows = []
    for number, attempt in enumerate(world.sessions[year].attempts):
        final = _result(attempt, year)
        rows.append(final)
        if attempt.before_appeal:
            primary, test, mark = attempt.before_appeal
            early = {"protocol_state": "preliminary", "result_status": "valid", "reading": "early"}
            rows.append({**final, **early, "primary_mark": primary, "test_mark": test, "mark": mark})
        if number % 97 == 0:
            rows.append(dict(final))
    return rows


def _result(a: Attempt, year: int) -> Row:
    return {
        "academic_year": year_name(year), "person": a.pupil.pid, "school_code": a.school, "gia_level": a.level,
        "subject_code": a.subject, "exam_date": a.day, "exam_stage": a.stage, "exam_form": a.form,
        "participant_category": a.category, "result_status": a.status, "primary_mark": a.primary,
        "test_mark": a.test, "mark": a.mark, "as_of": a.day + timedelta(days=12),
    }  # fmt: skip

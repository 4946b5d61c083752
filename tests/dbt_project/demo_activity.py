"""The demo's olympiads, contests, teachers and platforms as rows of the lake, without files.

Grades of study are left blank and whole protocols give one grade only, as the demo's writers do it.
"""

from __future__ import annotations

from datetime import date

from demo.olympiads import CONTESTS, PRELIMINARY_YEARS, STUDY_GRADE_YEARS
from demo.people import jobs_on, staff_dates
from demo.town import YEARS, year_name
from demo.world import World
from tests.dbt_project.demo_lake import Row

TEACHER = 10_000_000
"""Teachers' numbers begin here: the demo counts pupils and teachers apart."""


def activity_lake(world: World) -> dict[str, list[Row]]:
    """Return books and protocols of ВсОШ, contests, lists of teachers and reports of platforms."""
    entries = [(year, entry) for year in YEARS for entry in world.seasons[year].entries]
    return {
        "vsosh_school_stage__results": [
            {
                "academic_year": year_name(year), "person": e.pupil.pid, "school_code": e.school,
                "subject_name": "п", "subject_code": e.subject, "performance_grade": e.performance_grade,
                "study_grade": e.study_grade, "score": e.score, "award_status": e.award,
            }
            for year, e in entries
            if e.stage == "school"
        ],
        "vsosh_municipal_protocol__results": [
            {
                "academic_year": year_name(year), "person": e.pupil.pid, "school_code": e.school,
                "subject_code": e.subject, "score": e.score, "award_status": e.award,
                "grade": e.study_grade if year in STUDY_GRADE_YEARS else e.performance_grade,
                "grade_kind": "study" if year in STUDY_GRADE_YEARS else "performance",
                "protocol_state": "preliminary" if year in PRELIMINARY_YEARS else "final",
            }
            for year, e in entries
            if e.stage == "municipal"
        ],
        "contest_list__contests": [
            {
                "academic_year": year_name(year), "contest_code": c.code, "contest_name": c.name,
                "subject_code": c.subject, "is_approved": c.is_approved,
            }
            for year in YEARS
            for c in CONTESTS
        ],
        "contest_participation__participations": [
            {
                "academic_year": year_name(year), "person": e.pupil.pid, "school_code": e.school, "grade": e.grade,
                "contest_code": e.contest.code, "event_date": e.day,
            }
            for year in YEARS
            for e in world.seasons[year].contest_entries
        ],
        "teaching_staff__staff": [row for year, _, day in staff_dates() for row in _staff(world, year, day)],
        "platform_persons__usage": [row for year in world.usage.months for row in _usage(world, year)],
    }  # fmt: skip


def _staff(world: World, year: int, day: date) -> list[Row]:
    return [
        {
            "academic_year": year_name(year), "person": TEACHER + person.pid, "school_code": school,
            "count_date": day, "is_external_part_timer": external,
            "leave_from": person.leave[0] if person.leave else None,
            "leave_to": person.leave[1] if person.leave else None,
        }
        for person in world.teachers
        for school, external, _ in jobs_on(person, day)
    ]  # fmt: skip


def _usage(world: World, year: int) -> list[Row]:
    return [
        {
            "academic_year": year_name(year), "person": TEACHER + m.teacher.pid, "school_code": m.school,
            "platform_code": m.platform, "period_start": m.first_day, "period_end": m.last_day,
            "user_role": "teacher", "registered_on": m.registered, "last_login_on": m.last_login,
            "logins": m.logins, "active_days": m.active_days, "assignments_issued": m.assignments,
            "works_checked": m.checked, "lessons_held": m.lessons, "minutes_online": m.minutes,
        }
        for m in world.usage.months[year]
    ]  # fmt: skip

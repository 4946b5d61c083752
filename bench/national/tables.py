"""What the load holds: one query an entity over ``schools(s, school_code, scope_key)`` of a region, and its people.

Everything follows from whole numbers by ``hash``; ``{start}`` and ``{end}`` are the calendar years of the academic
year, ``{day}`` the day of the state. The shares of blanks, absences and re-sits are those of an ordinary region, and so
are the sizes of its schools: a few large ones, two in five with fewer than ten graduates of grade 9.
"""

from __future__ import annotations

from dataclasses import dataclass

TEACHERS = 27
GRADUATES_9 = (2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 11, 12, 12, 13, 14, 16, 20, 27, 40)
"""Graduates of grade 9 in the 20 schools of a municipality, 12 on average."""
GRADUATES_11 = (0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 9, 11, 15, 21)
"""Graduates of grade 11 in them, 5 on average."""
PUPILS_A_GRADUATE = 8
"""Pupils who take part in the olympiad for one graduate of grade 9."""
ENTRIES_A_GRADUATE = 20
"""Entries to the school stage for one graduate of grade 9."""
_SIZE = "1 + (s * 7 + s // 20 * 3) % 20"
SCHOOL_SIZES = f"{list(GRADUATES_9)}[{_SIZE}] as g9, {list(GRADUATES_11)}[{_SIZE}] as g11"
"""Graduates of school ``s``; which school is large does not follow its number, as its status and agreement do."""
_MOST = max(a + b for a, b in zip(GRADUATES_9, GRADUATES_11, strict=True))
_PUPILS = f"(g9 * {PUPILS_A_GRADUATE} + g11)"


@dataclass(frozen=True)
class Table:
    """One entity of the lake: its query, and how it is delivered.

    ``columns`` are those the query gives; the rest of the contract's columns stay empty. ``corrected``: some schools
    sent the entity again.
    """

    source: str
    entity: str
    columns: tuple[str, ...]
    sql: str
    by_region: bool = True
    every_year: bool = True
    corrected: bool = False

    @property
    def view(self) -> str:
        """Name of the entity's view."""
        return f"{self.source}__{self.entity}"

    @property
    def first(self) -> str:
        """Condition of the scopes for which the first reading holds."""
        if not self.corrected:
            return "true"
        from bench.national.load import CORRECTED

        return f"(cast(school_code as bigint) - 100000) % {CORRECTED} <> 0"


def _token(kind: str, number: str) -> str:
    return f"cast(hash('{kind} token', {number}) >> 1 as bigint)"


def _person(kind: str, number: str) -> str:
    return f"cast(hash('{kind}', {number}) >> 1 as bigint)"


PEOPLE = {
    source: (n, _token(kind, "s * 1000 + i"), _person(kind, "s * 1000 + i"))
    for source, kind, n in (
        ("gia_admission", "pupil", "g9 + g11"),
        ("gia_protocol", "pupil", "g9 + g11"),
        ("vsosh_school_stage", "pupil", _PUPILS),
        ("vsosh_municipal_protocol", "pupil", _PUPILS),
        ("contest_participation", "pupil", _PUPILS),
        ("teaching_staff", "teacher", str(TEACHERS)),
        ("platform_events", "teacher", str(TEACHERS)),
    )
}
"""Source → people of a school, the token of person ``i`` of school ``s``, their person id."""
MOST_PEOPLE = max(PUPILS_A_GRADUATE * a + b for a, b in zip(GRADUATES_9, GRADUATES_11, strict=True))

_GRADE = "case when i < g9 then 9 when i < g9 + g11 then 11 else [5, 6, 7, 8, 8, 10, 10][1 + i % 7] end"
_AS_OF = "make_date({end}, 8, {day}) as as_of"

SCHOOL = Table(
    "school_register", "schools",
    ("school_code", "school_name", "municipality_code", "municipality_name", "school_kind", "valid_from", "as_of"),
    f"""select *, 'Школа ' || school_code as school_name, 'Округ ' || (s // 20) as municipality_name,
        '7' || lpad(cast(s // 20 as varchar), 7, '0') as municipality_code, 'secondary' as school_kind,
        date '2000-01-01' as valid_from, {_AS_OF} from schools""",
    every_year=False,
)  # fmt: skip
STATUS = Table(
    "school_register", "statuses", ("school_code", "status_kind", "first_academic_year", "as_of"),
    f"""select *, case when s % 10 < 2 then 'shnor' else 'shnsu' end as status_kind,
        '{{start}}-{{end}}' as first_academic_year, {_AS_OF} from schools where s % 10 < 3""",
    every_year=False,
)  # fmt: skip
AGREEMENT = Table(
    "agreements", "agreements",
    ("agreement_number", "agreement_date", "supported_school_code", "partner_school_code", "valid_from", "valid_to",
     "as_of"),
    f"""select *, 'С-' || s as agreement_number, make_date({{start}}, 9, 1) as agreement_date,
        school_code as supported_school_code, cast(100000 + s + 5 as varchar) as partner_school_code,
        make_date({{start}}, 9, 1) as valid_from, make_date({{start}} + 3, 8, 31) as valid_to, {_AS_OF}
        from schools where s % 10 = 0""",
    every_year=False,
)  # fmt: skip
CONTINGENT = Table(
    "contingent", "headcounts",
    ("school_code", "count_date", "part", "grade", "pupils", "arrivals", "departures", "as_of"),
    f"""select *, make_date({{start}}, 9, 20) as count_date, 'main' as part, grade,
        case when grade = 9 then g9 + 2 when grade = 11 then g11 + cast(g11 > 0 as integer)
            when grade in (8, 10) then 3 * g9 else 4 * g9 end as pupils,
        cast(hash(s, grade) % 2 as bigint) as arrivals, 0 as departures, {_AS_OF}
        from schools cross join range(1, 12) as grades(grade)""",
)  # fmt: skip
STAFF = Table(
    "teaching_staff", "staff",
    ("school_code", "count_date", "position", "is_external_part_timer", "leave_from", "leave_to", "person_token",
     "as_of"),
    f"""select *, case half when 1 then make_date({{start}}, 12, 31) else make_date({{end}}, 5, 31) end as count_date,
        'учитель' as position, hash(s, i) % 20 = 0 as is_external_part_timer,
        case when hash(s, i) % 33 = 1 then make_date({{start}}, 9, 1) end as leave_from,
        case when hash(s, i) % 33 = 1 then make_date({{end}}, 8, 31) end as leave_to,
        {_token("teacher", "s * 1000 + i")} as person_token, {_AS_OF}
        from schools cross join range({TEACHERS}) as people(i) cross join range(1, 3) as halves(half)""",
)  # fmt: skip
ADMISSION = Table(
    "gia_admission", "admissions",
    ("school_code", "gia_level", "is_admitted", "exam_form", "subjects_chosen", "participant_category",
     "has_two_exams_right", "person_token", "as_of"),
    f"""select *, case when i < g9 then 9 else 11 end as gia_level,
        hash(s, i, {{start}}) % 50 > 0 as is_admitted,
        case when i < g9 then 'oge' else 'ege' end as exam_form,
        case when i >= g9 then null when i % 2 = 0 then '12,8' else '6,5' end as subjects_chosen,
        'current' as participant_category, false as has_two_exams_right,
        {_token("pupil", "s * 1000 + i")} as person_token, {_AS_OF}
        from schools cross join range({_MOST}) as people(i)
        where i < g9 + g11""",
)  # fmt: skip
RESULT = Table(
    "gia_protocol", "results",
    ("school_code", "gia_level", "subject_code", "exam_date", "exam_form", "protocol_state", "participant_category",
     "mark", "test_mark", "result_status", "person_token", "as_of"),
    f"""select *, 'final' as protocol_state, 'current' as participant_category,
        {_token("pupil", "s * 1000 + i")} as person_token, {_AS_OF}
        from (
            select *,
                case when is_absent then 'absent' when is_excused then 'absent_excused' else 'valid' end
                    as result_status,
                case when gia_level = 11 then 'ege' else 'oge' end as exam_form,
                case when is_absent or is_excused or (gia_level = 11 and subject_code <> 22) then null
                    when turn = 1 then 2 + cast(draw % 5 > 0 as integer) when draw % 16 = 0 then 2
                    else 3 + draw % 3 end as mark,
                case when gia_level = 11 and subject_code <> 22 and not is_absent and not is_excused
                    then 18 + draw % 83 end as test_mark,
                case turn when 0 then make_date({{end}}, 6, 3) else make_date({{end}}, 9, 10) end as exam_date
            from (
                select *, draw % 101 = 1 and turn = 0 as is_absent, draw % 211 = 1 and turn = 0 as is_excused
                from (
                    select *, cast(hash(s, i, k, turn, {{start}}) % 1000003 as integer) as draw,
                        cast(hash(s, i, k, 0, {{start}}) % 1000003 as integer) as first_draw,
                        case when i < g9 then 9 else 11 end as gia_level,
                        case when k = 0 then 1 when k = 1 and i >= g9 and i % 2 = 0 then 22 when k = 1 then 2
                            when i >= g9 then 12
                            when k = 2 then case when i % 2 = 0 then 12 else 6 end
                            else case when i % 2 = 0 then 8 else 5 end end as subject_code
                    from schools cross join range({_MOST}) as people(i)
                    cross join range(4) as exams(k) cross join range(2) as turns(turn)
                    where i < g9 + g11 and (k < 3 or i < g9)
                ) as drawn
                where turn = 0 or (gia_level = 9 and (first_draw % 16 = 0 or first_draw % 101 = 1))
            ) as told
        ) as marked""",
    corrected=True,
)  # fmt: skip
SCHOOL_STAGE = Table(
    "vsosh_school_stage", "results",
    ("school_code", "subject_name", "subject_code", "performance_grade", "study_grade", "grade", "score",
     "award_status", "person_token", "as_of"),
    f"""select *, 'Предмет ' || subject_code as subject_name,
        cast({_GRADE} as bigint) + cast(draw % 40 = 0 and i < g9 + 73 and {_GRADE} < 11 as bigint) as performance_grade,
        case when draw % 10 > 0 then {_GRADE} end as study_grade, case when draw % 10 > 0 then {_GRADE} end as grade,
        case when draw % 50 > 0 then draw % 101 end as score,
        case when draw % 101 > 90 then 'winner' else 'participant' end as award_status,
        {_token("pupil", "s * 1000 + i")} as person_token, {_AS_OF}
        from (
            -- A pupil's two or three subjects differ, save for one row in a hundred, which is told twice.
            select *,
                [1, 1, 2, 2, 3, 6, 8, 12][1 + (first + 3 * case when draw % 100 = 7 then 0 else k // {_PUPILS} end) % 8]
                    as subject_code
            from (
                select *, cast(hash(s, k, {{start}}, 7) % 1000003 as integer) as draw, k % {_PUPILS} as i,
                    cast(hash(s, k % {_PUPILS}, {{start}}, 17) % 8 as integer) as first
                from schools cross join range({ENTRIES_A_GRADUATE * max(GRADUATES_9)}) as entries(k)
                where k < {ENTRIES_A_GRADUATE} * g9
            ) as drawn
        ) as named""",
)  # fmt: skip
MUNICIPAL_STAGE = Table(
    "vsosh_municipal_protocol", "results",
    ("school_code", "subject_code", "protocol_state", "grade_kind", "grade", "score", "award_status", "person_token",
     "as_of"),
    f"""select *, 1 + k % 2 as subject_code, 'final' as protocol_state, 'performance' as grade_kind, {_GRADE} as grade,
        draw % 101 as score,
        case when draw % 10 = 0 then 'winner' when draw % 10 < 3 then 'prize_winner' else 'participant' end
            as award_status,
        {_token("pupil", "s * 1000 + i")} as person_token, {_AS_OF}
        from (
            select *, cast(hash(s, k, {{start}}, 9) % 1000003 as integer) as draw, (k // 2 * 13) % {_PUPILS} as i
            from schools cross join range(10) as entries(k)
        ) as drawn""",
)  # fmt: skip
CONTEST = Table(
    "contest_list", "contests", ("contest_code", "contest_name", "subject_code", "is_approved", "as_of"),
    f"""select distinct 'К' || k as contest_code, 'Конкурс ' || k as contest_name, 1 + k % 2 as subject_code,
        k < 15 as is_approved, substr(md5('contest' || k), 1, 16) as scope_key, {_AS_OF}
        from range(20) as contests(k)""",
    by_region=False,
)  # fmt: skip
PARTICIPATION = Table(
    "contest_participation", "participations",
    ("school_code", "contest_code", "event_date", "grade", "person_token", "as_of"),
    f"""select *, 'К' || (draw % 20) as contest_code, {_GRADE} as grade,
        make_date({{start}}, 9, 1) + cast(draw % 380 as integer) as event_date,
        {_token("pupil", "s * 1000 + i")} as person_token, {_AS_OF}
        from (
            select *, cast(hash(s, k, {{start}}, 11) % 1000003 as integer) as draw, k * 7 % {_PUPILS} as i
            from schools cross join range(10) as entries(k)
        ) as drawn""",
)  # fmt: skip
EVENT = Table(
    "platform_events", "actions",
    ("platform_code", "month_start", "school_code", "user_role", "occurred_on", "action", "person_token", "as_of"),
    f"""select *, date_trunc('month', occurred_on) as month_start,
        case when is_teacher then 'teacher' else 'pupil' end as user_role,
        case when is_teacher then {_token("teacher", "s * 1000 + draw % 15")} end as person_token, {_AS_OF}
        from (
            select *, k % 5 < 3 as is_teacher,
                ['sferum', 'uchi_ru', 'myschool', 'e_journal'][1 + draw // 15 % 4] as platform_code,
                ['login', 'login', 'other', 'assignment_issued', 'work_checked', 'lesson_held'][1 + draw // 60 % 6]
                    as action,
                make_date({{start}}, 9, 1) + draw // 360 % 273 as occurred_on
            from (
                select *, cast(hash(s, k, {{start}}, 13) % 100000007 as integer) as draw
                from schools cross join range(625) as entries(k)
            ) as drawn
        ) as named""",
)  # fmt: skip
ENTITIES = (
    SCHOOL, STATUS, AGREEMENT, CONTINGENT, STAFF, ADMISSION, RESULT, SCHOOL_STAGE, MUNICIPAL_STAGE, CONTEST,
    PARTICIPATION, EVENT,
)  # fmt: skip

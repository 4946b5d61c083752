with source_rows as (

    select * from {{ lake('contest_participation', 'participations') }}

),

resolved as (

    select
        source_rows.academic_year,
        coalesce(source_rows.school_code, named_school.school_code) as school_code,
        source_rows.contest_code,
        source_rows.event_date,
        source_rows.subject_code,
        source_rows.grade,
        source_rows.result,
        source_rows.person_token,
        person.person_id,
        person.alternative_person_id,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row,
        case when person.person_id is null then {{ row_identity('source_rows') }} end as unmatched_row
    from source_rows
    {{ join_person('contest_participation', 'source_rows') }}
    {{ join_named_school('source_rows') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by academic_year, school_code, contest_code, event_date, subject_code, person_id, unmatched_row
            order by as_of desc, reading_id desc, source_sheet asc nulls last, source_row asc nulls last
        ) as preference,
        count(*) over (
            partition by academic_year, school_code, contest_code, event_date, subject_code, person_id, unmatched_row
        ) as merged_rows
    from resolved

)

select
    academic_year,
    school_code,
    contest_code,
    event_date,
    subject_code,
    grade,
    result,
    person_token,
    person_id,
    alternative_person_id,
    as_of,
    delivery_id,
    reading_id,
    source_sheet,
    source_row,
    merged_rows
from ranked
where preference = 1

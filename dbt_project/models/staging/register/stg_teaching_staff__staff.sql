with source_rows as (

    select * from {{ lake('teaching_staff', 'staff') }}

),

resolved as (

    select
        source_rows.academic_year,
        source_rows.count_date,
        source_rows.school_code,
        source_rows.position,
        coalesce(source_rows.is_external_part_timer, false) as is_external_part_timer,
        source_rows.leave_from,
        source_rows.leave_to,
        source_rows.person_token,
        person.person_id,
        person.alternative_person_id,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row,
        coalesce(
            cast(person.person_id as {{ text() }}),
            {{ row_identity('source_rows') }}
        ) as worker_key
    from source_rows
    {{ join_person('teaching_staff', 'source_rows') }}

),

latest as (

    select
        *,
        rank() over (
            partition by academic_year, count_date, school_code, worker_key
            order by as_of desc, reading_id desc
        ) as preference
    from resolved

)

select
    academic_year,
    count_date,
    school_code,
    position,
    is_external_part_timer,
    leave_from,
    leave_to,
    person_token,
    person_id,
    alternative_person_id,
    as_of,
    delivery_id,
    reading_id,
    source_sheet,
    source_row
from latest
where preference = 1

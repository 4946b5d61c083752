with ranked as (

    select
        academic_year,
        contest_code,
        contest_name,
        contest_level,
        organiser,
        subject_code,
        attendance_format,
        is_approved,
        delivery_id,
        row_number() over (
            partition by academic_year, contest_code
            order by as_of desc, reading_id desc, source_row asc nulls last
        ) as preference,
        count(*) over (partition by academic_year, contest_code) as merged_rows
    from {{ lake('contest_list', 'contests') }}

)

select
    academic_year,
    contest_code,
    contest_name,
    contest_level,
    organiser,
    subject_code,
    attendance_format,
    is_approved,
    delivery_id,
    merged_rows
from ranked
where preference = 1

with ranked as (

    select
        academic_year,
        count_date,
        school_code,
        teachers,
        delivery_id,
        row_number() over (
            partition by academic_year, count_date, school_code
            order by as_of desc, reading_id desc, source_row asc nulls last
        ) as preference,
        count(*) over (partition by academic_year, count_date, school_code) as merged_rows
    from {{ lake('teaching_staff', 'headcounts') }}

)

select
    academic_year,
    count_date,
    school_code,
    teachers,
    delivery_id,
    merged_rows
from ranked
where preference = 1

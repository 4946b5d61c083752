with source_rows as (

    select * from {{ lake('contingent', 'headcounts') }}

),

ranked as (

    select
        academic_year,
        school_code,
        count_date,
        coalesce(part, 'main') as part,
        grade,
        pupils,
        coalesce(arrivals, 0) as arrivals,
        coalesce(departures, 0) as departures,
        delivery_id,
        source_sheet,
        source_row,
        row_number() over (
            partition by academic_year, school_code, count_date, coalesce(part, 'main'), grade
            order by as_of desc, reading_id desc, source_row asc nulls last
        ) as preference,
        count(*) over (
            partition by academic_year, school_code, count_date, coalesce(part, 'main'), grade
        ) as merged_rows
    from source_rows

)

select
    academic_year,
    school_code,
    count_date,
    part,
    grade,
    pupils,
    arrivals,
    departures,
    delivery_id,
    source_sheet,
    source_row,
    merged_rows
from ranked
where preference = 1

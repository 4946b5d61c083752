with source_rows as (

    select * from {{ lake('platform_aggregate', 'months') }}

),

resolved as (

    select
        source_rows.academic_year,
        coalesce(source_rows.school_code, named_school.school_code) as school_code,
        source_rows.platform_code,
        source_rows.period_start,
        source_rows.period_end,
        source_rows.staff_daily_users,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row
    from source_rows
    {{ join_named_school('source_rows') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by academic_year, school_code, platform_code, period_start, period_end
            order by as_of desc, staff_daily_users desc nulls last, reading_id desc, source_sheet asc nulls last, source_row asc nulls last
        ) as preference
    from resolved

)

select
    academic_year,
    school_code,
    platform_code,
    period_start,
    period_end,
    staff_daily_users,
    as_of,
    delivery_id,
    reading_id,
    source_sheet,
    source_row
from ranked
where preference = 1

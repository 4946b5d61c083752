with ranked as (

    select
        school_code,
        status_kind,
        first_academic_year,
        last_academic_year,
        order_number,
        selection_years,
        delivery_id,
        row_number() over (
            partition by school_code, status_kind, first_academic_year
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference,
        count(*) over (partition by school_code, status_kind, first_academic_year) as merged_rows
    from {{ lake('school_register', 'statuses') }}

)

select
    school_code,
    status_kind,
    first_academic_year,
    last_academic_year,
    order_number,
    selection_years,
    delivery_id,
    merged_rows
from ranked
where preference = 1

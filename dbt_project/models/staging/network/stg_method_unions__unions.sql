with ranked as (

    select
        academic_year,
        union_code,
        union_name,
        union_kind,
        union_reach,
        school_code,
        as_of,
        delivery_id,
        row_number() over (
            partition by union_code
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('method_unions', 'unions') }}

)

select
    academic_year,
    union_code,
    union_name,
    union_kind,
    union_reach,
    school_code,
    as_of,
    delivery_id
from ranked
where preference = 1

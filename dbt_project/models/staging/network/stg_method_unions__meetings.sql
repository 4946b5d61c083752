with ranked as (

    select
        union_code,
        meeting_date,
        topic,
        as_of,
        delivery_id,
        row_number() over (
            partition by union_code, meeting_date
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('method_unions', 'meetings') }}

)

select
    union_code,
    meeting_date,
    topic,
    as_of,
    delivery_id
from ranked
where preference = 1

with ranked as (

    select
        programme_number,
        goal_number,
        indicator_code,
        goal_statement,
        target_value,
        target_date,
        as_of,
        delivery_id,
        row_number() over (
            partition by programme_number, goal_number
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('programmes', 'goals') }}

)

select
    programme_number,
    goal_number,
    indicator_code,
    goal_statement,
    target_value,
    target_date,
    as_of,
    delivery_id
from ranked
where preference = 1

with ranked as (

    select
        agreement_number,
        version_number,
        goal_number,
        indicator_code,
        goal_statement,
        target_value,
        target_date,
        as_of,
        delivery_id,
        source_sheet,
        source_row,
        row_number() over (
            partition by agreement_number, version_number, goal_number
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('roadmap', 'goals') }}

)

select
    agreement_number,
    version_number,
    goal_number,
    indicator_code,
    goal_statement,
    target_value,
    target_date,
    as_of,
    delivery_id,
    source_sheet,
    source_row
from ranked
where preference = 1

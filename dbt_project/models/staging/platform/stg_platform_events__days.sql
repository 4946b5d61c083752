with source_rows as (

    select * from {{ lake('platform_events', 'actions') }}

),

days as (

    select
        academic_year,
        school_code,
        platform_code,
        occurred_on,
        user_role,
        person_token,
        count(*) as actions,
        cast(sum(case when action in ('assignment_issued', 'work_checked', 'lesson_held') then 1 else 0 end) as bigint)
            as pedagogical_actions,
        max(as_of) as as_of,
        min(delivery_id) as delivery_id,
        min(reading_id) as reading_id,
        min(source_row) as source_row
    from source_rows
    where person_token is not null
    group by
        academic_year,
        school_code,
        platform_code,
        occurred_on,
        user_role,
        person_token

)

select
    days.academic_year,
    days.school_code,
    days.platform_code,
    days.occurred_on,
    days.user_role,
    days.actions,
    days.pedagogical_actions,
    days.person_token,
    person.person_id,
    person.alternative_person_id,
    days.as_of,
    days.delivery_id,
    days.reading_id,
    cast(null as {{ text() }}) as source_sheet,
    days.source_row
from days
{{ join_person('platform_events', 'days') }}

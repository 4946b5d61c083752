with source_rows as (

    select * from {{ lake('platform_persons', 'usage') }}

),

resolved as (

    select
        source_rows.academic_year,
        coalesce(source_rows.school_code, named_school.school_code) as school_code,
        source_rows.platform_code,
        source_rows.period_start,
        source_rows.period_end,
        source_rows.user_role,
        source_rows.registered_on,
        source_rows.last_login_on,
        coalesce(source_rows.logins, 0) as logins,
        coalesce(source_rows.active_days, 0) as active_days,
        coalesce(source_rows.assignments_issued, 0)
        + coalesce(source_rows.works_checked, 0)
        + coalesce(source_rows.lessons_held, 0) as pedagogical_actions,
        source_rows.person_token,
        person.person_id,
        person.alternative_person_id,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row,
        coalesce(
            cast(person.person_id as {{ text() }}),
            {{ row_identity('source_rows') }}
        ) as user_key
    from source_rows
    {{ join_person('platform_persons', 'source_rows') }}
    {{ join_named_school('source_rows') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by academic_year, school_code, platform_code, period_start, period_end, user_role, user_key
            order by as_of desc, pedagogical_actions desc, reading_id desc, source_sheet asc nulls last, source_row asc nulls last
        ) as preference,
        count(*) over (
            partition by academic_year, school_code, platform_code, period_start, period_end, user_role, user_key
        ) as merged_rows
    from resolved

)

select
    academic_year,
    school_code,
    platform_code,
    period_start,
    period_end,
    user_role,
    registered_on,
    last_login_on,
    logins,
    active_days,
    pedagogical_actions,
    person_token,
    person_id,
    alternative_person_id,
    as_of,
    delivery_id,
    reading_id,
    source_sheet,
    source_row,
    merged_rows
from ranked
where preference = 1

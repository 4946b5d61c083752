-- The rows behind I5: usage of the teachers who count (one row a source row, half-year and school), and their places in the
-- lists. Rows of an earlier half-year stand behind a later one where they alone show that a teacher is registered.
select
    usage.academic_year,
    teachers.school_code,
    'usage' as row_kind,
    usage.period,
    cast(null as {{ text() }}) as exclusion_reason,
    case when usage.is_registered then 'L0' else 'none' end
    || case when usage.is_in_half_year and usage.is_logged_in then ' L1' else '' end
    || coalesce(' month=' || cast(usage.active_month as {{ text() }}), '')
    || coalesce(' week=' || cast(usage.active_week as {{ text() }}), '')
    || case when usage.possible_months > 0 then ' months_at_most=' || cast(usage.possible_months as {{ text() }}) else '' end
    || case when usage.possible_weeks > 0 then ' weeks_at_most=' || cast(usage.possible_weeks as {{ text() }}) else '' end
        as says,
    usage.person_id,
    cast(usage.delivery_id as {{ text() }}) as delivery_id,
    usage.source_sheet,
    usage.source_row
from {{ ref('int_platform_usage') }} as usage
inner join {{ ref('int_teachers') }} as teachers
    on
        usage.academic_year = teachers.academic_year
        and usage.period = teachers.period
        and usage.person_id = teachers.person_id
where
    usage.is_in_half_year
    or usage.is_registered

union all

select
    usage.academic_year,
    teachers.school_code,
    'usage' as row_kind,
    teachers.period,
    cast(null as {{ text() }}) as exclusion_reason,
    'L0' as says,
    usage.person_id,
    cast(usage.delivery_id as {{ text() }}) as delivery_id,
    usage.source_sheet,
    usage.source_row
from {{ ref('int_platform_users') }} as users
inner join {{ ref('int_teachers') }} as teachers
    on
        users.academic_year = teachers.academic_year
        and users.period = teachers.period
        and users.person_id = teachers.person_id
inner join {{ earlier_half_years() }} as halves
    on
        users.academic_year = halves.academic_year
        and users.period = halves.period
inner join {{ ref('int_platform_usage') }} as usage
    on
        halves.academic_year = usage.academic_year
        and halves.earlier_period = usage.period
        and users.person_id = usage.person_id
where
    users.is_from_earlier
    and usage.is_registered

union all

select
    halves.academic_year,
    staff.school_code,
    'staff' as row_kind,
    halves.period,
    case
        when teachers.person_id is not null then null
        when staff.is_external_part_timer then 'external_part_timer'
        else 'long_leave'
    end as exclusion_reason,
    cast(null as {{ text() }}) as says,
    staff.person_id,
    cast(staff.delivery_id as {{ text() }}) as delivery_id,
    staff.source_sheet,
    staff.source_row
from {{ ref('int_half_years') }} as halves
inner join {{ ref('stg_teaching_staff__staff') }} as staff
    on
        halves.academic_year = staff.academic_year
        and halves.last_day = staff.count_date
left join {{ ref('int_teachers') }} as teachers
    on
        halves.academic_year = teachers.academic_year
        and halves.period = teachers.period
        and staff.school_code = teachers.school_code
        and staff.person_id = teachers.person_id

union all

select
    months.academic_year,
    months.school_code,
    'unnamed' as row_kind,
    months.period,
    cast(null as {{ text() }}) as exclusion_reason,
    'users_at_most=' || cast(months.staff_daily_users as {{ text() }}) as says,
    cast(null as bigint) as person_id,
    cast(months.delivery_id as {{ text() }}) as delivery_id,
    months.source_sheet,
    months.source_row
from {{ ref('int_platform_unnamed_months') }} as months

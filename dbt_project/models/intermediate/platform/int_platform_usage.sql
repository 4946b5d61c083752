-- Usage of the platforms that count, by half-year; a row is of a half-year when its period touches it. A day of a log
-- is a period of one day.
with halves as (

    select
        halves.academic_year,
        halves.period,
        halves.first_day,
        halves.last_day,
        max(earlier.earlier_last_day) as earlier_last_day
    from {{ ref('int_half_years') }} as halves
    left join {{ earlier_half_years() }} as earlier
        on
            halves.academic_year = earlier.academic_year
            and halves.period = earlier.period
    group by
        halves.academic_year,
        halves.period,
        halves.first_day,
        halves.last_day

),

usage as (

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
        person_id,
        alternative_person_id,
        delivery_id,
        source_sheet,
        source_row
    from {{ ref('stg_platform_persons__usage') }}
    union all
    select
        academic_year,
        school_code,
        platform_code,
        occurred_on as period_start,
        occurred_on as period_end,
        user_role,
        cast(null as date) as registered_on,
        occurred_on as last_login_on,
        1 as logins,
        1 as active_days,
        pedagogical_actions,
        person_id,
        alternative_person_id,
        delivery_id,
        source_sheet,
        source_row
    from {{ ref('stg_platform_events__days') }}

)

select
    halves.academic_year,
    halves.period,
    usage.school_code,
    usage.person_id,
    usage.alternative_person_id,
    coalesce(usage.registered_on, usage.period_end) <= halves.last_day as is_registered,
    usage.period_start <= halves.last_day and usage.period_end >= halves.first_day as is_in_half_year,
    coalesce(usage.last_login_on between halves.first_day and halves.last_day, false)
    or (
        usage.period_start >= halves.first_day
        and usage.period_end <= halves.last_day
        and usage.logins + usage.active_days + usage.pedagogical_actions > 0
    ) as is_logged_in,
    usage.period_start <= halves.last_day
    and usage.period_end >= halves.first_day
    and usage.logins + usage.active_days + usage.pedagogical_actions > 0 as may_be_logged_in,
    case
        when
            usage.pedagogical_actions > 0
            and usage.period_start >= halves.first_day
            and usage.period_end <= halves.last_day
            and extract(month from usage.period_start) = extract(month from usage.period_end)
            then cast(extract(month from usage.period_start) as integer)
    end as active_month,
    -- A period longer than a month says that there were acts, not in how many months: in no more than there were acts,
    -- active days and months.
    case
        when
            usage.pedagogical_actions > 0
            and usage.period_start <= halves.last_day
            and usage.period_end >= halves.first_day
            and {{ months_between('usage.period_start', 'usage.period_end') }} > 1
            then
                least(
                    usage.pedagogical_actions,
                    case when usage.active_days > 0 then usage.active_days else usage.pedagogical_actions end,
                    {{ months_between('usage.period_start', 'usage.period_end') }}
                )
        else 0
    end as possible_months,
    weeks.week_start as active_week,
    -- A longer period does not tell its weeks: of those it touches, no more than its active days.
    case
        when
            usage.pedagogical_actions > 0
            and usage.period_start < usage.period_end
            and usage.period_start <= halves.last_day
            and usage.period_end >= halves.first_day
            then
                least(
                    usage.pedagogical_actions,
                    case when usage.active_days > 0 then usage.active_days else usage.pedagogical_actions end,
                    {{ weeks_between('usage.period_start', 'usage.period_end') }}
                )
        else 0
    end as possible_weeks,
    usage.delivery_id,
    usage.source_sheet,
    usage.source_row
from halves
inner join usage
    on halves.academic_year = usage.academic_year
inner join {{ ref('platforms') }} as platforms
    on
        usage.platform_code = platforms.platform_code
        and platforms.first_academic_year <= usage.academic_year
        and coalesce(platforms.last_academic_year, usage.academic_year) >= usage.academic_year
left join {{ ref('int_teaching_weeks') }} as weeks
    on
        halves.academic_year = weeks.academic_year
        and halves.period = weeks.period
        and weeks.week_start = {{ monday('usage.period_start') }}
        and usage.period_start = usage.period_end
        and usage.pedagogical_actions > 0
where
    platforms.is_approved
    and platforms.platform_class <> 'journal'
    and usage.user_role in ('teacher', 'administrator')
    -- What began after the half-year and tells no earlier day says nothing about it.
    and least(
        usage.period_start,
        coalesce(usage.registered_on, usage.period_start),
        coalesce(usage.last_login_on, usage.period_start)
    ) <= halves.last_day
    -- A registration that the half-year before knew already is told there, and once: every later one knows it from there
    -- (int_platform_users). With every day of a log in every later half-year this table is half as long again.
    and not coalesce(
        usage.period_end < halves.first_day
        and coalesce(usage.registered_on, usage.period_end) <= halves.earlier_last_day
        and coalesce(usage.last_login_on < halves.first_day, true),
        false
    )

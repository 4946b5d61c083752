-- Usage of the platforms that count, by half-year; a row is of a half-year when its period touches it.
select
    halves.academic_year,
    halves.period,
    usage.school_code,
    usage.person_id,
    usage.alternative_person_id,
    usage.person_token,
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
    -- A period longer than a month says that there were acts, not in how many months.
    usage.pedagogical_actions > 1
    and usage.period_start <= halves.last_day
    and usage.period_end >= halves.first_day
    and not (
        extract(year from usage.period_start) = extract(year from usage.period_end)
        and extract(month from usage.period_start) = extract(month from usage.period_end)
    ) as may_be_active,
    halves.minimum_months,
    usage.delivery_id,
    usage.source_sheet,
    usage.source_row
from {{ ref('int_half_years') }} as halves
inner join {{ ref('stg_platform_persons__usage') }} as usage
    on halves.academic_year = usage.academic_year
inner join {{ ref('platforms') }} as platforms
    on
        usage.platform_code = platforms.platform_code
        and platforms.first_academic_year <= usage.academic_year
        and coalesce(platforms.last_academic_year, usage.academic_year) >= usage.academic_year
where
    platforms.is_approved
    and platforms.platform_class <> 'journal'
    and usage.user_role in ('teacher', 'administrator')

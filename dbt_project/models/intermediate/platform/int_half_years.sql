with weeks as (

    select
        academic_year,
        period,
        count(*) as teaching_weeks
    from {{ ref('int_teaching_weeks') }}
    group by
        academic_year,
        period

)

select
    days.academic_year,
    days.period,
    days.first_day,
    days.last_day,
    days.minimum_months,
    days.leave_months,
    days.minimum_week_share,
    weeks.teaching_weeks
from {{ ref('int_half_year_days') }} as days
inner join weeks
    on
        days.academic_year = weeks.academic_year
        and days.period = weeks.period

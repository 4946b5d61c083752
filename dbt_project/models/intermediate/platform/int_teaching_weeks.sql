-- Weeks of school, named by their Monday: a week counts when its Wednesday is a day of the half-year and no holiday.
with halves as (

    select * from {{ ref('int_half_year_days') }}

),

holidays as (

    select
        years.academic_year,
        {{ day('years.start_year + case when rules.first_month >= 9 then 0 else 1 end', 'rules.first_month', 'rules.first_day') }}
            as first_day,
        {{ day('years.start_year + case when rules.last_month >= 9 then 0 else 1 end', 'rules.last_month', 'rules.last_day') }}
            as last_day
    from {{ ref('int_academic_years') }} as years
    inner join {{ ref('school_holidays') }} as rules
        on
            rules.first_academic_year <= years.academic_year
            and coalesce(rules.last_academic_year, years.academic_year) >= years.academic_year

),

weeks as (

    select
        halves.academic_year,
        halves.period,
        numbers.number,
        {{ days_later(monday('halves.first_day'), '7 * numbers.number') }} as week_start,
        {{ days_later(monday('halves.first_day'), '7 * numbers.number + 2') }} as wednesday,
        halves.first_day,
        halves.last_day
    from halves
    cross join {{ numbers(27) }} as numbers

)

select
    weeks.academic_year,
    weeks.period,
    weeks.week_start
from weeks
left join holidays
    on
        weeks.academic_year = holidays.academic_year
        and weeks.wednesday between holidays.first_day and holidays.last_day
where
    weeks.wednesday between weeks.first_day and weeks.last_day
    and holidays.academic_year is null

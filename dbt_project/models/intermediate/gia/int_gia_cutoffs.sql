-- The two cut-offs of a year and level: the last day whose results count.
with years as (

    select
        years.academic_year,
        years.start_year + 1 as end_year
    from {{ ref('int_academic_years') }} as years
    inner join {{ years_to_build('gia') }} as wanted
        on years.academic_year = wanted.academic_year

),

calendar as (

    select
        years.academic_year,
        years.end_year,
        calendar.*
    from years
    inner join {{ ref('exam_calendar') }} as calendar
        on
            years.academic_year >= calendar.first_academic_year
            and years.academic_year <= coalesce(calendar.last_academic_year, years.academic_year)

)

select
    academic_year,
    gia_level,
    'main' as cutoff,
    {{ day('end_year', 'main_last_month', 'main_last_day') }} as last_day,
    are_chosen_required
from calendar

union all

select
    academic_year,
    gia_level,
    'september' as cutoff,
    {{ day('end_year', 'september_last_month', 'september_last_day') }} as last_day,
    are_chosen_required
from calendar

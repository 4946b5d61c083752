-- Whether every school of an area sent its list of teachers on the last day of the half-year. A school that had closed
-- by that day, or opened after it, has no list to send.
with lists as (

    select distinct
        halves.academic_year,
        halves.period,
        staff.school_code
    from {{ ref('int_half_years') }} as halves
    inner join {{ ref('stg_teaching_staff__staff') }} as staff
        on
            halves.academic_year = staff.academic_year
            and halves.last_day = staff.count_date

),

owed as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        halves.period,
        lists.school_code is null
        and coalesce(schools.valid_from <= halves.last_day, true)
        and coalesce(schools.valid_to >= halves.last_day, true) as is_missing
    from {{ ref('int_area_schools') }} as areas
    inner join {{ ref('int_half_years') }} as halves
        on areas.academic_year = halves.academic_year
    left join {{ ref('int_schools') }} as schools
        on areas.school_code = schools.school_code
    left join lists
        on
            areas.academic_year = lists.academic_year
            and areas.school_code = lists.school_code
            and halves.period = lists.period

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    period,
    max(case when is_missing then 1 else 0 end) = 0 as is_complete
from owed
group by
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    period

-- Whether every school of an area sent its list of teachers on the last day of the half-year.
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

)

select
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    halves.period,
    count(*) = count(lists.school_code) as is_complete
from {{ ref('int_area_schools') }} as areas
inner join {{ ref('int_half_years') }} as halves
    on areas.academic_year = halves.academic_year
left join lists
    on
        areas.academic_year = lists.academic_year
        and areas.school_code = lists.school_code
        and halves.period = lists.period
group by
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    halves.period

-- Bounds of an area are sums of its schools' bounds; a school of the return whose bounds are not known leaves none.
-- A school whose row is blank from end to end (neither graduates nor participants) adds nobody to the area.
with schools as (

    select
        counts.academic_year,
        counts.school_code
    from {{ ref('stg_gia_school_return__subject_counts') }} as counts
    inner join {{ years_to_build('gia') }} as wanted
        on counts.academic_year = wanted.academic_year
    where
        counts.gia_level = 11
        and counts.record_kind = 'results'
    group by
        counts.academic_year,
        counts.school_code
    having
        max(counts.graduates) > 0
        or max(counts.participants) > 0

)

select
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    cast(sum(bounds.graduates) as bigint) as graduates,
    cast(sum(bounds.passed_low) as bigint) as passed_low,
    cast(sum(bounds.passed_high) as bigint) as passed_high,
    count(*) = count(bounds.school_code) as is_complete
from {{ ref('int_area_schools') }} as areas
inner join schools
    on
        areas.academic_year = schools.academic_year
        and areas.school_code = schools.school_code
left join {{ ref('int_gia_return_bounds') }} as bounds
    on
        areas.academic_year = bounds.academic_year
        and areas.school_code = bounds.school_code
group by
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code

-- The municipalities that an area's schools belong to: one, save for the region.
select distinct
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    active_schools.municipality_code as member_municipality_code
from {{ ref('int_area_schools') }} as areas
inner join {{ ref('int_active_schools') }} as active_schools
    on
        areas.academic_year = active_schools.academic_year
        and areas.school_code = active_schools.school_code

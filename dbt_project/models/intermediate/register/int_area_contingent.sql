-- A sum over schools stands only when each of them sent its count: a part of the sum would pass for the whole.
select
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    cast(sum(contingent.pupils) as bigint) as pupils,
    count(*) = count(contingent.school_code) as is_complete
from {{ ref('int_area_schools') }} as areas
left join {{ ref('int_contingent') }} as contingent
    on
        areas.academic_year = contingent.academic_year
        and areas.school_code = contingent.school_code
group by
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code

-- A sum over schools stands only when each of them sent its count: a part of the sum would pass for the whole. A school
-- that had closed by 20 September, or opened after it, had no pupils on that day; but who came to a school that opened
-- later is told by its row only, so that the sum with movement needs it.
with owed as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        contingent.pupils,
        contingent.school_code is null
        and coalesce(schools.valid_to >= years.contingent_day, true) as is_missing,
        coalesce(schools.valid_from <= years.contingent_day, true) as has_opened
    from {{ ref('int_area_schools') }} as areas
    inner join {{ ref('int_academic_years') }} as years
        on areas.academic_year = years.academic_year
    left join {{ ref('int_schools') }} as schools
        on areas.school_code = schools.school_code
    left join {{ ref('int_contingent') }} as contingent
        on
            areas.academic_year = contingent.academic_year
            and areas.school_code = contingent.school_code

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    cast(sum(case when not (is_missing and has_opened) then coalesce(pupils, 0) end) as bigint) as pupils,
    max(case when is_missing and has_opened then 1 else 0 end) = 0 as is_complete,
    max(case when is_missing then 1 else 0 end) = 0 as is_complete_with_movement
from owed
group by
    academic_year,
    municipality_code,
    area_kind,
    area_code

-- Distinct excluded people of an area, by level and reason.
with members as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        excluded.gia_level,
        excluded.reason,
        excluded.person_id
    from {{ ref('int_gia_excluded') }} as excluded
    inner join {{ ref('int_area_schools') }} as areas
        on
            excluded.academic_year = areas.academic_year
            and excluded.school_code = areas.school_code

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    coalesce(cast(gia_level as {{ text() }}), 'all') as gia_level,
    reason,
    count(distinct person_id) as n
from members
group by grouping sets (
    (academic_year, municipality_code, area_kind, area_code, reason, gia_level),
    (academic_year, municipality_code, area_kind, area_code, reason)
)

-- The same for areas and for the figure's level: a sum stands when every municipality and level in it delivered.
with members as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        sources.gia_level,
        sources.has_lists and sources.has_protocols and not sources.is_unavailable as has_people,
        sources.has_return and not sources.is_unavailable and not (sources.has_lists and sources.has_protocols) as has_return_only
    from {{ ref('int_area_municipalities') }} as areas
    inner join {{ ref('int_gia_sources') }} as sources
        on
            areas.academic_year = sources.academic_year
            and areas.member_municipality_code = sources.municipality_code

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    cast(gia_level as {{ text() }}) as gia_level,
    min(case when has_people then 1 else 0 end) = 1 as has_people,
    min(case when has_return_only then 1 else 0 end) = 1 as has_return_only
from members
group by
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    gia_level

union all

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    'all' as gia_level,
    min(case when has_people then 1 else 0 end) = 1 as has_people,
    false as has_return_only
from members
group by
    academic_year,
    municipality_code,
    area_kind,
    area_code

with members as (

    select distinct
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        results.stage,
        results.subject,
        results.delivery_id
    from {{ ref('int_olympiad_results') }} as results
    inner join {{ ref('int_area_schools') }} as areas
        on
            results.academic_year = areas.academic_year
            and results.school_code = areas.school_code
    where results.is_in_scope

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    coalesce(stage, 'any') as stage,
    coalesce(subject, 'any') as subject,
    delivery_id
from members
group by grouping sets (
    (academic_year, municipality_code, area_kind, area_code, delivery_id, stage, subject),
    (academic_year, municipality_code, area_kind, area_code, delivery_id, stage),
    (academic_year, municipality_code, area_kind, area_code, delivery_id, subject),
    (academic_year, municipality_code, area_kind, area_code, delivery_id)
)

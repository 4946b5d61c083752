-- Rows that stand in the books and are no participation, by reason.
with members as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        results.stage,
        results.subject,
        results.exclusion_reason as reason
    from {{ ref('int_olympiad_results') }} as results
    inner join {{ ref('int_area_schools') }} as areas
        on
            results.academic_year = areas.academic_year
            and results.school_code = areas.school_code
    where
        results.is_in_scope
        and results.exclusion_reason is not null

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    coalesce(stage, 'any') as stage,
    coalesce(subject, 'any') as subject,
    reason,
    count(*) as n
from members
group by grouping sets (
    (academic_year, municipality_code, area_kind, area_code, reason, stage, subject),
    (academic_year, municipality_code, area_kind, area_code, reason, stage),
    (academic_year, municipality_code, area_kind, area_code, reason, subject),
    (academic_year, municipality_code, area_kind, area_code, reason)
)

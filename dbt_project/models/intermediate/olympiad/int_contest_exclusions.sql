with reasons as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        results.exclusion_reason as reason,
        count(*) as n
    from {{ ref('int_contest_results') }} as results
    inner join {{ ref('int_area_schools') }} as areas
        on
            results.academic_year = areas.academic_year
            and results.school_code = areas.school_code
    where
        results.is_in_scope
        and results.exclusion_reason is not null
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        results.exclusion_reason
    union all
    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        reason,
        n
    from {{ ref('int_olympiad_exclusions') }}
    where
        stage = 'any'
        and subject = 'any'

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    reason,
    cast(sum(n) as bigint) as n
from reasons
group by
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    reason

-- What was delivered: an area's figure exists only when every stage and subject that it adds up was delivered.
with present as (

    select
        areas.academic_year,
        areas.municipality_code,
        results.stage,
        results.subject,
        coalesce(
            bool_and(case when results.row_grade >= 8 then results.is_final end),
            bool_and(results.is_final)
        ) as is_final
    from {{ ref('int_olympiad_results') }} as results
    inner join {{ ref('int_active_schools') }} as areas
        on
            results.academic_year = areas.academic_year
            and results.school_code = areas.school_code
    group by
        areas.academic_year,
        areas.municipality_code,
        results.stage,
        results.subject

),

combined as (

    select
        academic_year,
        municipality_code,
        coalesce(stage, 'any') as stage,
        coalesce(subject, 'any') as subject,
        count(*) as delivered,
        bool_and(is_final) as is_final
    from present
    group by grouping sets (
        (academic_year, municipality_code, stage, subject),
        (academic_year, municipality_code, stage),
        (academic_year, municipality_code, subject),
        (academic_year, municipality_code)
    )

)

select
    academic_year,
    municipality_code,
    stage,
    subject,
    delivered
    = (case when stage = 'any' then 2 else 1 end) * (case when subject = 'any' then 2 else 1 end) as is_delivered,
    is_final
from combined

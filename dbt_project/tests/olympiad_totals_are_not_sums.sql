-- What: the pupils of a total (any) are at least the largest part and at most the sum of the parts.
-- When it matters: a person counted twice, or lost, between stages or subjects.
-- How to resolve: look at int_olympiad_counts (grouping) and at person_map.
with totals as (

    select
        {{ figure_keys()[:4] | join(', ') }},
        stage,
        subject,
        numerator
    from {{ ref('indicator_values') }}
    where
        indicator_code = 'I2'
        and measure = 'pupils'
        and numerator is not null

),

by_subject as (

    select
        whole.academic_year,
        whole.area_kind,
        whole.area_code,
        whole.stage,
        max(parts.numerator) as largest,
        sum(parts.numerator) as total,
        max(whole.numerator) as numerator
    from totals as whole
    inner join totals as parts
        on {{ same_area('whole', 'parts') }}
        and (
            (whole.stage = parts.stage and whole.subject = 'any' and parts.subject <> 'any')
            or (whole.subject = parts.subject and whole.stage = 'any' and parts.stage <> 'any')
        )
    group by
        whole.academic_year,
        whole.municipality_code,
        whole.area_kind,
        whole.area_code,
        whole.stage,
        whole.subject,
        whole.subject = parts.subject

)

select *
from by_subject
where
    numerator < largest
    or numerator > total

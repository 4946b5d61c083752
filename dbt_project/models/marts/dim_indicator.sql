-- The latest passport of each indicator.
with ranked as (

    select
        indicators.*,
        row_number() over (partition by indicator_code order by first_academic_year desc) as preference
    from {{ ref('indicators') }} as indicators

)

select
    indicator_code,
    title,
    definition,
    formula,
    source,
    periodicity,
    limits,
    breaks,
    unit,
    main_measure,
    is_higher_better,
    document
from ranked
where preference = 1
